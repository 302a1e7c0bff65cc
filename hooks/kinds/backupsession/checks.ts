/**
 * What must hold before a session may begin, in order; the first that does not, speaks. A problem that `waits` keeps the
 * session Pending, any other skips it. None of this is asked again once Snapshots are listed: a running session goes on
 * with what it started with.
 */
import { parsePositiveDuration } from '../../domain/duration.ts';
import type { Problem } from '../../domain/result.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { nameOf } from '../../jobs/hook-record.ts';
import { hookTemplateOf } from '../../jobs/hook-stage.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { isDeleting } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import { PARTIAL_LIMIT_MS, START_LIMIT_MS } from './deadlines.ts';
import { hooksOf } from './hooks.ts';
import type { Observed } from './observe.ts';
import { destinationsOf, type Destination } from './repositories.ts';

export interface CheckInput {
  readonly session: BackupSession;
  readonly observed: Observed;
  /** For how long nothing but the checks has held the session back. */
  readonly waitedMs: number;
}

export type Check = (input: CheckInput) => Problem | undefined;

export const CHECKS: readonly Check[] = [
  isCopy, // restored by another tool: what it asks for was done, or is long past
  isCancelled,
  hasUnsupportedInvoker,
  hasUnreadableTimeout,
  invokerIsDeleting,
  invokerIsPaused,
  invokerIsInvalid,
  targetIsBeingRestored,
  sameSessionRuns,
  anotherSessionRuns, // before all that has patience: time in the queue does not count
  hasNoInvoker, // from here on things may still arrive
  hasUnknownSession,
  hasNoRepositories,
  invokerIsNotReady,
  noRepositoryIsReady,
  someRepositoryIsNotReady,
  hookIsUnusable, // a backup without the hooks that make it consistent would be a lie
  hasNoTurn,
];

/** The first problem of the list. */
export function firstProblem(checks: readonly Check[], input: CheckInput): Problem | undefined {
  for (const check of checks) {
    const problem = check(input);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether a user has asked for the session's end; `false` takes the wish back. */
export function isCancelRequested(session: BackupSession): boolean {
  const value = session.metadata.annotations?.[ANNOTATION.cancel];
  return value !== undefined && value !== 'false';
}

function isCopy({ session }: CheckInput): Problem | undefined {
  const stamp = session.metadata.annotations?.[ANNOTATION.uid];
  if (stamp === undefined || stamp === session.metadata.uid) return undefined;
  return never(
    REASON.copied,
    `This object is a copy of another BackupSession (annotation ${ANNOTATION.uid} names another uid), and a copy never runs. ` +
      'Delete it; to back up now, create a BackupSession without that annotation.',
  );
}

function isCancelled({ session }: CheckInput): Problem | undefined {
  if (!isCancelRequested(session)) return undefined;
  return never(REASON.cancelled, `Cancelled by annotation ${ANNOTATION.cancel} before it began.`);
}

function hasUnsupportedInvoker({ session }: CheckInput): Problem | undefined {
  const { kind = 'BackupConfiguration', apiGroup = 'core.kubestash.com', name } = session.spec?.invoker ?? {};
  if (kind === 'BackupConfiguration' && apiGroup === 'core.kubestash.com' && name !== undefined && name !== '') {
    return undefined;
  }
  return never(
    REASON.invokerUnsupported,
    `/spec/invoker names ${kind}.${apiGroup} ${JSON.stringify(name ?? '')}; it must name a BackupConfiguration of core.kubestash.com.`,
  );
}

function hasUnreadableTimeout({ session }: CheckInput): Problem | undefined {
  const timeout = session.spec?.backupTimeout;
  const parsed = parsePositiveDuration(timeout);
  if (timeout === undefined || parsed.ok) return undefined;
  return never(REASON.timeoutUnreadable, `/spec/backupTimeout: ${parsed.error}.`);
}

function invokerIsDeleting({ observed: { invoker } }: CheckInput): Problem | undefined {
  if (invoker === undefined || !isDeleting(invoker)) return undefined;
  return never(REASON.invokerDeleting, `${called(invoker)} is being deleted.`);
}

function invokerIsPaused({ observed: { invoker } }: CheckInput): Problem | undefined {
  if (invoker?.spec?.paused !== true) return undefined;
  return never(
    REASON.invokerPaused,
    `${called(invoker)} is paused. Set its spec.paused to false, then create a new BackupSession.`,
  );
}

/** A verdict on an older generation is not waited for long, but it is not this spec's. */
function invokerIsInvalid({ observed: { invoker }, waitedMs }: CheckInput): Problem | undefined {
  if (invoker?.status?.phase !== 'Invalid') return undefined;
  const stale = (invoker.status.observedGeneration ?? 0) < (invoker.metadata.generation ?? 0);
  const message = `${called(invoker)} is invalid: ${ownWords(invoker)}`;
  if (stale) return patient(waitedMs, REASON.waitingForConfiguration, REASON.invokerInvalid, message);
  return never(REASON.invokerInvalid, message);
}

/** Files that are half back would become the newest good backup. */
function targetIsBeingRestored({ observed: { restore } }: CheckInput): Problem | undefined {
  if (restore === undefined) return undefined;
  return never(
    REASON.targetBeingRestored,
    `RestoreSession ${restore.metadata.namespace}/${restore.metadata.name} is restoring the same target. ` +
      'Create a new BackupSession when it has ended.',
  );
}

function sameSessionRuns({ session, observed: { turn } }: CheckInput): Problem | undefined {
  const { holder } = turn;
  if (holder === undefined || holder.spec?.session !== session.spec?.session) return undefined;
  return never(
    REASON.sessionRunning,
    `BackupSession ${holder.metadata.namespace}/${holder.metadata.name} of the same session is still running.`,
  );
}

function anotherSessionRuns({ observed: { turn } }: CheckInput): Problem | undefined {
  const { holder } = turn;
  if (holder === undefined) return undefined;
  return wait(
    REASON.waitingForTurn,
    `Waiting for BackupSession ${holder.metadata.namespace}/${holder.metadata.name}, which runs for the same BackupConfiguration.`,
  );
}

function hasNoInvoker({ session, observed: { invoker }, waitedMs }: CheckInput): Problem | undefined {
  if (invoker !== undefined) return undefined;
  const name = `${session.metadata.namespace}/${session.spec?.invoker?.name}`;
  const message = `BackupConfiguration ${name} does not exist. Create it, or correct /spec/invoker/name in a new BackupSession.`;
  return patient(waitedMs, REASON.waitingForConfiguration, REASON.invokerNotFound, message);
}

function hasUnknownSession({ session, observed: { invoker, config }, waitedMs }: CheckInput): Problem | undefined {
  if (config !== undefined || invoker === undefined) return undefined;
  const sessions = Array.isArray(invoker.spec?.sessions) ? invoker.spec.sessions : [];
  const names = sessions.map((one: { readonly name?: string }) => one?.name ?? '').join(', ');
  const message = `${called(invoker)} has no session ${JSON.stringify(session.spec?.session ?? '')}; it has: ${names || 'none'}.`;
  return patient(waitedMs, REASON.waitingForSession, REASON.sessionNotFound, message);
}

function hasNoRepositories(input: CheckInput): Problem | undefined {
  if (destinations(input).length > 0) return undefined;
  const { session, observed } = input;
  const config = observed.invoker === undefined ? '' : ` of ${called(observed.invoker)}`;
  return never(
    REASON.noRepositories,
    `Session ${session.spec?.session}${config} names no Repository to back up into. Add one to its repositories.`,
  );
}

/** One backend that is down does not keep the others from their backup, so a session with a ready Repository goes on. */
function invokerIsNotReady(input: CheckInput): Problem | undefined {
  const { invoker } = input.observed;
  if (invoker === undefined || invoker.status?.phase === 'Ready' || invoker.status?.phase === 'Invalid')
    return undefined;
  const canBegin = invoker.status?.targetFound === true && destinations(input).some((one) => one.problem === undefined);
  if (canBegin && input.waitedMs >= PARTIAL_LIMIT_MS) return undefined;
  const message = `${called(invoker)} is not ready: ${ownWords(invoker)}`;
  return patient(input.waitedMs, REASON.waitingForConfiguration, REASON.invokerNotReady, message);
}

function noRepositoryIsReady(input: CheckInput): Problem | undefined {
  const problems = destinations(input).map((one) => one.problem);
  const curable = problems.find((problem) => problem?.waits === true);
  const problem = curable ?? problems[0];
  if (problem === undefined || problems.includes(undefined)) return undefined;
  if (curable === undefined) return problem;
  return patient(input.waitedMs, REASON.waitingForRepository, problem.reason, problem.message);
}

/** After a while the ready ones go first; what was not ready is then a failed entry with its reason. */
function someRepositoryIsNotReady(input: CheckInput): Problem | undefined {
  const curable = destinations(input).find((one) => one.problem?.waits === true)?.problem;
  if (curable === undefined || input.waitedMs >= PARTIAL_LIMIT_MS) return undefined;
  return wait(REASON.waitingForRepository, curable.message);
}

function hookIsUnusable({ observed, waitedMs }: CheckInput): Problem | undefined {
  const { pre, post } = hooksOf(observed);
  for (const use of [...pre, ...post]) {
    const template = hookTemplateOf(use, observed);
    if (template.ok) continue;
    const message = `Hook ${nameOf(use)}: ${template.error.message}.`;
    return patient(waitedMs, REASON.waitingForHookTemplate, REASON.hookUnusable, message);
  }
  return undefined;
}

function hasNoTurn({ observed: { turn, invoker }, waitedMs }: CheckInput): Problem | undefined {
  if (turn.heldSince !== undefined || invoker === undefined) return undefined;
  if (waitedMs < START_LIMIT_MS) {
    return wait(REASON.waitingForTurn, `Waiting until ${called(invoker)} gives this session its turn.`);
  }
  return never(
    REASON.turnNotGiven,
    `${called(invoker)} did not give this session its turn within ${START_LIMIT_MS / 60_000} minutes, and no other session ran. ` +
      'Look for SyncError events of it, then create a new BackupSession.',
  );
}

function destinations({ session, observed }: CheckInput): readonly Destination[] {
  return destinationsOf(session, observed);
}

function called(invoker: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `BackupConfiguration ${invoker.metadata.namespace}/${invoker.metadata.name}`;
}

function ownWords({ status }: NonNullable<Observed['invoker']>): string {
  const refused = conditionOf(status, 'ValidationPassed');
  if (refused?.status === 'False') return refused.message;
  return conditionOf(status, 'Ready')?.message ?? 'it has not been judged yet.';
}

function never(reason: string, message: string): Problem {
  return { reason, message, waits: false };
}

function wait(reason: string, message: string): Problem {
  return { reason, message, waits: true };
}

/** A problem that may pass, until START_LIMIT_MS; then it is what the session was skipped for. */
function patient(waitedMs: number, waiting: string, refused: string, message: string): Problem {
  if (waitedMs < START_LIMIT_MS) return wait(waiting, message);
  return never(refused, `${message} Nothing changed for ${START_LIMIT_MS / 60_000} minutes.`);
}
