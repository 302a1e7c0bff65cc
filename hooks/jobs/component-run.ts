/**
 * What becomes of one listed component of a backup or a restore, and which Jobs it wants now. The parent lists components in
 * status first and hands over what the observed status recorded, so no component runs that was not published before.
 */
import type { ReportError, ReportStatus } from '../domain/report.ts';
import type { Outcome, Problem } from '../domain/result.ts';
import type { ConditionFact } from '../kube/conditions.ts';
import { instantOf, timestampOf } from '../kube/instants.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject } from '../kube/objects.ts';
import type { ComponentJob } from './component-job.ts';
import { nextRun, progressOf, type RunRecord, type RunState } from './mover-run.ts';
import { diagnoseJob, runFactsOf, type ObserverPlace } from './observer-jobs.ts';

export interface ComponentWork {
  readonly jobName: string;
  /** As the observed status recorded it. */
  readonly run: RunRecord;
  readonly wasRunning: boolean;
  readonly place: ObserverPlace;
  readonly children: ObjectMap;
  /** The Job that the attempt would be, or what keeps it from being made; undefined while it may not be made at all. */
  readonly job: Outcome<ComponentJob> | undefined;
  /** Why everything that has not ended by itself ends now. */
  readonly ending: { readonly reason: string; readonly message: string } | undefined;
  /** Why a report of success proves no success. */
  readonly doubtOf: (report: ReportStatus) => ReportError | undefined;
  readonly now: Instant;
}

export type ComponentVerdict =
  | { readonly kind: 'succeeded'; readonly run: RunRecord; readonly report: ReportStatus }
  | {
      readonly kind: 'failed';
      readonly run: RunRecord;
      readonly error: Pick<ReportError, 'code' | 'message'>;
      readonly report?: ReportStatus;
      /** No mover said so: it was ended, or never came to report. */
      readonly isCut: boolean;
    }
  | {
      readonly kind: 'active';
      readonly phase: 'Pending' | 'Running';
      /** To be recorded. */
      readonly run: RunRecord;
      readonly wanted: readonly DesiredObject[];
      readonly wakeAt?: Instant;
      readonly waitsFor?: Problem;
      /** For the component's entry: why the attempt before failed, what this one waits for. */
      readonly warnings: readonly string[];
      readonly notes: readonly ConditionFact[];
    };

/** The verdict on one component. Its own report counts before anything that would end it from outside. */
export function componentVerdict(work: ComponentWork): ComponentVerdict {
  const { state, record, wakeAt } = progressOf(
    work.run,
    runFactsOf(work.children, work.place.namespace, work.jobName),
    work.now,
  );
  if (state.kind === 'succeeded') {
    const doubt = work.doubtOf(state.report);
    if (doubt === undefined) return { kind: 'succeeded', run: record, report: state.report };
    return failedOrNext(work, record, { error: doubt, report: state.report });
  }
  if (state.kind === 'failed') return failedOrNext(work, record, state);
  const { ending } = work;
  if (ending !== undefined) {
    const earlier = record.previous === undefined ? '' : `; ${before(record)}`;
    return failed(record, { code: ending.reason, message: `${ending.message}${earlier}` });
  }
  return waiting(work, record, state, wakeAt);
}

/** The next attempt is only recorded here; its Job follows once the record is observed. */
function failedOrNext(
  work: ComponentWork,
  record: RunRecord,
  failure: { readonly error: ReportError; readonly report?: ReportStatus },
): ComponentVerdict {
  const next = work.ending === undefined ? nextRun(record, failure.error, work.now) : undefined;
  if (next === undefined) return failed(record, lateReason(failure.error, work), failure.report);
  const phase = work.wasRunning ? 'Running' : 'Pending';
  const waitsFor = pauseProblem(next, instantOf(next.notBefore) ?? work.now);
  const warnings = [waitsFor.message];
  return { kind: 'active', phase, run: next, wanted: [], wakeAt: work.now, waitsFor, warnings, notes: [] };
}

function failed(run: RunRecord, error: Pick<ReportError, 'code' | 'message'>, report?: ReportStatus): ComponentVerdict {
  const isCut = report?.phase !== 'Succeeded' && report?.phase !== 'Failed';
  return { kind: 'failed', run, error, isCut, ...(report === undefined ? {} : { report }) };
}

/** A Job that was never made, because something was missing all the time: that is the reason to show. */
function lateReason(error: ReportError, { job }: ComponentWork): Pick<ReportError, 'code' | 'message'> {
  if (error.code !== 'NotCreated' || job === undefined || job.ok) return error;
  return { code: 'NothingStarted', message: `nothing could be started within 30 minutes: ${job.error.message}` };
}

function waiting(work: ComponentWork, run: RunRecord, state: RunState, wakeAt: Instant | undefined): ComponentVerdict {
  const problem = problemOf(work.job, run, state);
  if (problem?.waits === false) return failed(run, { code: problem.reason, message: problem.message });
  return {
    kind: 'active',
    phase: state.kind === 'run' || work.wasRunning ? 'Running' : 'Pending',
    run,
    wanted: [...wantedOf(work.job, state), ...diagnosisOf(work, state)],
    ...(wakeAt === undefined || work.job === undefined ? {} : { wakeAt }),
    ...(problem === undefined ? {} : { waitsFor: problem }),
    warnings: warningsOf(run, state, problem),
    notes: work.job?.ok === true ? work.job.value.notes : [],
  };
}

function warningsOf(run: RunRecord, state: RunState, problem: Problem | undefined): readonly string[] {
  const isToldAnyway = run.previous === undefined || state.kind === 'pause';
  return [...(isToldAnyway ? [] : [before(run)]), ...(problem === undefined ? [] : [problem.message])];
}

/** What keeps a Job from being made, or what a diagnose Job has told of a mover that does not start. */
function problemOf(job: Outcome<ComponentJob> | undefined, run: RunRecord, state: RunState): Problem | undefined {
  if (state.kind === 'make') return job?.ok === false ? job.error : undefined;
  if (state.kind === 'pause') return pauseProblem(run, state.until);
  if (state.kind !== 'wait' || state.why === undefined) return undefined;
  return { reason: 'MoverNotStarted', message: state.why, waits: true };
}

function pauseProblem(run: RunRecord, until: Instant): Problem {
  const message = `attempt ${run.run + 1} begins at ${timestampOf(until)}; ${before(run)}`;
  return { reason: 'AttemptFailed', message, waits: true };
}

function before({ run, previous = 'no word of why' }: RunRecord): string {
  return `attempt ${run} failed: ${previous}`;
}

/** Both objects of an attempt that was never seen; of one that was, only the report, should its creation have failed. */
function wantedOf(job: Outcome<ComponentJob> | undefined, state: RunState): readonly DesiredObject[] {
  if (job?.ok !== true || state.kind === 'pause') return [];
  return state.kind === 'make' ? job.value.objects : job.value.objects.filter((one) => one.kind === 'TaskReport');
}

function diagnosisOf({ place, jobName }: ComponentWork, state: RunState): readonly DesiredObject[] {
  if (state.kind !== 'wait' || state.diagnose === undefined) return [];
  const job = diagnoseJob(place, jobName, state.diagnose);
  return job.ok ? job.value : [];
}
