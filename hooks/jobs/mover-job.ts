/**
 * The one shape of every Job we make: a single mover container, told what to do by argv and `METASTASH_TASK`, that writes
 * the TaskReport of the same name. Jobs are immutable (update strategy OnDelete); their name carries the run.
 *
 * What the mover finds in its container is the contract with mover/ and sandbox/:
 *   env    METASTASH_TASK, POD_NAME, POD_NAMESPACE, POD_UID, NODE_NAME, TZ=UTC; for trigger JOB_NAME, JOB_UID
 *   mounts /kubestash-tmp                              scratch and restic cache
 *          /var/run/metastash/storage-secret/<key>     storage credentials, where in the same namespace
 *          /var/run/metastash/encryption-secret/<key>  RESTIC_PASSWORD, likewise
 *          <storage.local.mountPath>                   a local backend
 *          the target's volumes at their own paths
 */
import { TASK_ENV, type Task } from '../domain/task.ts';
import type { ReportSpec } from '../domain/report.ts';
import { LABEL, MANAGED_BY } from '../kube/labels.ts';
import type { DesiredObject } from '../kube/objects.ts';

export const STORAGE_SECRET_PATH = '/var/run/metastash/storage-secret';
export const ENCRYPTION_SECRET_PATH = '/var/run/metastash/encryption-secret';
export const SCRATCH_PATH = '/kubestash-tmp';
export const SCRATCH_VOLUME = 'kubestash-tmp-volume';
export const MOVER_CONTAINER = 'mover';

/** The tick stands in the Job's name, and a long one loses digits in its Pod's. */
const JOB_NAME_LABEL = "metadata.labels['batch.kubernetes.io/job-name']";
/** A Job made by hand from the CronJob has no tick in its name; its uid stands for it. */
const JOB_UID_LABEL = "metadata.labels['batch.kubernetes.io/controller-uid']";

/** restic takes up to 60 s to remove its lock on SIGTERM (faults.md §5). */
const GRACE_SECONDS = 90;

export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

/** Pod and container settings after precedence is applied (runtime-settings.ts): only what differs from the shape. */
export interface PodSettings {
  readonly serviceAccountName: string;
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Further PodSpec fields: securityContext, affinity, nodeSelector, tolerations, … */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Further Container fields: resources, securityContext, probes, lifecycle, envFrom, … */
  readonly container?: Readonly<Record<string, unknown>>;
}

export interface MoverJobInput {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly task: Task;
  readonly run: number;
  readonly component?: string;
  readonly env?: readonly EnvVar[];
  readonly volumes?: readonly Volume[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly settings: PodSettings;
}

/** The Job of a task and the TaskReport beside it, both children of the same parent. */
export function moverJob(input: MoverJobInput): readonly DesiredObject[] {
  return [jobOf(input), reportOf(input)];
}

/** A Job restated by identity alone: under OnDelete nothing but name and labels is compared. */
export function restated(child: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}): DesiredObject {
  const { name, namespace } = child.metadata;
  return {
    apiVersion: child.apiVersion,
    kind: child.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

function reportOf(input: MoverJobInput): DesiredObject {
  const spec: ReportSpec = {
    task: input.task.task,
    jobName: input.name,
    run: input.run,
    ...(input.component === undefined ? {} : { component: input.component }),
  };
  return {
    apiVersion: 'metastash.dev/v1alpha1',
    kind: 'TaskReport',
    metadata: { name: input.name, namespace: input.namespace, labels: labelsOf(input) },
    spec,
  };
}

function jobOf(input: MoverJobInput): DesiredObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: input.name, namespace: input.namespace, labels: labelsOf(input) },
    spec: moverJobSpec(input),
  };
}

/** The Job's spec alone, for a CronJob's jobTemplate: such a Job has no TaskReport. */
export function moverJobSpec(input: MoverJobInput): Readonly<Record<string, unknown>> {
  const { settings } = input;
  return {
    backoffLimit: 0,
    template: {
      metadata: {
        labels: { ...settings.podLabels, ...labelsOf(input) },
        ...(settings.podAnnotations ? { annotations: settings.podAnnotations } : {}),
      },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: GRACE_SECONDS,
        serviceAccountName: settings.serviceAccountName,
        ...settings.pod,
        containers: [containerOf(input)],
        volumes: [{ name: SCRATCH_VOLUME, emptyDir: {} }, ...(input.volumes ?? [])].filter(lastOfName),
      },
    },
  };
}

function containerOf(input: MoverJobInput): object {
  return {
    name: MOVER_CONTAINER,
    image: input.image,
    ...(input.command ? { command: input.command } : {}),
    args: input.args,
    ...input.settings.container,
    env: [
      { name: TASK_ENV, value: JSON.stringify(input.task) },
      fieldEnv('POD_NAME', 'metadata.name'),
      fieldEnv('POD_NAMESPACE', 'metadata.namespace'),
      fieldEnv('POD_UID', 'metadata.uid'),
      fieldEnv('NODE_NAME', 'spec.nodeName'),
      ...(input.task.task === 'trigger'
        ? [fieldEnv('JOB_NAME', JOB_NAME_LABEL), fieldEnv('JOB_UID', JOB_UID_LABEL)]
        : []),
      { name: 'TZ', value: 'UTC' },
      ...(input.env ?? []),
    ],
    volumeMounts: [{ name: SCRATCH_VOLUME, mountPath: SCRATCH_PATH }, ...(input.volumeMounts ?? [])].filter(lastOfPath),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function labelsOf(input: MoverJobInput): Readonly<Record<string, string>> {
  return {
    ...input.labels,
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.task]: input.task.task,
    ...(input.component === undefined ? {} : { [LABEL.targetComponent]: input.component }),
  };
}

function fieldEnv(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

/** A user's volume of the scratch volume's name takes its place (`addonVolumes`), so the last of a name wins. */
function lastOfName(volume: Volume, index: number, all: readonly Volume[]): boolean {
  return all.findLastIndex((other) => other.name === volume.name) === index;
}

function lastOfPath(mount: VolumeMount, index: number, all: readonly VolumeMount[]): boolean {
  return all.findLastIndex((other) => other.mountPath === mount.mountPath) === index;
}
