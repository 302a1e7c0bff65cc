/** The status of a session in words: phase, entries, conditions and times, from the course it takes. */
import { formatSeconds, parseDuration } from '../../domain/duration.ts';
import type { BackupSession, BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { hooksStatus } from '../../jobs/hook-conditions.ts';
import { hasHooks } from '../../jobs/hook-record.ts';
import { conditionOf, conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import { timestampOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readinessOf, readyFacts, type Readiness } from '../../kube/ready.ts';
import { CONDITION, REASON } from './conditions.ts';
import { isWorkEnded, workFailure, type Begun, type Course } from './course.ts';
import { createdAt, deadlineOf } from './deadlines.ts';
import { isEnded } from './entries.ts';
import { bookkeeping, hookFacts, hooksUnderWay } from './hook-status.ts';
import type { Observed } from './observe.ts';
import { sessionPhase } from './phase.ts';
import type { Failure } from './shapes.ts';

/** The whole status of a session that was not finished when it was observed. */
export function statusFrom(
  session: BackupSession,
  observed: Observed,
  course: Course,
  now: Instant,
): BackupSessionStatus {
  const entries = course.state === 'begun' ? course.entries : [];
  const facts = factsOf(session, observed, course);
  const phase = sessionPhase(
    facts,
    entries.map(({ entry }) => entry.phase),
  );
  const deadline = deadlineOf(session);
  return {
    phase,
    ...(deadline === undefined ? {} : { backupDeadline: timestampOf(deadline) }),
    ...(entries.length === 0 ? {} : { totalSnapshots: entries.length, snapshots: entries.map(({ entry }) => entry) }),
    ...(course.state === 'begun' ? { ...hooksStatus(course), ...timesOf(session, observed, course, now) } : {}),
    conditions: conditionsFrom(facts, session.status?.conditions, session.metadata.generation, now),
    ...(course.state === 'begun' && !hasEnded(course) ? bookkeeping(course) : {}),
  };
}

function factsOf(session: BackupSession, observed: Observed, course: Course): readonly ConditionFact[] {
  if (course.state === 'waiting') return readyFacts(readinessOf(course.problem));
  if (course.state === 'skipped') {
    const { reason, message } = course.problem;
    return [
      { type: CONDITION.skipped, status: 'True', reason: REASON.skipped, message },
      ...readyFacts({ state: 'failed', reason, message }),
    ];
  }
  const isHeldBack = course.entries.length === 0 && course.before !== undefined && course.ending === undefined;
  return [
    ...hookFacts(course),
    ...(isHeldBack ? [] : [snapshotsEnsured(course), executorEnsured(session, course)]),
    ...(hasEnded(course) ? closing(session, observed) : []),
    ...readyFacts(readinessFrom(course)),
  ];
}

function snapshotsEnsured({ entries, ending }: Begun): ConditionFact {
  const type = CONDITION.snapshotsEnsured;
  const missing = entries.find((one) => one.reached === 'listed' && one.failure !== undefined)?.failure;
  const failure = entries.length === 0 ? ending : missing;
  if (failure !== undefined) {
    return { type, status: 'False', reason: REASON.snapshotsNotEnsured, message: failure.message };
  }
  if (entries.some(({ entry }) => entry.phase === 'Pending')) {
    const message = 'Waiting for the Repositories to make the Snapshots listed in status.snapshots.';
    return { type, status: 'Unknown', reason: REASON.creatingSnapshots, message };
  }
  return {
    type,
    status: 'True',
    reason: REASON.snapshotsEnsured,
    message: 'Snapshots have been ensured successfully.',
  };
}

/**
 * Judged when the work has ended; from then on True stays, also when the Snapshots are gone later. Before that each Snapshot says whether
 * its movers run: said here too, it would be a write of its own, which wakes everything that sees the session.
 */
function executorEnsured(session: BackupSession, course: Begun): ConditionFact {
  const type = CONDITION.executorEnsured;
  if (!isWorkEnded(course)) {
    const message = 'Whether movers have started is said by each Snapshot until the session ends.';
    return { type, status: 'Unknown', reason: REASON.startingExecutor, message };
  }
  const made = course.entries.filter((one) => one.reached !== 'listed');
  const before = conditionOf(session.status, type)?.status === 'True';
  if (before || (made.length > 0 && made.every((one) => one.reached === 'started'))) {
    const message = 'Backup executors have been ensured successfully.';
    return { type, status: 'True', reason: REASON.executorEnsured, message };
  }
  const failure = made.find((one) => one.reached === 'made')?.failure ?? workFailure(course);
  return {
    type,
    status: 'False',
    reason: REASON.executorNotEnsured,
    message: failure?.message ?? 'No Snapshot was made, so no mover ran.',
  };
}

/** Old sessions are removed by the BackupConfiguration, whose children they are; here stands which rule it follows. */
function closing(session: BackupSession, observed: Observed): readonly ConditionFact[] {
  const kept = observed.config?.sessionHistoryLimit ?? 1;
  const invoker = `BackupConfiguration ${session.metadata.namespace}/${session.spec?.invoker?.name}`;
  return [
    {
      type: CONDITION.historyCleaned,
      status: 'True',
      reason: REASON.historyCleaned,
      message: `${invoker} keeps finished sessions up to its sessionHistoryLimit of ${kept}.`,
    },
    {
      type: CONDITION.metricsPushed,
      status: 'True',
      reason: REASON.metricsPushed,
      message: 'The session is closed; its figures stand in this status.',
    },
  ];
}

function readinessFrom(course: Begun): Readiness {
  const { entries } = course;
  const ended = entries.filter(({ entry }) => isEnded(entry.phase)).length;
  const hooks = hooksUnderWay(course);
  if (hooks !== undefined) return { state: 'reconciling', reason: REASON.executingHooks, message: hooks };
  if (!hasEnded(course)) {
    const waits = entries.flatMap((one) => one.wait ?? []);
    const message = [`${ended} of ${entries.length} Snapshots have ended.`, ...waits].join(' ');
    return { state: 'reconciling', reason: REASON.running, message };
  }
  const failure = firstFailure(course);
  if (failure !== undefined) return { state: 'failed', ...failure };
  const names = entries.map(({ entry }) => entry.name).join(', ');
  const doubts = entries.flatMap(({ entry }) =>
    entry.message === undefined ? [] : [`${entry.name} is ${entry.message}`],
  );
  const but = doubts.length === 0 ? '' : ` But ${doubts.join('; ')}.`;
  return { state: 'ready', reason: REASON.succeeded, message: `Stored and read back: ${names}.${but}` };
}

/** How the work ended, or else that a hook after it failed. */
function firstFailure(course: Begun): Failure | undefined {
  return workFailure(course) ?? course.after?.failure;
}

function hasEnded(course: Begun): boolean {
  return isWorkEnded(course) && course.after?.isDone !== false;
}

function timesOf(
  session: BackupSession,
  observed: Observed,
  course: Begun,
  now: Instant,
): Partial<BackupSessionStatus> {
  const hasBegun = course.entries.length > 0 || hasHooks(course.hooks);
  const started = hasBegun ? { startedAt: timestampOf(course.startedAt) } : {};
  if (!hasEnded(course)) return started;
  const retry = nextRetryOf(session, observed, course, now);
  return {
    ...started,
    finishedAt: timestampOf(now),
    duration: formatSeconds(now - createdAt(session)),
    ...(retry === undefined ? {} : { nextRetry: timestampOf(retry) }),
  };
}

/** When the BackupConfiguration may try again; what a user cancelled is not tried again. */
function nextRetryOf(session: BackupSession, observed: Observed, course: Begun, now: Instant): Instant | undefined {
  const failure = firstFailure(course);
  if (failure === undefined || failure.reason === REASON.cancelled || (session.spec?.retryLeft ?? 0) <= 0)
    return undefined;
  const delay = parseDuration(observed.config?.retryConfig?.delay);
  return now + (delay.ok ? delay.value : 0);
}
