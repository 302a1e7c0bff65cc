/**
 * Second tries of failed BackupSessions (kubestash-api.md §4.2). The failed session says when (`status.nextRetry`); this
 * configuration makes the next one at that instant, with one retry less, under a name made of that instant.
 *
 *   Failed, retryLeft > 0 ──nextRetry──▶ desired ──seen──▶ recorded: never desired again, also when somebody deletes it
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Session } from '../../generated/types/shared.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import { backupSessionAt, MAX_RETRIES } from './backup-session.ts';
import { isCopy, newestFirst } from './sessions.ts';

export interface Retries {
  readonly children: readonly DesiredObject[];
  /** Failed session's name -> its retry that was seen; published in status. */
  readonly made: Readonly<Record<string, string>>;
  /** Uids of failed sessions whose retry is still to come: history keeps them. */
  readonly pending: ReadonlySet<string>;
  readonly wakeAt: Instant | undefined;
}

interface Retry {
  readonly failed: BackupSession;
  readonly at: Instant;
  readonly child: DesiredObject;
}

/** The retries that are due and those that are to come. `allowed` is false while nothing may be started. */
export function retriesOf(
  configuration: BackupConfiguration,
  declared: readonly Session[],
  sessions: readonly BackupSession[],
  when: { readonly allowed: boolean; readonly now: Instant },
): Retries {
  const retries = declared.flatMap((one) => retryOf(configuration, one, sessions) ?? []);
  const made = madeRetries(configuration, retries, sessions);
  const open = retries.filter(({ failed }) => !Object.hasOwn(made, failed.metadata.name));
  const due = when.allowed ? open.filter(({ at }) => at <= when.now) : [];
  const coming = open.filter(({ at }) => at > when.now).map(({ at }) => at);
  return {
    children: due.map(({ child }) => child),
    made,
    pending: new Set(open.map(({ failed }) => failed.metadata.uid)),
    wakeAt: coming.length === 0 ? undefined : Math.min(...coming),
  };
}

/** Only the newest session is tried again: where a later one has run, its backup has taken the failed one's place. */
function retryOf(
  configuration: BackupConfiguration,
  declared: Session,
  sessions: readonly BackupSession[],
): Retry | undefined {
  const ran = newestFirst(sessions, declared.name).filter((one) => one.status?.phase !== 'Skipped' && !isCopy(one));
  const failed = ran.find((one) => isWaitingForRetry(one, ran, configuration, declared));
  const at = instantOf(failed?.status?.nextRetry);
  if (failed === undefined || at === undefined) return undefined;
  const left = Math.min(failed.spec.retryLeft ?? 0, MAX_RETRIES) - 1;
  return { failed, at, child: backupSessionAt(configuration, declared, at, left) };
}

/** The newest one, or the one before where the newest is its retry. */
function isWaitingForRetry(
  session: BackupSession,
  ran: readonly BackupSession[],
  configuration: BackupConfiguration,
  declared: Session,
): boolean {
  const at = instantOf(session.status?.nextRetry);
  if (session.status?.phase !== 'Failed' || at === undefined || isDeleting(session)) return false;
  if ((session.spec.retryLeft ?? 0) <= 0) return false;
  const [newest] = ran;
  if (newest === session) return true;
  return newest?.metadata.name === backupSessionAt(configuration, declared, at).metadata.name && ran[1] === session;
}

/** Entries of sessions that are gone are dropped with them. */
function madeRetries(
  configuration: BackupConfiguration,
  retries: readonly Retry[],
  sessions: readonly BackupSession[],
): Readonly<Record<string, string>> {
  const names = new Set(sessions.map((one) => one.metadata.name));
  const seen = retries
    .filter(({ child }) => names.has(child.metadata.name))
    .map(({ failed, child }) => [failed.metadata.name, child.metadata.name] as const);
  const recorded = Object.entries(mapOf(configuration.status?.metastash?.['retries'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && names.has(entry[0]),
  );
  return Object.fromEntries([...recorded, ...seen].sort(([left], [right]) => (left < right ? -1 : 1)));
}
