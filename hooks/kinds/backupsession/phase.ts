/** The phase of a BackupSession, KubeStash's own algorithm, first match wins (kubestash-api.md §1.8). */
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION } from './conditions.ts';
import type { EntryPhase, SessionPhase } from './shapes.ts';

type Stated = Pick<ConditionFact, 'type' | 'status'>;

/** Conditions that make a closed session a failed one where they are False. */
const MUST_NOT_BE_FALSE = [
  CONDITION.executorEnsured,
  CONDITION.snapshotsEnsured,
  CONDITION.preHooks,
  CONDITION.postHooks,
  CONDITION.historyCleaned,
];

/** The phase of these conditions and Snapshot entries. `MetricsPushed` closes a session: without it nothing but Skipped is final. */
export function sessionPhase(conditions: readonly Stated[], entries: readonly EntryPhase[]): SessionPhase {
  const is = (type: string, status: string): boolean =>
    conditions.some((one) => one.type === type && one.status === status);
  if (is(CONDITION.metricsPushed, 'False')) return 'Failed';
  if (is(CONDITION.skipped, 'True')) return 'Skipped';
  const failed = MUST_NOT_BE_FALSE.some((type) => is(type, 'False')) || is(CONDITION.cleanupIncomplete, 'True');
  if (is(CONDITION.metricsPushed, 'True') && failed) return 'Failed';
  const together = entriesPhase(entries);
  const closed = conditions.some((one) => one.type === CONDITION.metricsPushed);
  return together === 'Pending' || closed ? together : 'Running';
}

/** The phase of the Snapshot entries together; none at all is Pending. */
export function entriesPhase(entries: readonly EntryPhase[]): EntryPhase {
  if (entries.every((phase) => phase === 'Pending')) return 'Pending';
  if (entries.some((phase) => phase === 'Pending' || phase === 'Running')) return 'Running';
  return entries.includes('Failed') ? 'Failed' : 'Succeeded';
}
