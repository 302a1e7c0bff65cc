/** The locate Job of a Snapshot. Its report is read once components can be listed. */
import type { Outcome } from '../../domain/result.ts';
import { locatingOf, type Locating } from '../../jobs/locating.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { locateJobName, observerPlaceOf } from './backup-job.ts';
import type { Observed } from './observe.ts';
import type { Preparation } from './preparation.ts';
import type { Recorded } from './record.ts';

/** How far the look-up of the target's components is. */
export function snapshotLocating(
  observed: Observed,
  record: Recorded,
  preparation: Outcome<Preparation>,
  now: Instant,
): Locating {
  const locating = locatingOf(record.locate, {
    isNeeded: record.components.length === 0 && preparation.ok && preparation.value.plan.locate,
    jobName: (run) => locateJobName(observed.snapshot, run),
    place: observerPlaceOf(observed),
    children: observed.children,
    workload: preparation.ok ? preparation.value.workload : undefined,
    mayMake: !observed.isNamespaceTerminating,
    now,
  });
  // Components can only be listed with the rest at hand; until then the report is read again.
  const isUsable = locating.found === undefined || record.components.length > 0 || preparation.ok;
  return isUsable || record.locate === undefined ? locating : { ...locating, locate: record.locate };
}
