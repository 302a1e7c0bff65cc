/** A Snapshot made from what the backend holds: its status is the stored one, and no backup is ever wanted for it. */
import type { SnapshotComponent, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { JsonMap } from '../../kube/objects.ts';
import { readyFacts, type Readiness } from '../../kube/ready.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { CONDITION, REASON } from './conditions.ts';
import { hasEvidence } from './finished.ts';
import { lastUpdateOf, summaryOf, uploadFact } from './status.ts';

/** Whether the object was made from the backend. */
export function isImported(snapshot: Snapshot): boolean {
  return snapshot.metadata.annotations?.[ANNOTATION.imported] !== undefined;
}

/** The stored status as this cluster's: Succeeded only with the same evidence as a backup made here, else Failed. */
export function importedStatus(snapshot: Snapshot, now: Instant): SnapshotStatus {
  const stored = storedStatus(snapshot.metadata.annotations?.[ANNOTATION.imported]);
  if (stored === undefined) {
    const message = `annotation ${ANNOTATION.imported} holds no JSON map; ask the Repository to read its storage again`;
    return statusOf(snapshot, {}, { reason: REASON.importUnreadable, message }, now);
  }
  const components = componentsIn(stored);
  const said = textOf(stored['phase']);
  if (said !== 'Succeeded' || !hasEvidence({ components })) {
    const message =
      said === 'Succeeded'
        ? 'the stored Snapshot says Succeeded without restic snapshot ids for every component'
        : `the stored Snapshot was ${said ?? 'without phase'} when it was written; nothing more comes of it`;
    return statusOf(snapshot, { ...stored, components }, { reason: REASON.noEvidence, message }, now);
  }
  return statusOf(snapshot, { ...stored, components }, undefined, now);
}

function statusOf(
  snapshot: Snapshot,
  stored: JsonMap | { readonly components: Readonly<Record<string, SnapshotComponent>> },
  failure: { readonly reason: string; readonly message: string } | undefined,
  now: Instant,
): SnapshotStatus {
  const components = componentsIn(stored);
  const total = Object.keys(components).length;
  const taken = instantOf(mapOf(stored)['snapshotTime']);
  const ready: Readiness =
    failure === undefined
      ? { state: 'ready', reason: REASON.imported, message: 'read from the storage' }
      : { state: 'failed', ...failure };
  const facts: readonly ConditionFact[] = [
    uploadFact(true),
    ...(failure === undefined ? [] : [{ type: CONDITION.incomplete, status: 'True', ...failure } as const]),
    ...readyFacts(ready),
  ];
  const conditions = conditionsFrom(facts, snapshot.status?.conditions, snapshot.metadata.generation, now);
  return {
    phase: failure === undefined ? 'Succeeded' : 'Failed',
    ...(total === 0 ? {} : { totalComponents: total, components }),
    ...(taken === undefined ? {} : { snapshotTime: timestampOf(taken) }),
    ...summaryOf(Object.values(components)),
    ...(failure === undefined ? { verificationStatus: 'NotVerified' } : {}),
    ...suspicionIn(mapOf(stored)),
    conditions,
    ...lastUpdateOf(conditions),
  };
}

/** Entries word for word, so that old component names and paths stay (kubestash-api.md §2.4), without our own bookkeeping. */
function componentsIn(stored: unknown): Readonly<Record<string, SnapshotComponent>> {
  const entries = Object.entries(mapOf(mapOf(stored)['components']));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      Object.fromEntries(Object.entries(mapOf(value)).filter(([key]) => key !== 'metastash')),
    ]),
  );
}

function suspicionIn(stored: JsonMap): Pick<SnapshotStatus, 'suspect' | 'suspectReason'> {
  const reason = textOf(stored['suspectReason']);
  return stored['suspect'] === true
    ? { suspect: true, ...(reason === undefined ? {} : { suspectReason: reason }) }
    : {};
}

function storedStatus(text: string | undefined): JsonMap | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : undefined;
  } catch {
    return undefined;
  }
}
