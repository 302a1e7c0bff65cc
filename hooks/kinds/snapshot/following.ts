/** What becomes of each listed component of a Snapshot, and the Jobs that it wants now. */
import type { BackupResult, ReportError, ReportStatus } from '../../domain/report.ts';
import type { Outcome, Problem } from '../../domain/result.ts';
import type { SnapshotComponent } from '../../generated/types/snapshot.ts';
import type { ComponentJob } from '../../jobs/component-job.ts';
import { componentVerdict, type ComponentVerdict } from '../../jobs/component-run.ts';
import { namesFromRun } from '../../jobs/observer-jobs.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { backupJob, backupJobName, observerPlaceOf } from './backup-job.ts';
import { activeEntry, failedEntry, succeededEntry } from './component-entry.ts';
import type { Ending } from './ending.ts';
import { backupResultOf, doubtOf } from './evidence.ts';
import type { Observed } from './observe.ts';
import type { Preparation } from './preparation.ts';
import { isEnded, type ComponentPhase, type Recorded, type RecordedComponent } from './record.ts';

export interface Followed {
  readonly name: string;
  readonly phase: ComponentPhase;
  /** The whole entry of `status.components`. */
  readonly entry: SnapshotComponent;
  /** Names that must stay while the outcome is not in the observed status. */
  readonly live: readonly string[];
  /** Jobs and reports that are wanted now; some may be there already. */
  readonly wanted?: readonly DesiredObject[];
  readonly wakeAt?: Instant;
  /** Why it waits, for the Ready condition. */
  readonly waitsFor?: Problem;
  readonly notes?: readonly ConditionFact[];
  /** Of a component that has just succeeded. */
  readonly result?: BackupResult;
  /** It has just failed, and no mover said so. */
  readonly isCut?: boolean;
}

export interface FollowContext {
  readonly observed: Observed;
  readonly record: Recorded;
  readonly preparation: Outcome<Preparation>;
  /** Why everything that has not ended by itself ends now. */
  readonly ending: Ending | undefined;
  /** A locate Job has yet to find the component's place. */
  readonly awaitsPlace: boolean;
  readonly now: Instant;
}

/** What becomes of one listed component. An ended one is restated word for word. */
export function followed(component: RecordedComponent, context: FollowContext): Followed {
  const { name, phase, status, run } = component;
  if (isEnded(phase)) return { name, phase, entry: status, live: [] };
  const { observed, ending, now, awaitsPlace } = context;
  const jobName = backupJobName(observed.snapshot, name, run.run);
  const verdict = componentVerdict({
    jobName,
    run,
    wasRunning: phase === 'Running',
    place: observerPlaceOf(observed),
    children: observed.children,
    job: awaitsPlace ? undefined : jobOf(component, context),
    ending,
    doubtOf: backupDoubt,
    now,
  });
  return {
    name,
    live: namesFromRun((attempt) => backupJobName(observed.snapshot, name, attempt), run.run),
    ...inWords(component, verdict, observed),
  };
}

function inWords(
  component: RecordedComponent,
  verdict: ComponentVerdict,
  { snapshot }: Observed,
): Omit<Followed, 'name' | 'live'> {
  const at = { ...component, run: verdict.run };
  if (verdict.kind === 'succeeded') {
    const result = backupResultOf(verdict.report);
    const entry = succeededEntry(snapshot, at, verdict.report);
    return { phase: 'Succeeded', entry, ...(result === undefined ? {} : { result }) };
  }
  if (verdict.kind === 'failed') {
    const { error, report, isCut } = verdict;
    return { phase: 'Failed', entry: failedEntry(snapshot, at, error, report), isCut };
  }
  const { phase, run, wanted, notes, wakeAt, waitsFor, warnings } = verdict;
  return {
    phase,
    entry: activeEntry(snapshot, { ...component, phase }, run, warnings),
    wanted,
    notes,
    ...(wakeAt === undefined ? {} : { wakeAt }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function jobOf(component: RecordedComponent, context: FollowContext): Outcome<ComponentJob> {
  const { observed, preparation, record } = context;
  return preparation.ok ? backupJob(component, observed, preparation.value, record.total) : preparation;
}

/** Success has to be proven: ids that were read back, nothing unreadable, no damage (design law 8). */
function backupDoubt(report: ReportStatus): ReportError | undefined {
  const result = backupResultOf(report);
  if (result === undefined) {
    const message = 'the mover reported success without restic snapshots that can be read';
    return { code: 'ResultUnreadable', message, retryable: true };
  }
  const doubt = doubtOf(result);
  return doubt === undefined ? undefined : { ...doubt, retryable: false };
}
