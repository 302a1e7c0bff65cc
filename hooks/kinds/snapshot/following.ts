/**
 * What becomes of each listed component: its attempt is followed, its outcome put into the words of the status, and the
 * Jobs that it wants now are built. Only components that stand in the observed status get Jobs (two steps: list, then run).
 */
import type { BackupResult, ReportError, ReportStatus } from '../../domain/report.ts';
import type { Outcome, Problem } from '../../domain/result.ts';
import type { SnapshotComponent } from '../../generated/types/snapshot.ts';
import type { ComponentJob } from '../../jobs/component-job.ts';
import { nextRun, progressOf, type RunProgress, type RunState } from '../../jobs/mover-run.ts';
import { diagnoseJob, namesOfRun, runFactsOf } from '../../jobs/observer-jobs.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { backupJob, backupJobName, observerPlaceOf } from './backup-job.ts';
import { activeEntry, failedEntry, succeededEntry } from './component-entry.ts';
import type { Ending } from './ending.ts';
import { backupResultOf, doubtOf } from './evidence.ts';
import type { Observed } from './observe.ts';
import type { Preparation } from './preparation.ts';
import { isEnded, type ComponentPhase, type Record, type RecordedComponent } from './record.ts';

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
  /** It has just failed, and no mover said so: it was ended, or never came to report. */
  readonly isCut?: boolean;
}

export interface FollowContext {
  readonly observed: Observed;
  readonly record: Record;
  readonly preparation: Outcome<Preparation>;
  /** Why everything that has not ended by itself ends now. */
  readonly ending: Ending | undefined;
  /** A locate Job has yet to find the component's place. */
  readonly awaitsPlace: boolean;
  readonly now: Instant;
}

/** What becomes of one listed component. An ended one is restated word for word. */
export function followed(component: RecordedComponent, context: FollowContext): Followed {
  const { snapshot, children, namespace } = context.observed;
  if (isEnded(component.phase))
    return { name: component.name, phase: component.phase, entry: component.status, live: [] };
  const jobName = backupJobName(snapshot, component.name, component.run.run);
  const facts = runFactsOf(children, namespace, jobName);
  const progress = progressOf(component.run, facts, context.now);
  return { ...judged({ ...component, run: progress.record }, progress, context), live: namesOfRun(jobName) };
}

type Judged = Omit<Followed, 'live'>;

function judged(component: RecordedComponent, { state, wakeAt }: RunProgress, context: FollowContext): Judged {
  if (state.kind === 'succeeded') return proven(component, state.report, context);
  if (state.kind === 'failed') return failedOrNext(component, state, context);
  if (context.ending !== undefined)
    return failed(component, { code: context.ending.reason, message: context.ending.message }, context);
  if (context.awaitsPlace) return waiting(component, { state, wakeAt: undefined }, context);
  return waiting(component, { state, wakeAt }, context);
}

/** Success has to be proven: ids that were read back, nothing unreadable, no damage (design law 8). */
function proven(component: RecordedComponent, report: ReportStatus, context: FollowContext): Judged {
  const result = backupResultOf(report);
  const doubt = result === undefined ? UNPROVEN : doubtOf(result);
  if (doubt !== undefined || result === undefined) {
    const error = { ...(doubt ?? UNPROVEN), retryable: doubt === UNPROVEN };
    return failedOrNext(component, { error, report }, context);
  }
  const { snapshot } = context.observed;
  return { name: component.name, phase: 'Succeeded', entry: succeededEntry(snapshot, component, report), result };
}

const UNPROVEN = {
  code: 'ResultUnreadable',
  message: 'the mover reported success without restic snapshots that can be read',
};

/** The next attempt is only recorded here; its Job follows once the record is observed. */
function failedOrNext(
  component: RecordedComponent,
  failure: { readonly error: ReportError; readonly report?: ReportStatus },
  context: FollowContext,
): Judged {
  const next = context.ending === undefined ? nextRun(component.run, failure.error, context.now) : undefined;
  if (next !== undefined) {
    const { name, phase } = component;
    return { name, phase, entry: activeEntry(context.observed.snapshot, component, next), wakeAt: context.now };
  }
  return failed(component, lateReason(failure.error, context), context, failure.report);
}

function failed(
  component: RecordedComponent,
  error: Pick<ReportError, 'code' | 'message'>,
  context: FollowContext,
  report?: ReportStatus,
): Judged {
  const entry = failedEntry(context.observed.snapshot, component, error, report);
  const said = report?.phase === 'Succeeded' || report?.phase === 'Failed';
  return { name: component.name, phase: 'Failed', entry, isCut: !said };
}

/** A Job that was never made, because something was missing all the time: that is the reason to show. */
function lateReason(error: ReportError, { preparation }: FollowContext): Pick<ReportError, 'code' | 'message'> {
  if (error.code !== 'NotCreated' || preparation.ok) return error;
  return {
    code: 'NothingStarted',
    message: `nothing could be started within 30 minutes: ${preparation.error.message}`,
  };
}

function waiting(
  component: RecordedComponent,
  { state, wakeAt }: { readonly state: RunState; readonly wakeAt: Instant | undefined },
  context: FollowContext,
): Judged {
  const { observed, awaitsPlace } = context;
  const job = awaitsPlace ? undefined : jobOf(component, context);
  const problem = problemOf(job, state);
  if (problem?.waits === false) return failed(component, { code: problem.reason, message: problem.message }, context);
  const phase = state.kind === 'run' || component.phase === 'Running' ? 'Running' : 'Pending';
  return {
    name: component.name,
    phase,
    entry: activeEntry(observed.snapshot, { ...component, phase }, component.run, problem?.message),
    wanted: [...wantedOf(job, state), ...diagnosisOf(component, state, observed)],
    ...(wakeAt === undefined ? {} : { wakeAt }),
    ...(problem === undefined ? {} : { waitsFor: problem }),
    notes: job?.ok === true ? job.value.notes : [],
  };
}

/** What keeps a Job from being made, or what a diagnose Job has told of a mover that does not start. */
function problemOf(job: Outcome<ComponentJob> | undefined, state: RunState): Problem | undefined {
  if (state.kind === 'make') return job?.ok === false ? job.error : undefined;
  if (state.kind !== 'wait' || state.why === undefined) return undefined;
  return { reason: 'MoverNotStarted', message: state.why, waits: true };
}

function jobOf(component: RecordedComponent, { observed, preparation, record }: FollowContext): Outcome<ComponentJob> {
  return preparation.ok ? backupJob(component, observed, preparation.value, record.total) : preparation;
}

/** Both objects of an attempt that was never seen; of one that was, only the report, should its creation have failed. */
function wantedOf(job: Outcome<ComponentJob> | undefined, state: RunState): readonly DesiredObject[] {
  if (job?.ok !== true) return [];
  return state.kind === 'make' ? job.value.objects : job.value.objects.filter((one) => one.kind === 'TaskReport');
}

function diagnosisOf(component: RecordedComponent, state: RunState, observed: Observed): readonly DesiredObject[] {
  if (state.kind !== 'wait' || state.diagnose === undefined || observed.isNamespaceTerminating) return [];
  const jobName = backupJobName(observed.snapshot, component.name, component.run.run);
  const job = diagnoseJob(observerPlaceOf(observed), jobName, state.diagnose);
  return job.ok ? job.value : [];
}
