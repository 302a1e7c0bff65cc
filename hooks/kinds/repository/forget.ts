/** The batch of Snapshots whose data a forget Job removes, by explicit restic ids, and when that may be. */
import type { ForgetTarget } from '../../domain/task.ts';
import type { Snapshot, SnapshotComponent } from '../../generated/types/snapshot.ts';
import { namesAtWork } from '../../jobs/kept-children.ts';
import type { SystemOrder } from '../../jobs/system-task-job.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { ANNOTATION, LABEL } from '../../kube/labels.ts';
import type { Instant, ObjectMap } from '../../kube/metacontroller.ts';
import { KIND, objectsOf } from '../../kube/references.ts';
import type { Access } from './access.ts';
import { isForgotten } from './forgotten.ts';
import type { Observed } from './observe.ts';
import type { Retention } from './retention.ts';
import { isWipeRequested } from './snapshot-wipe.ts';
import type { UpkeepRecord, UpkeepWish } from './upkeep.ts';

/** The task document goes into one environment variable, which Linux bounds at 128 KiB. */
const MAX_BATCH_CHARACTERS = 60_000;
const MAX_BATCH = 50;
/** restic's lock keeps backups and forget apart; beyond this it is left to restic who waits for whom (faults.md L05). */
const PATIENCE_MS = 60 * 60_000;
const RESTIC_ID = /^[0-9a-f]{64}$/;

/** What may be forgotten now: what is due, when no backup of this Repository runs, or after an hour of waiting for that. */
export function forgetWish(observed: Observed, { due, plan }: Retention, now: Instant): UpkeepWish | undefined {
  const ready = due.filter((one) => isStored(one, observed, now) && !isForgotten(observed, one));
  const oldest = Math.min(...plan.map((one) => instantOf(one.removeAt) ?? Infinity));
  if (ready.length === 0 || (!isQuiet(observed) && now < oldest + PATIENCE_MS)) return undefined;
  const batch: string[] = [];
  let characters = 0;
  for (const snapshot of ready) {
    characters += JSON.stringify(targetOf(snapshot, observed)).length;
    if (batch.length > 0 && (batch.length === MAX_BATCH || characters > MAX_BATCH_CHARACTERS)) break;
    batch.push(snapshot.metadata.uid);
  }
  return { batch };
}

/**
 * Whether no Snapshot of this Repository has work to come: the time for what needs the restic repositories alone. One that
 * asks for its data to go has had its Jobs dropped.
 */
export function isQuiet({ snapshots }: Observed): boolean {
  return snapshots.every(
    (one) => one.status?.phase === 'Succeeded' || one.status?.phase === 'Failed' || isWipeRequested(one),
  );
}

/** The order of a published batch: of it what is due still. */
export function forgetOrder(
  observed: Observed,
  { due }: Retention,
  { batch = [] }: UpkeepRecord,
  access: Access,
): SystemOrder | undefined {
  const snapshots = due.filter((one) => batch.includes(one.metadata.uid)).map((one) => targetOf(one, observed));
  if (snapshots.length === 0) return undefined;
  const { storageMount, repositoryMount, clusterUid } = access;
  return {
    task: 'forget',
    storage: storageMount.access,
    repository: repositoryMount.access,
    owner: { clusterUid, namespace: observed.namespace, name: observed.repository.metadata.name },
    snapshots,
  };
}

/** A manifest on its way to the storage would come after its own removal: such a Snapshot waits. */
function isStored(snapshot: Snapshot, { children }: Observed, now: Instant): boolean {
  const { metadata, status } = snapshot;
  // Deleted, it says no more what is stored; no further upload takes it along.
  if (isWipeRequested(snapshot)) return !isTaskAtWork(children, 'upload', now);
  if (status?.phase !== 'Succeeded' || metadata.annotations?.[ANNOTATION.imported] !== undefined) return true;
  return conditionOf(status, 'SnapshotMetadataUploaded')?.status === 'True';
}

function isTaskAtWork(children: ObjectMap, task: string, now: Instant): boolean {
  const atWork = namesAtWork(children, now);
  return objectsOf(children, KIND.job).some(
    ({ metadata }) => metadata.labels?.[LABEL.task] === task && atWork.includes(metadata.name),
  );
}

/** An id that another Snapshot names as well stays: nobody's data goes with somebody else's object. */
function targetOf(snapshot: Snapshot, observed: Observed): ForgetTarget {
  const others = observed.snapshots.filter((one) => one !== snapshot && !isForgotten(observed, one));
  const shared = new Set(others.flatMap((one) => componentsOf(one).flatMap(idsOf)));
  const byPath = new Map<string, Set<string>>();
  for (const component of componentsOf(snapshot)) {
    const path = textOf(component.path);
    if (path === undefined) continue;
    const ids = byPath.get(path) ?? new Set();
    for (const id of idsOf(component)) if (!shared.has(id)) ids.add(id);
    byPath.set(path, ids);
  }
  const components = [...byPath].map(([resticPath, ids]) => ({ resticPath, ids: [...ids].sort() }));
  return { name: snapshot.metadata.name, uid: snapshot.metadata.uid, components };
}

function componentsOf({ status }: Snapshot): readonly SnapshotComponent[] {
  return Object.values(mapOf(status?.components)).map((one) => mapOf(one) as SnapshotComponent);
}

function idsOf(component: SnapshotComponent): readonly string[] {
  return listOf(component.resticStats)
    .map((one) => textOf(mapOf(mapOf(one)['summary'])['id']) ?? '')
    .filter((id) => RESTIC_ID.test(id));
}
