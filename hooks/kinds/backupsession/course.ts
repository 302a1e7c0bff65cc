/** Where a session stands: held back, refused, or under way. Judged from what is observed; status.ts puts it into words. */
import type { Problem } from '../../domain/result.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { PinnedHooks } from '../../jobs/hook-record.ts';
import type { Stage } from '../../jobs/hook-stage.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { CHECKS, firstProblem, isCancelRequested } from './checks.ts';
import { REASON } from './conditions.ts';
import { createdAt, deadlineOf, PARTIAL_LIMIT_MS, START_LIMIT_MS, UNSERVED_LIMIT_MS } from './deadlines.ts';
import { cutShort, followedEntry, isEnded, plannedEntries, type Followed } from './entries.ts';
import { hooksOf, stageAfter, stageBefore, type HookView } from './hooks.ts';
import type { Observed } from './observe.ts';
import { recordOf } from './record.ts';
import { entriesOf, type Failure } from './shapes.ts';

export interface Begun {
  readonly state: 'begun';
  readonly hooks: PinnedHooks;
  /** Hooks before the backup; while they are under way there are no entries. */
  readonly before: Stage | undefined;
  readonly entries: readonly Followed[];
  /** Hooks after the backup, from when the work has ended. */
  readonly after: Stage | undefined;
  /** Why the session itself ends, whatever its Snapshots do. */
  readonly ending: Failure | undefined;
  readonly startedAt: Instant;
  /** When the Snapshots were first listed. */
  readonly listedAt: Instant;
  readonly wakeAt: readonly Instant[];
}

export type Course =
  | { readonly state: 'waiting'; readonly problem: Problem; readonly wakeAt: readonly Instant[] }
  | { readonly state: 'skipped'; readonly problem: Problem }
  | Begun;

/** The course of a session that is not finished. */
export function courseOf(session: BackupSession, observed: Observed, now: Instant): Course {
  const record = recordOf(session);
  return record.hasBegun ? following({ session, observed, record, now }) : beginning(session, observed, now);
}

/** How the work ended so far: the session's own end first, then hooks before it, then the entries in their order. */
export function workFailure({ ending, before, entries }: Begun): Failure | undefined {
  const own = ending ?? before?.failure;
  if (own !== undefined) return own;
  const failures = entries.flatMap((one: Followed) => (one.failure === undefined ? [] : [one.failure]));
  const [first] = failures;
  if (first === undefined || failures.length === 1) return first;
  const message = `${first.message} (${failures.length} of ${entries.length} Snapshots failed)`;
  return { reason: first.reason, message };
}

/** Whether nothing more is backed up; hooks may still follow. */
export function isWorkEnded({ before, entries, ending }: Pick<Begun, 'before' | 'entries' | 'ending'>): boolean {
  if (before !== undefined && !before.isDone) return false;
  const hasReason = ending !== undefined || before?.failure !== undefined;
  return entries.every(({ entry }) => isEnded(entry.phase)) && (entries.length > 0 || hasReason);
}

const NO_HOOKS = { hooks: { pre: [], post: [] }, before: undefined, after: undefined };

function beginning(session: BackupSession, observed: Observed, now: Instant): Course {
  const { heldSince, freeSince } = observed.turn;
  const waitingSince = Math.max(freeSince, heldSince ?? 0);
  const problem = firstProblem(CHECKS, { session, observed, waitedMs: now - waitingSince });
  if (problem?.waits === false) return { state: 'skipped', problem };
  if (isTimedOut(session, now)) {
    const words = problem === undefined ? '' : ` Until then: ${problem.message}`;
    const ending = { reason: REASON.timedOut, message: `${timeoutMessage(session)} before it began.${words}` };
    // It never had its turn, so no hook ran before it and none is owed after it.
    return { state: 'begun', ...NO_HOOKS, entries: [], ending, startedAt: now, listedAt: now, wakeAt: [] };
  }
  if (problem !== undefined) {
    return { state: 'waiting', problem, wakeAt: [waitingSince + PARTIAL_LIMIT_MS, waitingSince + START_LIMIT_MS] };
  }
  const hooks = hooksOf(observed);
  const record = { ...recordOf(session), hooks };
  const before = stageBefore({ session, observed, record, now }, undefined);
  const common = { state: 'begun', hooks, after: undefined, ending: undefined, startedAt: now, listedAt: now } as const;
  if (before !== undefined) return { ...common, before, entries: [], wakeAt: before.wakeAt };
  return { ...common, before, entries: plannedEntries(session, observed), wakeAt: [now + START_LIMIT_MS] };
}

function following(view: HookView): Course {
  const { session, observed, record, now } = view;
  const startedAt = instantOf(session.status?.startedAt) ?? createdAt(session);
  const given = record.ending ?? endingOf(session, now);
  const before = stageBefore(view, given);
  const isListed = entriesOf(session).length > 0;
  const listedAt = isListed ? (record.listedAt ?? startedAt) : now;
  const common = { state: 'begun', hooks: record.hooks, before, startedAt, listedAt } as const;
  if (before !== undefined && !before.isDone) {
    return { ...common, entries: [], after: undefined, ending: undefined, wakeAt: before.wakeAt };
  }
  const worked = workOf(view, before, given, listedAt);
  const made = [...observed.snapshots.values()].map((snapshot) => createdAt(snapshot) + UNSERVED_LIMIT_MS);
  const wakeAt = [listedAt + START_LIMIT_MS, ...made, ...(before?.wakeAt ?? [])];
  return withHooksAfter(view, { ...common, ...worked, after: undefined, wakeAt });
}

function withHooksAfter(view: HookView, course: Begun): Begun {
  const after = isWorkEnded(course) ? stageAfter(view, workFailure(course)) : undefined;
  return after === undefined ? course : { ...course, after, wakeAt: [...course.wakeAt, ...after.wakeAt] };
}

/** The Snapshots: listed once the hooks before them have succeeded, then followed. */
function workOf(
  { session, observed, record, now }: HookView,
  before: Stage | undefined,
  given: Failure | undefined,
  listedAt: Instant,
): Pick<Begun, 'entries' | 'ending'> {
  const listed = entriesOf(session);
  if (listed.length === 0) {
    if (before?.failure !== undefined) return { entries: [], ending: wasUnderWay(record) ? given : record.ending };
    if (given !== undefined) return { entries: [], ending: given };
    const entries = plannedEntries(session, observed);
    return { entries, ending: entries.length === 0 ? configurationChanged(session) : undefined };
  }
  const followed = listed.map((entry) => followedEntry(entry, session, observed, { now, listedAt }));
  const unfinished = followed.some(({ entry }) => !isEnded(entry.phase));
  const ending = unfinished ? given : record.ending;
  return { entries: ending === undefined ? followed : followed.map((one) => cutShort(one, ending)), ending };
}

/** Whether hooks before the backup were still to come when the status was written. */
function wasUnderWay({ before }: HookView['record']): boolean {
  return before.length === 0 || before.some((entry) => entry.phase === 'Pending');
}

function configurationChanged(session: BackupSession): Failure {
  const invoker = `BackupConfiguration ${session.metadata.namespace}/${session.spec?.invoker?.name}`;
  const message = `${invoker} no longer has session ${session.spec?.session} with a Repository to back up into.`;
  return { reason: REASON.noRepositories, message };
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
