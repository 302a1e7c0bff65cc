/**
 * What became of a mover's Job, from the Job and the TaskReport beside it (design law 9, §4). The report speaks for the
 * mover; the Job only tells that nobody will speak any more. Nothing here ever turns silence into success.
 */
import type { ReportError, ReportProgress, ReportResult } from '../domain/report.ts';
import { instantOf } from '../kube/instants.ts';
import type { Instant } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';
import { secondsUntil } from '../kube/resync.ts';
import { endOf, reportStatusOf, type ClaimedStatus } from './job-evidence.ts';

export type JobState =
  /** Neither Job nor claimed report: it has not been made yet. */
  | { readonly state: 'absent' }
  /** Made, but no mover has claimed the report. `silent` after two minutes: time for a diagnose Job. */
  | { readonly state: 'waiting'; readonly since: Instant; readonly silent: boolean; readonly lookAgainSeconds: number }
  | {
      readonly state: 'running';
      readonly startedAt: string;
      readonly heartbeatAt: string;
      readonly progress?: ReportProgress;
      readonly lookAgainSeconds: number;
    }
  | {
      readonly state: 'succeeded';
      readonly result: ReportResult;
      readonly startedAt: string;
      readonly finishedAt: string;
    }
  | { readonly state: 'failed'; readonly error: ReportError; readonly startedAt?: string; readonly finishedAt?: string }
  /** Ended without a readable result: the next run has to look at the repository before it does anything. */
  | { readonly state: 'unknown'; readonly reason: string; readonly message: string };

export interface JobLimits {
  /** Without a claimed report for this long, a diagnose Job is due. */
  readonly silentAfterSeconds: number;
  /** Without a claimed report for this long, the Job failed. */
  readonly startWithinSeconds: number;
  /** Without a heartbeat for this long, the Job failed. */
  readonly heartbeatWithinSeconds: number;
  /** How long the report of a finished Job may lag behind in the host's cache. */
  readonly reportWithinSeconds: number;
}

export const DEFAULT_LIMITS: JobLimits = {
  silentAfterSeconds: 120,
  startWithinSeconds: 30 * 60,
  heartbeatWithinSeconds: 60 * 60,
  reportWithinSeconds: 30,
};

export interface JobObservation {
  readonly job: KubeObject | undefined;
  readonly report: KubeObject | undefined;
  readonly now: Instant;
  readonly limits?: JobLimits;
}

/** The one record that a parent folds into its status. */
export function jobStateOf({ job, report, now, limits = DEFAULT_LIMITS }: JobObservation): JobState {
  const status = reportStatusOf(report);
  if (status === 'unreadable') {
    return unknown(
      'ReportUnreadable',
      'the mover wrote a report that this version cannot read; update hooks and mover together',
    );
  }
  switch (status?.phase) {
    case 'Succeeded':
      return succeeded(status);
    case 'Failed':
      return failed(status);
    case 'Running':
      return running(status, { job, now, limits });
    default:
      return unclaimed({ job, now, limits });
  }
}

interface Judgement {
  readonly job: KubeObject | undefined;
  readonly now: Instant;
  readonly limits: JobLimits;
}

function succeeded(status: ClaimedStatus): JobState {
  if (status.result === undefined) return unknown('ResultMissing', 'the mover reported success without a result');
  const { result, startedAt, finishedAt = status.heartbeatAt } = status;
  return { state: 'succeeded', result, startedAt, finishedAt };
}

function failed({ error, startedAt, finishedAt }: ClaimedStatus): JobState {
  const fallback = {
    code: 'Failed',
    message: 'the mover failed without saying why; read the log of its Pod',
    retryable: true,
  };
  return { state: 'failed', error: error ?? fallback, startedAt, ...(finishedAt === undefined ? {} : { finishedAt }) };
}

function running(status: ClaimedStatus, judgement: Judgement): JobState {
  const { job, now, limits } = judgement;
  if (job === undefined) return unknown('JobVanished', 'the Job was deleted while its mover ran');
  const ended = endOf(job);
  if (ended !== undefined && secondsBetween(ended.at, now) >= limits.reportWithinSeconds)
    return endedSilently(ended.reason);
  const deadline = (instantOf(status.heartbeatAt) ?? now) + limits.heartbeatWithinSeconds * 1000;
  if (now >= deadline) {
    const error = {
      code: 'NoHeartbeat',
      message: `the mover has not been heard of for ${minutes(limits.heartbeatWithinSeconds)}; its node may be gone`,
      retryable: true,
    };
    return { state: 'failed', error, startedAt: status.startedAt };
  }
  const { startedAt, heartbeatAt, progress } = status;
  const lookAgainSeconds = ended === undefined ? secondsUntil([deadline], now, Infinity) : limits.reportWithinSeconds;
  return {
    state: 'running',
    startedAt,
    heartbeatAt,
    ...(progress === undefined ? {} : { progress }),
    lookAgainSeconds,
  };
}

function unclaimed({ job, now, limits }: Judgement): JobState {
  if (job === undefined) return { state: 'absent' };
  const since = instantOf(job.metadata.creationTimestamp) ?? now;
  const ended = endOf(job);
  if (ended !== undefined && secondsBetween(ended.at, now) >= limits.reportWithinSeconds)
    return endedSilently(ended.reason);
  if (secondsBetween(since, now) >= limits.startWithinSeconds) {
    const message = `no mover has started for ${minutes(limits.startWithinSeconds)}; look at the Pods of Job ${job.metadata.name}`;
    return { state: 'failed', error: { code: 'NotStarted', message, retryable: true } };
  }
  const silent = secondsBetween(since, now) >= limits.silentAfterSeconds;
  const next = since + (silent ? limits.startWithinSeconds : limits.silentAfterSeconds) * 1000;
  const lookAgainSeconds = ended === undefined ? secondsUntil([next], now, Infinity) : limits.reportWithinSeconds;
  return { state: 'waiting', since, silent, lookAgainSeconds };
}

function endedSilently(reason: string): JobState {
  return unknown('EndedWithoutReport', `the Job ended (${reason}) and its mover left no result`);
}

function unknown(reason: string, message: string): JobState {
  return { state: 'unknown', reason, message };
}

function secondsBetween(from: Instant, until: Instant): number {
  return (until - from) / 1000;
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} minutes`;
}
