/**
 * A task of a Repository or a BackupStorage, followed over its attempts until it ends well: neither has anybody to fail to, so a
 * failed attempt is always followed by another, later each time and at most every five minutes.
 *
 *   attempt n ──succeeded──▶ the caller keeps the result
 *        └──failed──▶ published with its error ──delay──▶ attempt n + 1
 */
import type { Outcome } from '../domain/result.ts';
import type { TaskName } from '../domain/task.ts';
import type { ReportError, ReportResult } from '../domain/report.ts';
import { attemptAtWork } from './kept-children.ts';
import { delayAfter, firstRun, progressOf, runRecordFrom, type RunProgress, type RunRecord } from './mover-run.ts';
import { diagnoseJob, namesOfRun, runFactsOf, type ObserverPlace } from './observer-jobs.ts';
import { instantOf, timestampOf } from '../kube/instants.ts';
import { mapOf, textOf } from '../kube/json-values.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject } from '../kube/objects.ts';

/** What status remembers of a task that has not ended well yet. */
export interface TaskRecord extends RunRecord {
  readonly failedAt?: string;
  readonly error?: ReportError;
  /** Why the attempt before failed: still what a user has to know while this one runs. */
  readonly lastError?: ReportError;
}

export interface TaskOrder {
  readonly task: TaskName;
  /** The record of the observed status, which may be anything. */
  readonly recorded: unknown;
  readonly nameOf: (run: number) => string;
  /** Job and report of an attempt, or what stands in the way. */
  readonly make: (name: string, run: number) => Outcome<readonly DesiredObject[]>;
  readonly place: ObserverPlace;
}

export interface TaskRun {
  readonly task: TaskOrder['task'];
  /** To be published while the task goes on. */
  readonly record: TaskRecord;
  /** A failure may have a result beside it: what was done before. It is told once, with the report. */
  readonly end:
    { readonly result: ReportResult } | { readonly error: ReportError; readonly partial?: ReportResult } | undefined;
  /** Job and report to make now, or why they cannot be made. */
  readonly made: Outcome<readonly DesiredObject[]>;
  /** A diagnose Job's answer about an attempt that says nothing. */
  readonly why: string | undefined;
  /** Names whose outcome the observed status does not hold yet. */
  readonly live: readonly string[];
  /** Names that belong to this attempt, the one before and the next. */
  readonly current: readonly string[];
  readonly wakeAt: readonly Instant[];
}

/** What another attempt cannot cure may be cured from outside: it is tried again, seldom. */
const LONGEST_DELAY_MS = 300_000;
const NOTHING: Outcome<readonly DesiredObject[]> = { ok: true, value: [] };

/** Where the task stands, and what to make for it. */
export function followTask(order: TaskOrder, children: ObjectMap, now: Instant): TaskRun {
  const recorded = taskRecordFrom(order.recorded) ?? firstRecord(order, children, now);
  const retryAt = retryInstant(recorded);
  if (recorded.error !== undefined && retryAt !== undefined && now < retryAt) {
    const { error } = recorded;
    return { ...restOf(order, recorded), record: recorded, end: { error }, live: [], wakeAt: [retryAt] };
  }
  const attempt = recorded.error === undefined ? recorded : attemptAfter(recorded, recorded.error, now);
  const name = order.nameOf(attempt.run);
  const progress = progressOf(attempt, runFactsOf(children, order.place.namespace, name), now);
  const live = [...namesOfRun(name), ...namesOfRun(order.nameOf(attempt.run + 1))];
  const step = stepOf(order, name, progress, now);
  const record = step.end === undefined ? { ...step.record, ...lastErrorOf(attempt) } : step.record;
  return { ...restOf(order, attempt), live, ...step, record };
}

type Step = Pick<TaskRun, 'record' | 'end' | 'wakeAt'> & Partial<Pick<TaskRun, 'made' | 'why'>>;

function stepOf(order: TaskOrder, name: string, { state, record, wakeAt }: RunProgress, now: Instant): Step {
  const ongoing: Step = { record, end: undefined, wakeAt: wakeAt === undefined ? [] : [wakeAt] };
  switch (state.kind) {
    case 'make':
      return { ...ongoing, made: order.make(name, record.run) };
    case 'wait':
      if (state.diagnose === undefined) return { ...ongoing, why: state.why };
      return { ...ongoing, why: state.why, made: diagnoseJob(order.place, name, state.diagnose) };
    case 'run':
    case 'pause':
      return ongoing;
    case 'succeeded':
      return { ...ongoing, end: { result: state.report.result ?? {} } };
    case 'failed': {
      const failed = failedRecord(record, state.error, now);
      return { record: failed, end: failureOf(state), wakeAt: [retryInstant(failed) ?? now] };
    }
  }
}

function failureOf({ error, report }: Extract<RunProgress['state'], { readonly kind: 'failed' }>): TaskRun['end'] {
  const partial = report?.result;
  return { error, ...(partial === undefined ? {} : { partial }) };
}

/** What is so for every attempt: nothing to make, nothing told, and the names around it. */
function restOf(order: TaskOrder, { run }: RunRecord): Pick<TaskRun, 'task' | 'current' | 'made' | 'why'> {
  const runs = [run - 1, run, run + 1].filter((one) => one >= 0);
  const current = runs.flatMap((one) => namesOfRun(order.nameOf(one)));
  return { task: order.task, current, made: NOTHING, why: undefined };
}

function firstRecord({ nameOf }: TaskOrder, children: ObjectMap, now: Instant): TaskRecord {
  return { ...firstRun(now), run: attemptAtWork(children, nameOf, now) };
}

function attemptAfter(failed: TaskRecord, lastError: ReportError, now: Instant): TaskRecord {
  return { ...firstRun(now), run: failed.run + 1, lastError };
}

function lastErrorOf({ lastError }: TaskRecord): Pick<TaskRecord, 'lastError'> {
  return lastError === undefined ? {} : { lastError };
}

/** An attempt whose failure the caller found in a result that claimed success. */
export function failedRecord(record: RunRecord, error: ReportError, now: Instant): TaskRecord {
  return { run: record.run, since: record.since, failedAt: timestampOf(now), error };
}

function retryInstant({ failedAt, error, run }: TaskRecord): Instant | undefined {
  const at = instantOf(failedAt);
  if (at === undefined || error === undefined) return undefined;
  return at + (error.retryable ? delayAfter(run) : LONGEST_DELAY_MS);
}

/** The record as status holds it, which may be anything; undefined where it is none. */
export function taskRecordFrom(value: unknown): TaskRecord | undefined {
  const run = runRecordFrom(value);
  if (run === undefined) return undefined;
  const map = mapOf(value);
  const [failedAt, error, lastError] = [textOf(map['failedAt']), errorFrom(map['error']), errorFrom(map['lastError'])];
  const hasFailed = failedAt !== undefined && instantOf(failedAt) !== undefined && error !== undefined;
  return {
    ...run,
    ...(hasFailed ? { failedAt, error } : {}),
    ...(lastError === undefined ? {} : { lastError }),
  };
}

function errorFrom(value: unknown): ReportError | undefined {
  const map = mapOf(value);
  const code = textOf(map['code']);
  if (code === undefined) return undefined;
  return { code, message: textOf(map['message']) ?? '', retryable: map['retryable'] === true };
}
