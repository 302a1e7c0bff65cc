/** What `status.sessions[]` says of one session: its CronJob, its first backup, its last one and the next. */
import { nextRunAfter, parseSchedule } from '../../domain/schedule.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Session, SessionStatusEntry } from '../../generated/types/shared.ts';
import { conditionOf, conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { triggerName } from '../../kube/names.ts';
import { isDeleting } from '../../kube/references.ts';
import { CONDITION, REASON } from './conditions.ts';
import { isSuspended } from './cron-job.ts';
import type { Observed } from './observe.ts';
import { isTerminal, newestFirst } from './sessions.ts';

export interface SessionView {
  readonly configuration: BackupConfiguration;
  readonly session: Session;
  readonly observed: Observed;
  /** Why the CronJob is not made, where it is not. */
  readonly schedulerProblem: string | undefined;
  readonly firstBackup: ConditionFact | undefined;
}

/** The entry of one session. What is no longer to be seen (a session that history removed) stays as it was said. */
export function sessionStatus(view: SessionView, now: Instant): SessionStatusEntry {
  const { configuration, session, observed, firstBackup } = view;
  const before = entryOf(configuration, session.name);
  const sessions = newestFirst(observed.sessions, session.name);
  const facts = [schedulerFact(view), firstBackup, lastBackupFact(sessions, before)].filter((one) => one !== undefined);
  return {
    name: session.name,
    ...nextSchedule(view, now),
    ...lastSession(sessions, before),
    ...lastSuccess(sessions, before),
    conditions: conditionsFrom(facts, before?.conditions, configuration.metadata.generation, now),
  };
}

/** Whether the CronJob of this session is there. What is desired proves nothing. */
export function hasCronJob(configuration: BackupConfiguration, session: Session, observed: Observed): boolean {
  const name = triggerName(configuration.metadata.name, session.name);
  return observed.cronJobs.some((one) => one.metadata.name === name && !isDeleting(one));
}

function entryOf(configuration: BackupConfiguration, name: string): SessionStatusEntry | undefined {
  const entries = configuration.status?.sessions;
  return Array.isArray(entries) ? entries.find((one) => one?.name === name) : undefined;
}

function schedulerFact({ configuration, session, observed, schedulerProblem }: SessionView): ConditionFact {
  const type = CONDITION.schedulerEnsured;
  const cronJob = triggerName(configuration.metadata.name, session.name);
  if (hasCronJob(configuration, session, observed)) {
    return { type, status: 'True', reason: REASON.schedulerEnsured, message: `CronJob ${cronJob} is there.` };
  }
  const message = schedulerProblem ?? `CronJob ${cronJob} has been asked for and is not there yet`;
  return { type, status: 'False', reason: REASON.schedulerNotEnsured, message: sentence(message) };
}

/** What other objects say of themselves may end in a full stop already. */
function sentence(words: string): string {
  return words.endsWith('.') ? words : `${words}.`;
}

function nextSchedule(
  { configuration, session, observed }: SessionView,
  now: Instant,
): { readonly nextSchedule?: string } {
  if (isSuspended(configuration, session) || !hasCronJob(configuration, session, observed)) return {};
  const schedule = parseSchedule(session.scheduler.schedule);
  const next = schedule.ok ? nextRunAfter(schedule.value, now) : undefined;
  return next === undefined ? {} : { nextSchedule: timestampOf(next) };
}

type LastSession = Pick<SessionStatusEntry, 'lastSessionName' | 'lastSessionPhase' | 'lastScheduleTime'>;

/** The newest that has ended. One under way says itself how far it is: each of its steps would be a write here, which wakes all that see it. */
function lastSession(sessions: readonly BackupSession[], before: SessionStatusEntry | undefined): LastSession {
  const newest = sessions.find(isTerminal);
  if (newest === undefined) return picked(before, ['lastSessionName', 'lastSessionPhase', 'lastScheduleTime']);
  return {
    lastSessionName: newest.metadata.name,
    ...(newest.status?.phase === undefined ? {} : { lastSessionPhase: newest.status.phase }),
    lastScheduleTime: newest.metadata.creationTimestamp,
  };
}

type LastSuccess = Pick<SessionStatusEntry, 'lastSuccessName' | 'lastSuccessTime'>;

/** Never goes back: an older success that is still there says nothing new. */
function lastSuccess(sessions: readonly BackupSession[], before: SessionStatusEntry | undefined): LastSuccess {
  const newest = sessions.find((one) => one.status?.phase === 'Succeeded');
  const at = newest === undefined ? undefined : endOf(newest);
  const recorded = instantOf(before?.lastSuccessTime);
  if (newest === undefined || at === undefined || (recorded ?? 0) > (instantOf(at) ?? 0)) {
    return picked(before, ['lastSuccessName', 'lastSuccessTime']);
  }
  return { lastSuccessName: newest.metadata.name, lastSuccessTime: at };
}

/** When a session's own status says it ended; without that, when it said so. */
function endOf({ status, metadata }: BackupSession): string {
  return status?.finishedAt ?? conditionOf(status, 'Ready')?.lastTransitionTime ?? metadata.creationTimestamp;
}

/** A skipped session was no backup, so it neither succeeds nor fails here. */
function lastBackupFact(
  sessions: readonly BackupSession[],
  before: SessionStatusEntry | undefined,
): ConditionFact | undefined {
  const type = CONDITION.lastBackupSucceeded;
  const last = sessions.find((one) => one.status?.phase === 'Succeeded' || one.status?.phase === 'Failed');
  if (last === undefined) return conditionOf(before, type);
  const { name } = last.metadata;
  if (last.status?.phase === 'Succeeded') {
    return { type, status: 'True', reason: REASON.backupSucceeded, message: `BackupSession ${name} succeeded.` };
  }
  const why = conditionOf(last.status, 'Ready')?.message;
  const message = why === undefined ? `BackupSession ${name} failed.` : `BackupSession ${name} failed: ${why}`;
  return { type, status: 'False', reason: REASON.backupFailed, message };
}

function picked<Field extends keyof SessionStatusEntry>(
  entry: SessionStatusEntry | undefined,
  fields: readonly Field[],
): Pick<SessionStatusEntry, Field> {
  const present = fields.filter((field) => entry?.[field] !== undefined).map((field) => [field, entry?.[field]]);
  return Object.fromEntries(present) as Pick<SessionStatusEntry, Field>;
}
