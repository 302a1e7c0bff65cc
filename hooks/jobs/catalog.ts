/** From what a user asks for (`addon.name`, `tasks[].name`) to the Addon task and Function that do it. */
import { all, blocked, ok, waitingFor, type Outcome } from '../domain/result.ts';
import { isSameTask, isVolumeSnapshotTask } from '../domain/task-alias.ts';
import { listOf, mapOf, textOf } from '../kube/json-values.ts';
import type { ObjectMap } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';
import { KIND, objectNamed } from '../kube/references.ts';
import type { AddonInfo, AddonSpec, AddonTask, FunctionSpec, TaskReference } from './shapes.ts';

export interface ResolvedTask {
  readonly addon: string;
  /** The Addon's entry. */
  readonly task: AddonTask;
  /** The user's entry. */
  readonly reference: TaskReference;
  readonly functionName: string;
  readonly function: FunctionSpec;
}

export type Direction = 'backup' | 'restore';

/**
 * All tasks of an AddonInfo, in the user's order. Waits for an Addon or Function that is not there; refuses a task that
 * the Addon does not have, or that needs an executor or driver which is not ours.
 */
export function resolveTasks(
  addon: AddonInfo | undefined,
  direction: Direction,
  related: ObjectMap,
): Outcome<readonly ResolvedTask[]> {
  if (addon === undefined || (addon.tasks ?? []).length === 0) {
    return blocked('TaskMissing', 'the addon lists no task; add one, for example "logical-backup" of workload-addon');
  }
  const found = objectNamed<KubeObject<AddonSpec>>(related, KIND.addon, addon.name);
  if (found === undefined) {
    return waitingFor('Addon', `Addon ${addon.name} does not exist; apply the catalog or correct addon.name`);
  }
  return all((addon.tasks ?? []).map((reference) => resolveTask(found, reference, direction, related)));
}

/** One task of an Addon with its Function. */
function resolveTask(
  addon: KubeObject<AddonSpec>,
  reference: TaskReference,
  direction: Direction,
  related: ObjectMap,
): Outcome<ResolvedTask> {
  const name = addon.metadata.name;
  if (isVolumeSnapshotTask(reference.name))
    return blocked('DriverUnsupported', volumeSnapshotText(reference.name, direction));
  const listed: unknown = direction === 'backup' ? addon.spec?.backupTasks : addon.spec?.restoreTasks;
  const tasks = listOf(listed)
    .map((one) => mapOf(one) as unknown as AddonTask)
    .filter((one) => textOf(one.name) !== undefined);
  const task =
    tasks.find((one) => one.name === reference.name) ?? tasks.find((one) => isSameTask(one.name, reference.name));
  if (task === undefined) {
    const names = tasks.map((one) => one.name).join(', ') || 'none';
    return blocked('TaskNotFound', `Addon ${name} has no ${direction} task ${reference.name}; it has: ${names}`);
  }
  const unsupported = unsupportedBy(name, task);
  if (unsupported !== undefined) return unsupported;
  const functionName = task.function ?? '';
  const found = functionOf(functionName, related);
  return found.ok ? ok({ addon: name, task, reference, functionName, function: found.value }) : found;
}

/** The Function of this name, which has an image. */
export function functionOf(name: string, related: ObjectMap): Outcome<FunctionSpec> {
  const found = objectNamed<KubeObject<FunctionSpec>>(related, KIND.function, name);
  if (found === undefined) {
    return waitingFor(
      'Function',
      `Function ${name} does not exist; apply the catalog or correct the Addon that names it`,
    );
  }
  return found.spec?.image
    ? ok(found.spec)
    : blocked('FunctionInvalid', `Function ${name} has no image; set spec.image`);
}

/** What is not supported and what to do instead, of a task that takes VolumeSnapshots or makes claims of them. */
export function volumeSnapshotText(task: string, direction: Direction): string {
  const instead =
    direction === 'backup'
      ? 'use task logical-backup, which saves the files of the volumes with restic'
      : 'create the PersistentVolumeClaims by hand with spec.dataSource naming each VolumeSnapshot, or name a target and task ' +
        'logical-backup-restore to restore what logical-backup saved';
  return `task ${task} needs driver VolumeSnapshotter, and only Restic is supported; ${instead}`;
}

/** Sidecars, ephemeral containers and multi-level Jobs are for databases; other drivers than restic keep their own formats. */
function unsupportedBy(addon: string, task: AddonTask): ReturnType<typeof blocked> | undefined {
  const executor = task.executor ?? 'Job';
  const driver = task.driver ?? 'Restic';
  const who = `task ${task.name} of Addon ${addon}`;
  if (driver !== 'Restic') {
    return blocked(
      'DriverUnsupported',
      `${who} needs driver ${driver}, and only Restic is supported; use another task`,
    );
  }
  if (executor === 'Job') return undefined;
  return blocked(
    'ExecutorUnsupported',
    `${who} needs executor ${executor}, and only Job is supported; use another task`,
  );
}
