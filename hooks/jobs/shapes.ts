/** The parts of KubeStash's kinds that decide about a Job, by the names that this folder uses. */
import type { Volume, VolumeMount } from './mover-job.ts';

export type { AddonSpec, AddonTask } from '../generated/types/addon.ts';
export type { FunctionSpec } from '../generated/types/function.ts';
export type {
  AddonInfo,
  AddonVolume as VolumeTemplate,
  ContainerRuntimeSettings,
  PodTemplate as JobTemplate,
  RuntimeSettings,
  TargetVolumes as TargetVolumesInfo,
  TaskReference,
} from '../generated/types/shared.ts';

/** What a container gets mounted, and the volumes behind it. */
export interface Mounts {
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
}
