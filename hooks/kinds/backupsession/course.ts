/** Where a session stands: held back, refused, or under way. Judged from what is observed; status.ts puts it into words. */
import type { Problem } from '../../domain/result.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { CHECKS, firstProblem, isCancelRequested } from './checks.ts';
import { REASON } from './conditions.ts';
import { createdAt, deadlineOf, PARTIAL_LIMIT_MS, START_LIMIT_MS, UNSERVED_LIMIT_MS } from './deadlines.ts';
import { cutShort, followedEntry, plannedEntries, type Failure, type Followed } from './entries.ts';
import type { Observed } from './observe.ts';
import { entriesOf } from './shapes.ts';

export type Course =
  | { readonly state: 'waiting'; readonly problem: Problem; readonly wakeAt: readonly Instant[] }
  | { readonly state: 'skipped'; readonly problem: Problem }
  | {
      readonly state: 'begun';
      readonly entries: readonly Followed[];
      /** Why the session itself ends, whatever its Snapshots do. */
      readonly ending: Failure | undefined;
      readonly startedAt: Instant;
      readonly wakeAt: readonly Instant[];
    };

/** The course of a session that is not finished. */
export function courseOf(session: BackupSession, observed: Observed, now: Instant): Course {
  return entriesOf(session).length === 0 ? beginning(session, observed, now) : following(session, observed, now);
}

function beginning(session: BackupSession, observed: Observed, now: Instant): Course {
  const { heldSince, freeSince } = observed.turn;
  const waitingSince = Math.max(freeSince, heldSince ?? 0);
  const problem = firstProblem(CHECKS, { session, observed, waitedMs: now - waitingSince });
  if (problem?.waits === false) return { state: 'skipped', problem };
  if (isTimedOut(session, now)) {
    const words = problem === undefined ? '' : ` Until then: ${problem.message}`;
    const ending = { reason: REASON.timedOut, message: `${timeoutMessage(session)} before it began.${words}` };
    return { state: 'begun', entries: [], ending, startedAt: now, wakeAt: [] };
  }
  if (problem !== undefined) {
    return { state: 'waiting', problem, wakeAt: [waitingSince + PARTIAL_LIMIT_MS, waitingSince + START_LIMIT_MS] };
  }
  const entries = plannedEntries(session, observed);
  return { state: 'begun', entries, ending: undefined, startedAt: now, wakeAt: [now + START_LIMIT_MS] };
}

function following(session: BackupSession, observed: Observed, now: Instant): Course {
  const startedAt = instantOf(session.status?.startedAt) ?? createdAt(session);
  const followed = entriesOf(session).map((entry) =>
    followedEntry(entry, session, observed, { now, listedAt: startedAt }),
  );
  const unfinished = followed.some(({ entry }) => entry.phase === 'Pending' || entry.phase === 'Running');
  const ending = unfinished ? endingOf(session, now) : undefined;
  const made = [...observed.snapshots.values()].map((snapshot) => createdAt(snapshot) + UNSERVED_LIMIT_MS);
  return {
    state: 'begun',
    entries: ending === undefined ? followed : followed.map((one) => cutShort(one, ending)),
    ending,
    startedAt,
    wakeAt: [startedAt + START_LIMIT_MS, ...made],
  };
}

/** A user's word or the deadline; Snapshots that ended before are not touched by either. */
function endingOf(session: BackupSession, now: Instant): Failure | undefined {
  if (isCancelRequested(session)) {
    return { reason: REASON.cancelled, message: `Cancelled by annotation ${ANNOTATION.cancel} while it ran.` };
  }
  if (!isTimedOut(session, now)) return undefined;
  return { reason: REASON.timedOut, message: `${timeoutMessage(session)}.` };
}

function isTimedOut(session: BackupSession, now: Instant): boolean {
  const deadline = deadlineOf(session);
  return deadline !== undefined && now >= deadline;
}

function timeoutMessage(session: BackupSession): string {
  return `The session's backupTimeout of ${session.spec?.backupTimeout} passed`;
}
