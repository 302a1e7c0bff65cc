/**
 * One piece of work of a mover (a component, a locate), followed over its attempts. What must not be forgotten between two
 * syncs stands in the parent's status as a `RunRecord`; everything else is read from Job and TaskReport (job-state.ts).
 *
 *   make ──Job there──▶ wait ──report claimed──▶ run ──report ended──▶ succeeded | failed
 *                       │ 2 min unclaimed, or the Job ended without a report: a diagnose Job says why
 *                       └ 30 min unclaimed, Job deleted, no heartbeat for 1 h ──▶ failed ──delay──▶ make (next attempt)
 *
 * A failed attempt that another one may cure is followed by the next, under the next Job name, once the failure stands in
 * the observed status and a while has passed: never two movers for one attempt, never an attempt without a record of the one
 * before. What another can cure meanwhile (a Secret that arrives late, a lock, a backend that is down) is tried again by the
 * clock and not by the number of attempts.
 */
import type { ReportError, ReportStatus } from '../domain/report.ts';
import { instantOf, timestampOf } from '../kube/instants.ts';
import { countOf, mapOf, textOf } from '../kube/json-values.ts';
import type { Instant } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';
import { jobStateOf, type JobState } from './job-state.ts';

const MINUTE_MS = 60_000;
/** A Job that cannot even be created (quota, admission) is given up after this (design law 9). */
export const MAKE_LIMIT_MS = 30 * MINUTE_MS;
/** A Job is recorded as seen when its mover speaks, or after this. One that vanishes earlier is made again: only one Pod can claim the report. */
const SEEN_AFTER_MS = 10_000;
/** How long the answer of a diagnose Job is waited for. */
const DIAGNOSIS_LIMIT_MS = 5 * MINUTE_MS;
/** How long a Job that was seen may be missing before it counts as deleted: a restarted host's caches may be older. */
const LOST_AFTER_MS = 2 * MINUTE_MS;
/** Attempts after the first, of failures that nobody else is known to cure. */
export const MAX_FURTHER_RUNS = 2;
/** From a failed attempt to the next: 30 s, then twice as long each time. */
const FIRST_DELAY_MS = MINUTE_MS / 2;
const LONGEST_DELAY_MS = 5 * MINUTE_MS;
/** As long as anything may take to start (design law 9). */
const PATIENCE_MS = 30 * MINUTE_MS;
/** For how long after its first failure of this kind work is tried again. */
const PATIENCE: Readonly<Record<string, number>> = {
  SecretNotFound: PATIENCE_MS,
  SecretForbidden: PATIENCE_MS,
  SecretKeyMissing: PATIENCE_MS,
  SecretValueInvalid: PATIENCE_MS,
  BucketNotFound: PATIENCE_MS,
  StorageForbidden: PATIENCE_MS,
  StorageUnreachable: PATIENCE_MS,
  StorageThrottled: PATIENCE_MS,
  StorageFull: PATIENCE_MS,
  ClusterUnavailable: PATIENCE_MS,
  /** restic takes a dead process' lock for stale after 30 minutes, and each attempt waits 15 for a living one. */
  RepositoryLocked: 2 * PATIENCE_MS,
};

/** Failures that another attempt of the same work would meet again, after as long a wait. */
const FINAL_STATES = ['NotStarted', 'NoHeartbeat'];
/** The same for what a diagnose Job found. */
const FINAL_DIAGNOSES = [
  'OOMKilled',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'Unschedulable',
  'QuotaExceeded',
];

/** What a parent's status remembers of a piece of work. */
export interface RunRecord {
  /** Attempt, from 0. */
  readonly run: number;
  /** When this attempt was published. */
  readonly since: string;
  /** Its Job was seen: it is never made a second time. */
  readonly started?: true;
  /** Seen before, now missing. */
  readonly missingSince?: string;
  /** Its Job ended without a result, and a diagnose Job was asked for. */
  readonly askedSince?: string;
  /** Why the attempt before failed. */
  readonly previous?: string;
  /** Its Job is not made before this. */
  readonly notBefore?: string;
  /** How many of the attempts before failed for something that others can cure, and when the first of them did. */
  readonly awaited?: number;
  readonly awaitedSince?: string;
}

export type DiagnosisStage = 'waiting' | 'ended';

/** What is observed of one attempt. */
export interface RunFacts {
  readonly job: KubeObject | undefined;
  readonly report: KubeObject | undefined;
  /** Reports of the diagnose Jobs, by stage. */
  readonly diagnosis: (stage: DiagnosisStage) => KubeObject | undefined;
}

export type RunState =
  | { readonly kind: 'make' }
  /** Between two attempts. */
  | { readonly kind: 'pause'; readonly until: Instant }
  /** `why` once a diagnose Job has told; `diagnose` while one is wanted. */
  | { readonly kind: 'wait'; readonly why?: string; readonly diagnose?: DiagnosisStage }
  | { readonly kind: 'run'; readonly job: Extract<JobState, { readonly state: 'running' }> }
  | { readonly kind: 'succeeded'; readonly report: ReportStatus }
  | { readonly kind: 'failed'; readonly error: ReportError; readonly report?: ReportStatus };

export interface RunProgress {
  readonly state: RunState;
  /** What status has to remember from now on. */
  readonly record: RunRecord;
  /** When time alone changes the verdict. */
  readonly wakeAt?: Instant;
}

interface Diagnosis {
  readonly reason: string;
  readonly message: string;
}

/** The record of work that has never been tried. */
export function firstRun(now: Instant): RunRecord {
  return { run: 0, since: timestampOf(now) };
}

/** The record of the attempt after a failed one, or undefined where another would not help or all are used up. */
export function nextRun(record: RunRecord, error: ReportError, now: Instant): RunRecord | undefined {
  if (!error.retryable) return undefined;
  const patience = Object.hasOwn(PATIENCE, error.code) ? PATIENCE[error.code] : undefined;
  const awaited = record.awaited ?? 0;
  const awaitedSince = record.awaitedSince ?? timestampOf(now);
  const isUsedUp =
    patience === undefined
      ? record.run - awaited >= MAX_FURTHER_RUNS
      : now >= (instantOf(awaitedSince) ?? now) + patience;
  if (isUsedUp) return undefined;
  const waits = patience === undefined ? waitsOf(record) : { awaited: awaited + 1, awaitedSince };
  const notBefore = timestampOf(now + delayAfter(record.run));
  return { run: record.run + 1, since: timestampOf(now), previous: errorText(error), notBefore, ...waits };
}

/** Milliseconds from the end of a failed attempt to the beginning of the next. */
export function delayAfter(run: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.min(run, 10), LONGEST_DELAY_MS);
}

/** A failure as one text, reason first: what `component.error` shows. */
export function errorText(error: ReportError): string {
  return `${error.code}: ${error.message}`;
}

const TEXTS = ['missingSince', 'askedSince', 'previous', 'notBefore', 'awaitedSince'];

/** A record as status holds it, which may be anything; undefined where it is none. */
export function runRecordFrom(value: unknown): RunRecord | undefined {
  const map = mapOf(value);
  const run = countOf(map['run']);
  const since = textOf(map['since']);
  if (run === undefined || since === undefined || instantOf(since) === undefined) return undefined;
  const texts = TEXTS.filter((key) => textOf(map[key]) !== undefined);
  const awaited = countOf(map['awaited']);
  return {
    run,
    since,
    ...(map['started'] === true ? { started: true } : {}),
    ...(awaited === undefined ? {} : { awaited }),
    ...Object.fromEntries(texts.map((key) => [key, map[key]])),
  };
}

/** How far an attempt is, judged from what is observed and recorded. */
export function progressOf(record: RunRecord, facts: RunFacts, now: Instant): RunProgress {
  const job = jobStateOf({ job: facts.job, report: facts.report, now });
  switch (job.state) {
    case 'absent':
      return record.started ? missing(record, now) : unmade(record, now);
    case 'waiting':
      return waiting(record, facts, job, now);
    case 'running':
      return { record: seen(record), state: { kind: 'run', job }, wakeAt: now + job.lookAgainSeconds * 1000 };
    case 'succeeded':
      return { record: seen(record), state: { kind: 'succeeded', report: statusOf(facts.report) } };
    case 'failed':
      return { record: seen(record), state: failed(withReason(job.error, facts), facts) };
    case 'unknown':
      return unknown(record, facts, { reason: job.reason, message: job.message, now });
  }
}

function unmade(record: RunRecord, now: Instant): RunProgress {
  const from = instantOf(record.notBefore) ?? instantOf(record.since) ?? 0;
  if (record.notBefore !== undefined && now < from)
    return { record, state: { kind: 'pause', until: from }, wakeAt: from };
  const limit = from + MAKE_LIMIT_MS;
  if (now < limit) return { record, state: { kind: 'make' }, wakeAt: limit };
  const message = 'its Job could not be created for 30 minutes; look for SyncError events, quotas and admission rules';
  return { record, state: { kind: 'failed', error: { code: 'NotCreated', message, retryable: false } } };
}

function missing(record: RunRecord, now: Instant): RunProgress {
  const since = instantOf(record.missingSince) ?? now;
  const noted: RunRecord = { ...record, missingSince: record.missingSince ?? timestampOf(now) };
  if (now < since + LOST_AFTER_MS) return { record: noted, state: { kind: 'wait' }, wakeAt: since + LOST_AFTER_MS };
  const message = 'its Job was deleted before it ended; nothing of this attempt counts';
  return { record: noted, state: { kind: 'failed', error: { code: 'JobDeleted', message, retryable: false } } };
}

function waiting(
  before: RunRecord,
  facts: RunFacts,
  { since, silent, lookAgainSeconds }: Extract<JobState, { readonly state: 'waiting' }>,
  now: Instant,
): RunProgress {
  const isNew = before.started !== true && now < since + SEEN_AFTER_MS;
  const record = isNew ? before : seen(before);
  const wakeAt = isNew ? since + SEEN_AFTER_MS : now + lookAgainSeconds * 1000;
  if (!silent) return { record, state: { kind: 'wait' }, wakeAt };
  const told = diagnosisOf(facts.diagnosis('waiting')) ?? refusalOf(facts.job);
  const why = told === undefined ? {} : { why: `${told.reason}: ${told.message}` };
  return { record, state: { kind: 'wait', diagnose: 'waiting', ...why }, wakeAt };
}

/** The Job is over or gone, and what it did is not known. */
function unknown(
  record: RunRecord,
  facts: RunFacts,
  { reason, message, now }: { readonly reason: string; readonly message: string; readonly now: Instant },
): RunProgress {
  if (reason === 'JobVanished') return missing(seen(record), now);
  // The mover ended by itself: the next attempt looks in the repository for what this one left.
  if (reason !== 'EndedWithoutReport') {
    return { record: seen(record), state: failed({ code: reason, message, retryable: true }, facts) };
  }
  const asked: RunRecord = { ...seen(record), askedSince: record.askedSince ?? timestampOf(now) };
  const told = diagnosisOf(facts.diagnosis('ended'));
  const wasClaimed = statusOf(facts.report).podUID !== undefined;
  if (told !== undefined) {
    const retryable = wasClaimed && !FINAL_DIAGNOSES.includes(told.reason);
    return { record: asked, state: failed({ code: told.reason, message: told.message, retryable }, facts) };
  }
  const limit = (instantOf(asked.askedSince) ?? now) + DIAGNOSIS_LIMIT_MS;
  if (now < limit) return { record: asked, state: { kind: 'wait', diagnose: 'ended' }, wakeAt: limit };
  return { record: asked, state: failed({ code: reason, message, retryable: wasClaimed }, facts) };
}

/** What a diagnose Job found out about a Pod that did not start belongs into the verdict. */
function withReason(error: ReportError, facts: RunFacts): ReportError {
  if (!FINAL_STATES.includes(error.code)) return error;
  const told =
    error.code === 'NotStarted' ? (diagnosisOf(facts.diagnosis('waiting')) ?? refusalOf(facts.job)) : undefined;
  const message = told === undefined ? error.message : `${error.message}: ${told.message}`;
  return { code: told?.reason ?? error.code, message, retryable: false };
}

function seen(record: RunRecord): RunRecord {
  const { run, since, askedSince, previous } = record;
  return {
    run,
    since,
    started: true,
    ...(askedSince === undefined ? {} : { askedSince }),
    ...(previous === undefined ? {} : { previous }),
    ...waitsOf(record),
  };
}

function waitsOf({ awaited, awaitedSince }: RunRecord): Pick<RunRecord, 'awaited' | 'awaitedSince'> {
  return awaited === undefined || awaitedSince === undefined ? {} : { awaited, awaitedSince };
}

/**
 * What refuses a mover's Pod refuses the Pod that would ask why, too. But a Job that was started and counts no Pod, neither
 * waiting nor ended, says that Kubernetes may not make one.
 */
function refusalOf(job: KubeObject | undefined): Diagnosis | undefined {
  const status = mapOf(job?.status);
  const pods = ['active', 'failed', 'succeeded'].map((field) => countOf(status[field]) ?? 0);
  if (job === undefined || status['startTime'] === undefined || pods.some((count) => count > 0)) return undefined;
  const { namespace, name } = job.metadata;
  const message =
    `Kubernetes makes no Pod for Job ${name}; a quota, Pod Security or an admission webhook refuses it: ` +
    `kubectl describe job -n ${namespace} ${name}`;
  return { reason: 'PodNotMade', message };
}

function diagnosisOf(report: KubeObject | undefined): Diagnosis | undefined {
  const status = statusOf(report);
  if (status.phase !== 'Succeeded') return undefined;
  const diagnosis = mapOf(mapOf(status.result)['diagnosis']);
  return { reason: textOf(diagnosis['reason']) ?? 'Unknown', message: textOf(diagnosis['message']) ?? 'no message' };
}

function failed(error: ReportError, facts: RunFacts): RunState {
  return { kind: 'failed', error, ...(facts.report === undefined ? {} : { report: statusOf(facts.report) }) };
}

function statusOf(report: KubeObject | undefined): ReportStatus {
  return mapOf(report?.status) as unknown as ReportStatus;
}
