/** A Snapshot made from what the backend holds: its status is the stored one, and no backup is ever wanted for it. */
import type { ResticStats, Snapshot, SnapshotComponent, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { countOf, listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { JsonMap } from '../../kube/objects.ts';
import { readyFacts, type Readiness } from '../../kube/ready.ts';
import { CONDITION, REASON } from './conditions.ts';
import { hasEvidence } from './finished.ts';
import { lastUpdateOf, summaryOf, uploadFact } from './status.ts';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;
const DRIVERS = [
  'Restic',
  'WalG',
  'VolumeSnapshotter',
  'Solr',
  'Medusa',
  'ClickHouseBackup',
  'Neo4jAdmin',
] as const satisfies readonly NonNullable<SnapshotComponent['driver']>[];

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
  const failure = failureOf(stored);
  return statusOf(snapshot, stored, failure, now);
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** Why what is stored is no backup that could be restored. */
function failureOf(stored: JsonMap): Failure | undefined {
  const said = textOf(stored['phase']);
  if (said !== 'Succeeded') {
    const message = `the stored Snapshot was ${said ?? 'without phase'} when it was written; nothing more comes of it`;
    return { reason: REASON.noEvidence, message };
  }
  if (!hasEvidence({ components: componentsIn(stored) })) {
    const message = 'the stored Snapshot says Succeeded without restic snapshot ids for every component';
    return { reason: REASON.noEvidence, message };
  }
  const lost = textsOf(stored['lost']);
  if (lost.length === 0) return undefined;
  const message = `the storage does not hold the data any more that the stored Snapshot names: ${lost.join(', ')}`;
  return { reason: REASON.dataLost, message };
}

function statusOf(snapshot: Snapshot, stored: JsonMap, failure: Failure | undefined, now: Instant): SnapshotStatus {
  const components = componentsIn(stored);
  const total = Object.keys(components).length;
  const taken = instantOf(stored['snapshotTime']);
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
    ...suspicionIn(stored),
    conditions,
    ...lastUpdateOf(conditions),
  };
}

/**
 * Names and paths word for word, so that old ones stay (kubestash-api.md §2.4). Of the rest only fields of the right shape:
 * anything else would be dropped or refused by the API server with every write of this status.
 */
function componentsIn(stored: JsonMap): Readonly<Record<string, SnapshotComponent>> {
  const entries = Object.entries(mapOf(stored['components']));
  return Object.fromEntries(entries.map(([name, value]) => [name, componentFrom(mapOf(value))]));
}

function componentFrom(value: JsonMap): SnapshotComponent {
  const phase = PHASES.find((one) => one === value['phase']);
  const driver = DRIVERS.find((one) => one === value['driver']);
  const stats = listOf(value['resticStats']).map((one) => statsFrom(mapOf(one)));
  return {
    ...textsIn(value, ['path', 'size', 'duration', 'error', 'nodeName', 'podName']),
    ...(phase === undefined ? {} : { phase }),
    ...(driver === undefined ? {} : { driver }),
    ...(typeof value['integrity'] === 'boolean' ? { integrity: value['integrity'] } : {}),
    ...(stats.length === 0 ? {} : { resticStats: stats }),
  };
}

function statsFrom(value: JsonMap): ResticStats {
  const summary = mapOf(value['summary']);
  const totalFiles = countOf(mapOf(value['progress'])['totalFiles']);
  const times = ['startTime', 'endTime'].flatMap((field) => {
    const at = instantOf(summary[field]);
    return at === undefined ? [] : [[field, timestampOf(at)]];
  });
  return {
    summary: { ...textsIn(summary, ['id', 'uploaded', 'hostPath', 'size']), ...Object.fromEntries(times) },
    ...(totalFiles === undefined ? {} : { progress: { totalFiles } }),
  };
}

function textsIn(map: JsonMap, fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = textOf(map[field]);
      return text === undefined ? [] : [[field, text]];
    }),
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
