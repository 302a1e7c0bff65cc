/**
 * The phase of a RestoreSession, KubeStash's own algorithm, first match wins (kubestash-api.md §1.9).
 *
 *   Pending ──Snapshot, target and volumes found, plan pinned──▶ Running ──all components ended──▶ Succeeded | Failed | Unknown
 *      ├── ValidationPassed=False ──▶ Invalid (until the spec changes)
 *      └── deadline, cancel, copy ──▶ Failed
 */
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION } from './conditions.ts';

export type RestorePhase = 'Pending' | 'Running' | 'Failed' | 'Succeeded' | 'Invalid' | 'Unknown';

type Stated = Pick<ConditionFact, 'type' | 'status'>;

/** Conditions whose failure makes a closed RestoreSession Failed, with the status that is bad. */
const FAILING: readonly (readonly [type: string, bad: string])[] = [
  ['PreRestoreHooksExecutionSucceeded', 'False'],
  ['PostRestoreHooksExecutionSucceeded', 'False'],
  [CONDITION.executorEnsured, 'False'],
  [CONDITION.incomplete, 'True'],
];

/** The phase of these conditions and components; `total` is the number that was fixed when the plan was pinned. */
export function restorePhase(
  conditions: readonly Stated[],
  components: readonly RestorePhase[],
  total: number,
): RestorePhase {
  const is = (type: string, status: string): boolean =>
    conditions.some((one) => one.type === type && one.status === status);
  if (is(CONDITION.metricsPushed, 'False')) return 'Failed';
  if (is(CONDITION.validationPassed, 'False')) return 'Invalid';
  if (is(CONDITION.metricsPushed, 'True') && FAILING.some(([type, bad]) => is(type, bad))) return 'Failed';
  const together = componentsPhase(components, total);
  if (together === 'Pending' || conditions.some((one) => one.type === CONDITION.metricsPushed)) return together;
  return together === 'Unknown' ? 'Unknown' : 'Running';
}

/** The phase of the components together. None at all is Pending: zero of zero is no success. */
export function componentsPhase(components: readonly RestorePhase[], total: number): RestorePhase {
  const count = (phase: RestorePhase): number => components.filter((one) => one === phase).length;
  const [succeeded, failed, unknown] = [count('Succeeded'), count('Failed'), count('Unknown')];
  if (components.length === 0) return 'Pending';
  if (succeeded === total) return 'Succeeded';
  if (succeeded + failed + unknown === total) return failed > 0 ? 'Failed' : 'Unknown';
  return failed > 0 ? 'Failed' : 'Running';
}

/** Whether this phase is final: read from the observed status, never left again. Invalid is cured by an edit. */
export function isFinal(phase: unknown): phase is 'Succeeded' | 'Failed' | 'Unknown' {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Unknown';
}
