/** Jobs of our own tasks (init, locate, upload, diagnose, trigger): image and settings of Function `metastash-mover`. */
import { ok, type Outcome } from '../domain/result.ts';
import { TASK_VERSION, type Task } from '../domain/task.ts';
import type { ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { functionOf } from './catalog.ts';
import { identityOf, type Purpose } from './identity.ts';
import { moverJob, moverJobSpec, type MoverJobInput, type PodSettings } from './mover-job.ts';
import { podSettingsFrom } from './pod-settings.ts';
import { settingsOfAddon, settingsOfStorage, type MergedSettings } from './runtime-settings.ts';
import type { FunctionSpec, JobTemplate, Mounts, RuntimeSettings } from './shapes.ts';

export const SYSTEM_FUNCTION = 'metastash-mover';

/** A task document without what the builder adds: version, and the report that lies beside the Job. */
export type SystemOrder = Task extends infer One ? (One extends Task ? Omit<One, 'version' | 'report'> : never) : never;

export interface SystemTaskInput {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly order: SystemOrder;
  /** Attempt number, from 0. */
  readonly run: number;
  readonly component?: string;
  /** Must hold the Functions. */
  readonly related: ObjectMap;
  readonly serviceAccountName: string;
  /** What the task needs mounted: the storage's and the Repository's mounts. */
  readonly mounts?: readonly Mounts[];
  /** `BackupStorage.spec.runtimeSettings`, for Jobs that work on a storage. */
  readonly runtimeSettings?: RuntimeSettings | undefined;
  /** `scheduler.jobTemplate.template`, for the trigger's Pod. */
  readonly podTemplate?: JobTemplate | undefined;
  /** The Job's Namespace, for its Pod Security level. */
  readonly namespaceObject?: KubeObject | undefined;
}

/** The Job and TaskReport of a system task; waits for Function `metastash-mover`. */
export function systemTaskJob(input: SystemTaskInput): Outcome<readonly DesiredObject[]> {
  const mover = moverInputOf(input, { namespace: input.namespace, name: input.name });
  return mover.ok ? ok(moverJob(mover.value)) : mover;
}

/** The Job spec of a system task without report, for a CronJob's jobTemplate. */
export function systemTaskSpec(input: SystemTaskInput): Outcome<Readonly<Record<string, unknown>>> {
  const mover = moverInputOf(input, undefined);
  return mover.ok ? ok(moverJobSpec(mover.value)) : mover;
}

function moverInputOf(
  input: SystemTaskInput,
  report: { readonly namespace: string; readonly name: string } | undefined,
): Outcome<MoverJobInput> {
  const found = functionOf(SYSTEM_FUNCTION, input.related);
  if (!found.ok) return found;
  const settings = settingsOf(input, found.value);
  if (!settings.ok) return settings;
  const mounts = input.mounts ?? [];
  return ok({
    name: input.name,
    namespace: input.namespace,
    labels: input.labels,
    image: found.value.image ?? '',
    ...(found.value.command && found.value.command.length > 0 ? { command: found.value.command } : {}),
    args: [input.order.task],
    task: { version: TASK_VERSION, ...input.order, ...(report === undefined ? {} : { report }) } as Task,
    run: input.run,
    ...(input.component === undefined ? {} : { component: input.component }),
    env: settings.value.env,
    volumes: [...mounts.flatMap((one) => one.volumes), ...settings.value.volumes],
    volumeMounts: [...mounts.flatMap((one) => one.volumeMounts), ...settings.value.volumeMounts],
    settings: podSettingsOf(input, settings.value),
  });
}

function settingsOf({ podTemplate, runtimeSettings }: SystemTaskInput, spec: FunctionSpec): Outcome<MergedSettings> {
  const own = spec.runtimeSettings;
  if (podTemplate !== undefined) return settingsOfAddon({ function: own, jobTemplate: podTemplate });
  return settingsOfStorage(runtimeSettings, own);
}

function podSettingsOf(input: SystemTaskInput, settings: MergedSettings): PodSettings {
  const identity = identityOf({
    purpose: purposeOf(input),
    namespaceLabels: input.namespaceObject?.metadata.labels ?? {},
    ownPod: settings.pod['securityContext'] as object | undefined,
    ownContainer: settings.container['securityContext'] as object | undefined,
  });
  return podSettingsFrom(settings, identity, input.serviceAccountName);
}

/** A local backend is a volume, whose files belong to the movers of backups; everything else needs no rights at all. */
function purposeOf(input: SystemTaskInput): Purpose {
  const volumes = (input.mounts ?? []).flatMap((one) => one.volumes);
  return volumes.some((volume) => volume['secret'] === undefined) ? 'storage' : 'plain';
}
