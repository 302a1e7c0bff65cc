/** The parts of KubeStash's kinds that decide about a Job, narrowed to the fields that are read (kubestash-api.md §1.0, §1.12). */
import type { EnvVar, Volume, VolumeMount } from './mover-job.ts';

export interface ParameterDefinition {
  readonly name: string;
  readonly required?: boolean;
  readonly default?: string;
}

export interface VolumeTemplate {
  readonly name: string;
  readonly source?: Readonly<Record<string, unknown>>;
}

/** One entry of an Addon's `backupTasks` or `restoreTasks`. */
export interface AddonTask {
  readonly name: string;
  readonly function?: string;
  readonly driver?: string;
  readonly executor?: string;
  /** One executor for the whole target instead of one per replica or node. */
  readonly singleton?: boolean;
  readonly parameters?: readonly ParameterDefinition[];
  readonly volumeTemplate?: readonly VolumeTemplate[];
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface AddonSpec {
  readonly backupTasks?: readonly AddonTask[];
  readonly restoreTasks?: readonly AddonTask[];
}

export interface ContainerRuntimeSettings {
  readonly resources?: object;
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly lifecycle?: object;
  readonly securityContext?: object;
  readonly nice?: { readonly adjustment?: number };
  readonly ionice?: { readonly class?: number; readonly classData?: number };
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly object[];
}

export interface PodRuntimeSettings {
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface RuntimeSettings {
  readonly pod?: PodRuntimeSettings;
  readonly container?: ContainerRuntimeSettings;
}

export interface FunctionSpec {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly object[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly volumeDevices?: readonly object[];
  readonly runtimeSettings?: ContainerRuntimeSettings;
}

export interface TargetVolumesInfo {
  readonly volumes?: readonly Volume[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly volumeClaimTemplates?: readonly object[];
}

/** One entry of `addon.tasks`: what the user asks for. */
export interface TaskReference {
  readonly name: string;
  readonly variables?: readonly EnvVar[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly targetVolumes?: TargetVolumesInfo;
  readonly addonVolumes?: readonly VolumeTemplate[];
}

export interface JobTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** `sessions[].addon` of a BackupConfiguration, `spec.addon` of a RestoreSession. */
export interface AddonInfo {
  readonly name: string;
  readonly tasks?: readonly TaskReference[];
  readonly containerRuntimeSettings?: ContainerRuntimeSettings;
  readonly jobTemplate?: JobTemplate;
}

/** What a container gets mounted, and the volumes behind it. */
export interface Mounts {
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
}
