/**
 * The Job that backs up or restores one component: the user's Function with its arguments filled in, the target's volumes,
 * the storage, and a place and identity that can read them. What could not run is a problem, never a Job.
 */
import { blocked, ok, type Outcome } from '../domain/result.ts';
import { TASK_VERSION, type BackupTask, type RestoreTask } from '../domain/task.ts';
import { substitute } from '../domain/variables.ts';
import type { ConditionFact } from '../kube/conditions.ts';
import type { DesiredObject } from '../kube/objects.ts';
import { componentPartsOf, type ComponentJobInput, type ComponentParts } from './component-parts.ts';
import { executorEnv } from './executor-variables.ts';
import { identityOf, type Identity } from './identity.ts';
import { collisionIn, type NamedMounts } from './mount-checks.ts';
import { moverJob, SCRATCH_VOLUME, type PodSettings, type VolumeMount } from './mover-job.ts';
import { placementOf, type Placement } from './placement.ts';
import { podSettingsFrom } from './pod-settings.ts';
import type { MergedSettings } from './runtime-settings.ts';
import type { FunctionSpec, Mounts } from './shapes.ts';

export type { ComponentJobInput, ComponentOrder } from './component-parts.ts';

export interface ComponentJob {
  /** Job and TaskReport. */
  readonly objects: readonly DesiredObject[];
  /** Conditions that the Job's parent shall show: data that may stay unread. */
  readonly notes: readonly ConditionFact[];
}

/** The Job and TaskReport of one component, or the problem that keeps them from being made. */
export function componentJob(input: ComponentJobInput): Outcome<ComponentJob> {
  const parts = componentPartsOf(input);
  if (!parts.ok) return parts;
  const { resolved } = input;
  const filled = substitute<FunctionSpec>(resolved.function, parts.value.parameters.variables);
  if (!filled.ok) return blocked('VariableMissing', `Function ${resolved.functionName}: ${filled.error}`);
  const mounts = mountsOf(input, parts.value, filled.value.volumeMounts ?? []);
  if (!mounts.ok) return mounts;
  const identity = identityFor(input, parts.value);
  const { image = '', command, args = [] } = filled.value;
  const objects = moverJob({
    name: input.name,
    namespace: input.namespace,
    labels: input.labels,
    image,
    ...(command === undefined || command.length === 0 ? {} : { command }),
    args,
    task: taskOf(input, parts.value.mountPaths),
    run: input.run,
    component: input.order.component,
    env: [...parts.value.parameters.env, ...executorEnv(input), ...parts.value.settings.env],
    ...mounts.value,
    settings: podSettingsOf(input, parts.value, { identity, spec: filled.value }),
  });
  return ok({ objects, notes: identity.note === undefined ? [] : [identity.note] });
}

function taskOf(input: ComponentJobInput, mountPaths: readonly string[]): BackupTask | RestoreTask {
  return {
    version: TASK_VERSION,
    ...input.order,
    report: { namespace: input.namespace, name: input.name },
    storage: input.storage.access,
    repository: input.repository.access,
    mountPaths,
  };
}

/** All volumes and mounts. The scratch volume is ours unless the Addon brings its own of that name; users' volumes come last. */
function mountsOf(
  { storage, repository }: ComponentJobInput,
  { target, addon, settings }: ComponentParts,
  functionMounts: readonly VolumeMount[],
): Outcome<Mounts> {
  const parties: readonly NamedMounts[] = [
    { from: 'the target', volumes: target.volumes, volumeMounts: target.volumeMounts },
    { from: 'the Addon', volumes: addon.volumes, volumeMounts: addon.volumeMounts },
    { from: 'the storage', volumes: storage.volumes, volumeMounts: storage.volumeMounts },
    { from: 'the encryption Secret', volumes: repository.volumes, volumeMounts: repository.volumeMounts },
  ];
  const collision = collisionIn(parties);
  if (collision !== undefined) return blocked('MountPathTaken', collision);
  return ok({
    volumes: [...parties.flatMap((party) => party.volumes), ...settings.volumes],
    volumeMounts: [...parties.flatMap((party) => party.volumeMounts), ...functionMounts, ...settings.volumeMounts],
  });
}

function identityFor(input: ComponentJobInput, { settings, target, addon }: ComponentParts): Identity {
  return identityOf({
    purpose: input.order.task,
    namespaceLabels: input.namespaceObject?.metadata.labels ?? {},
    ownPod: settings.pod['securityContext'] as object | undefined,
    ownContainer: settings.container['securityContext'] as object | undefined,
    workload: input.workload,
    volumes: [...target.volumes, ...addon.volumes]
      .map((volume) => volume.name)
      .filter((name) => name !== SCRATCH_VOLUME),
  });
}

function podSettingsOf(
  input: ComponentJobInput,
  { settings }: ComponentParts,
  { identity, spec }: { readonly identity: Identity; readonly spec: FunctionSpec },
): PodSettings {
  const { workload, located, order } = input;
  const placement = placementOf({ workload, component: order.component, located, own: settings.pod });
  const container = { workingDir: spec.workingDir, ports: spec.ports, ...settings.container };
  return podSettingsFrom(
    { ...settings, pod: { ...settings.pod, ...placed(placement, settings) }, container },
    identity,
    input.serviceAccountName,
  );
}

/** The user's tolerations stay; those of the target come after them. */
function placed(placement: Placement, settings: MergedSettings): object {
  const own = (settings.pod['tolerations'] as readonly object[] | undefined) ?? [];
  const tolerations = [
    ...new Map([...own, ...(placement.tolerations ?? [])].map((one) => [JSON.stringify(one), one])).values(),
  ];
  return {
    ...(placement.affinity === undefined ? {} : { affinity: placement.affinity }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}
