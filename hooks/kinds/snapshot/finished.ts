/** A Snapshot that has ended: its status is read back, never computed again; only the words about its manifest may still improve. */
import type { Snapshot, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { conditionOf, conditionsWith, type ConditionFact } from '../../kube/conditions.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { KIND, objectNamed } from '../../kube/references.ts';
import { readyFacts } from '../../kube/ready.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { CONDITION, REASON } from './conditions.ts';
import { isResticId } from './evidence.ts';
import { acceptedFacts } from './suspicion.ts';
import { isUploaded, lastUpdateOf, uploadFact } from './status.ts';

/** Whether a Snapshot's phase is final. */
export function isFinished(snapshot: Snapshot): boolean {
  const phase: unknown = snapshot.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

/** A good Snapshot of which the Repository has yet to store the manifest: the one thing that a finished Snapshot waits for. */
export function awaitsUpload(snapshot: Snapshot): boolean {
  return (
    snapshot.status?.phase === 'Succeeded' &&
    conditionOf(snapshot.status, CONDITION.metadataUploaded)?.status === 'Unknown'
  );
}

/** The final status once more; finished Jobs go by age, unfinished ones at once. */
export function finished(request: SyncRequest<Snapshot>, now: Instant): SyncResponse<SnapshotStatus> {
  const snapshot = request.parent;
  const { children, wakeAt } = keptChildren(request.children, new Set(), now);
  return {
    status: finalStatus(request, now),
    children,
    ...(wakeAt === undefined ? {} : { resyncAfterSeconds: Math.max(1, Math.ceil((wakeAt - now) / 1000)) }),
  };

  function finalStatus({ related }: SyncRequest<Snapshot>, at: Instant): SnapshotStatus {
    const status = unchangedStatus(snapshot);
    if (status.phase === 'Succeeded' && !hasEvidence(status)) return unproven(snapshot, status, at);
    const accepted = acceptedFacts(snapshot);
    if (accepted !== undefined) return withoutSuspicion(withFacts(snapshot, status, accepted, at));
    const { name, namespace = '' } = snapshot.metadata;
    const repository = objectNamed<Repository>(related, KIND.repository, snapshot.spec?.repository ?? '', namespace);
    if (!awaitsUpload(snapshot) || !isUploaded(repository, name)) return status;
    return withFacts(snapshot, status, [uploadFact(true)], at);
  }
}

function withoutSuspicion({ suspect: _, suspectReason: __, ...status }: SnapshotStatus): SnapshotStatus {
  return status;
}

/** Whether every component of a status names restic snapshots; other drivers keep other evidence. */
export function hasEvidence(status: SnapshotStatus): boolean {
  const components = Object.values(mapOf(status.components)).map(mapOf);
  return components.length > 0 && components.every((one) => one['phase'] === 'Succeeded' && isProven(one));
}

function isProven(component: Readonly<Record<string, unknown>>): boolean {
  if (component['driver'] !== undefined && component['driver'] !== 'Restic') return true;
  const stats = listOf(component['resticStats']).map((one) => mapOf(mapOf(one)['summary']));
  return stats.length > 0 && stats.every((summary) => isResticId(summary['id']));
}

/** No hook ever wrote this: whoever did claims a backup that nobody could restore (faults.md B71). */
function unproven(snapshot: Snapshot, status: SnapshotStatus, now: Instant): SnapshotStatus {
  const message =
    'the status said Succeeded without restic snapshot ids for every component; nothing is backed up for it. ' +
    'Delete this Snapshot; the Repository brings back the ones that its storage holds';
  const bad: ConditionFact = { type: CONDITION.incomplete, status: 'True', reason: REASON.noEvidence, message };
  const ready = readyFacts({ state: 'failed', reason: REASON.noEvidence, message });
  return { ...withFacts(snapshot, status, [bad, ...ready], now), phase: 'Failed' };
}

function withFacts(
  snapshot: Snapshot,
  status: SnapshotStatus,
  facts: readonly ConditionFact[],
  now: Instant,
): SnapshotStatus {
  const conditions = conditionsWith(facts, status.conditions, snapshot.metadata.generation, now);
  return { ...status, conditions, ...lastUpdateOf(conditions) };
}
