/** The parts of built-in kinds that the sandbox's controllers read. */
import type { StoredObject } from '../api-server/api.ts';

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: PodSpec;
}

export interface VolumeSource {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly nfs?: { readonly server: string; readonly path: string };
  readonly emptyDir?: object;
  readonly secret?: { readonly secretName: string; readonly optional?: boolean };
  readonly configMap?: { readonly name: string; readonly optional?: boolean };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[];
  readonly volumeMounts?: readonly { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly VolumeSource[];
  readonly affinity?: {
    readonly podAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
    };
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms: readonly {
          readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
        }[];
      };
    };
  };
}

export interface PodAffinityTerm {
  readonly labelSelector?: { readonly matchLabels?: Record<string, string> };
  readonly topologyKey: string;
}

export interface Pod extends StoredObject {
  readonly spec: PodSpec;
  readonly status?: { readonly phase?: string; readonly conditions?: readonly { type: string; status: string }[] };
}

export interface JobSpec {
  readonly template: PodTemplate;
  readonly backoffLimit?: number;
  readonly suspend?: boolean;
  readonly activeDeadlineSeconds?: number;
}

export interface Job extends StoredObject {
  readonly spec: JobSpec;
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string }[];
    readonly failed?: number;
    readonly startTime?: string;
  };
}

export interface Workload extends StoredObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Record<string, string> };
    readonly template: PodTemplate;
    readonly volumeClaimTemplates?: readonly {
      metadata: { name: string; labels?: Record<string, string> };
      spec: object;
    }[];
    readonly ordinals?: { readonly start?: number };
  };
}

export interface CronJob extends StoredObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly concurrencyPolicy?: string;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: {
      readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
      readonly spec: JobSpec;
    };
  };
  readonly status?: { readonly lastScheduleTime?: string };
}

/** Whether the Pod has the condition Ready. */
export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

export function isFinished(job: Job): boolean {
  return (
    job.status?.conditions?.some(
      (one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True',
    ) ?? false
  );
}

/** RFC 3339 at seconds precision. */
export function timestampOf(now: number): string {
  return new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
