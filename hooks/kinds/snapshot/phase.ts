/**
 * The phase of a Snapshot, KubeStash's own algorithm, first match wins (kubestash-api.md §1.4). It is read from
 * conditions and components alone, so that whoever reads the status can redo it.
 *
 *   Pending ──components are listed──▶ Running ──all components ended──▶ Succeeded | Failed
 *      └──────────────── BackupIncomplete=True (nothing may or could run) ────────────────────────▶ Failed
 */
import type { ConditionFact } from '../../kube/conditions.ts';
import type { ComponentPhase } from './record.ts';
import { CONDITION } from './conditions.ts';

export type SnapshotPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

type Stated = Pick<ConditionFact, 'type' | 'status'>;

/** The phase of these conditions and components; `total` is the number that was fixed when the components were listed. */
export function snapshotPhase(
  conditions: readonly Stated[],
  components: readonly ComponentPhase[],
  total: number,
): SnapshotPhase {
  const is = (type: string, status: string): boolean =>
    conditions.some((one) => one.type === type && one.status === status);
  const uploaded = CONDITION.metadataUploaded;
  if (is(uploaded, 'False') || is(CONDITION.recentListUpdated, 'False') || is(CONDITION.incomplete, 'True'))
    return 'Failed';
  const together = componentsPhase(components, total);
  if (together === 'Pending') return 'Pending';
  return conditions.some((one) => one.type === uploaded) ? together : 'Running';
}

/** The phase of the components together. None at all is Pending: zero of zero is no success (kubestash-api.md §6.1 #49). */
export function componentsPhase(components: readonly ComponentPhase[], total: number): SnapshotPhase {
  const count = (phase: ComponentPhase): number => components.filter((one) => one === phase).length;
  if (components.length === 0) return 'Pending';
  if (count('Succeeded') === total) return 'Succeeded';
  if (count('Succeeded') + count('Failed') === total) return 'Failed';
  if (count('Failed') > 0) return 'Failed';
  return 'Running';
}
