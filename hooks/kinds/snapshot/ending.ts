/** What ends a Snapshot's work from outside: its session is cancelled, over, out of time or gone, or it takes too long to start. */
import { parsePositiveDuration } from '../../domain/duration.ts';
import type { Problem } from '../../domain/result.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { isCopy, namesNoSession } from './checks.ts';
import { REASON } from './conditions.ts';
import type { Observed } from './observe.ts';
import type { Recorded } from './record.ts';

const MINUTE_MS = 60_000;
/** A BackupSession that is not seen may be one that a cache does not show yet. */
const SESSION_LOST_MS = 2 * MINUTE_MS;
/** Nothing could be started for this long (design law 9). */
export const START_LIMIT_MS = 30 * MINUTE_MS;

export interface Ending {
  readonly reason: string;
  readonly message: string;
}

export interface EndingClock {
  /** Why everything that has not ended by itself ends now. */
  readonly ending: Ending | undefined;
  /** For the record: since when the session is missing. */
  readonly sessionMissingSince: string | undefined;
  readonly wakeAt: readonly Instant[];
}

/** Whether work ends from outside at `now`, and when to look again. */
export function endingOf(observed: Observed, record: Recorded, now: Instant): EndingClock {
  const own = isCopy(observed) ?? namesNoSession(observed);
  if (own !== undefined) return { ending: own, sessionMissingSince: undefined, wakeAt: [] };
  const { session } = observed;
  if (session === undefined) return sessionMissing(observed, record, now);
  const deadline = deadlineOf(session);
  return {
    ending: isSeenSucceeded(observed) ? undefined : endingBySession(session, deadline, now),
    sessionMissingSince: undefined,
    wakeAt: deadline === undefined ? [] : [deadline],
  };
}

/** A Snapshot that waited too long before anything could start ends with what it waited for. */
export function startEnding(observed: Observed, problem: Problem, now: Instant): Ending | undefined {
  if (!problem.waits) return problem;
  if (now < startLimitOf(observed)) return undefined;
  return { reason: REASON.nothingStarted, message: `nothing could be started within 30 minutes: ${problem.message}` };
}

/** When a Snapshot of which nothing has started is given up. */
export function startLimitOf({ snapshot }: Observed): Instant {
  return (instantOf(snapshot.metadata.creationTimestamp) ?? 0) + START_LIMIT_MS;
}

/** The session has read our own success: the view at hand is older than that, and must not turn it into a failure. */
function isSeenSucceeded({ session, snapshot }: Observed): boolean {
  return (session?.status?.snapshots ?? []).some(
    (one) => one?.name === snapshot.metadata.name && one.uid === snapshot.metadata.uid && one.phase === 'Succeeded',
  );
}

function endingBySession(session: BackupSession, deadline: Instant | undefined, now: Instant): Ending | undefined {
  const { name } = session.metadata;
  const cancel = session.metadata.annotations?.[ANNOTATION.cancel];
  if (cancel !== undefined && cancel !== 'false') {
    return {
      reason: REASON.cancelled,
      message: `BackupSession ${name} was cancelled by annotation ${ANNOTATION.cancel}`,
    };
  }
  if (deadline !== undefined && now >= deadline) {
    return {
      reason: REASON.timedOut,
      message: `BackupSession ${name} ran out of time at ${timestampOf(deadline)} (backupTimeout)`,
    };
  }
  const phase = session.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Skipped') {
    return {
      reason: REASON.sessionOver,
      message: `BackupSession ${name} is ${phase}; it waits for this Snapshot no longer`,
    };
  }
  return undefined;
}

function sessionMissing({ snapshot }: Observed, record: Recorded, now: Instant): EndingClock {
  const since = instantOf(record.sessionMissingSince) ?? now;
  const limit = since + SESSION_LOST_MS;
  const ending = {
    reason: REASON.sessionGone,
    message: `BackupSession ${snapshot.spec?.backupSession ?? ''} does not exist, so nobody wants this backup any more`,
  };
  return { ending: now >= limit ? ending : undefined, sessionMissingSince: timestampOf(since), wakeAt: [limit] };
}

function deadlineOf(session: BackupSession): Instant | undefined {
  const stated = instantOf(session.status?.backupDeadline);
  const timeout = parsePositiveDuration(session.spec?.backupTimeout);
  const created = instantOf(session.metadata.creationTimestamp);
  return stated ?? (timeout.ok && created !== undefined ? created + timeout.value : undefined);
}
