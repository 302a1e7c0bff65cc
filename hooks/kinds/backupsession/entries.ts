/**
 * `status.snapshots[]`: first what is to be made, then what became of each. An entry past Pending was seen and is never
 * listed as Pending again, so a Snapshot that vanishes is lost, not made a second time.
 */
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { conditionOf } from '../../kube/conditions.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { snapshotName, uniqueName } from '../../kube/names.ts';
import { isDeleting } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import { createdAt, START_LIMIT_MS, UNSERVED_LIMIT_MS } from './deadlines.ts';
import type { Observed } from './observe.ts';
import { destinationsOf } from './repositories.ts';
import type { EntryPhase, Failure, SnapshotEntry } from './shapes.ts';

/** An entry as it stands now, why it failed, and how far its Snapshot came. */
export interface Followed {
  readonly entry: SnapshotEntry;
  readonly failure?: Failure;
  /** What its Snapshot waits for, in a sentence. */
  readonly wait?: string;
  /** `made` once its Snapshot was seen, `started` once a mover of it ran. */
  readonly reached: 'listed' | 'made' | 'started';
}

export interface FollowClock {
  readonly now: Instant;
  /** When the entries were first listed. */
  readonly listedAt: Instant;
}

/** The first list: one entry per Repository, Failed at once where the Repository cannot take a Snapshot. */
export function plannedEntries(session: BackupSession, observed: Observed): readonly Followed[] {
  const taken = new Set<string>();
  return destinationsOf(session, observed).map(({ name, repository, problem }) => {
    const short = snapshotName(name, session.metadata.name);
    // Cut names of two Repositories can meet (kubestash-api.md §2.3); the later one gets a hash.
    const snapshot = taken.has(short) ? uniqueName([name, session.metadata.name], session.metadata.uid) : short;
    taken.add(snapshot);
    const appRef = repository?.spec?.appRef;
    const entry: SnapshotEntry = { name: snapshot, phase: 'Pending', ...(appRef ? { appRef } : {}), repository: name };
    return problem === undefined ? { entry, reached: 'listed' } : failed(entry, problem);
  });
}

/** What became of a listed entry, given what is seen now. Ended entries stay as they are. */
export function followedEntry(
  entry: SnapshotEntry,
  session: BackupSession,
  observed: Observed,
  clock: FollowClock,
): Followed {
  const snapshot = observed.snapshots.get(entry.name);
  if (isEnded(entry.phase)) return restatedEntry(entry, snapshot);
  if (snapshot === undefined) {
    return entry.phase === 'Pending' ? awaited(entry, observed, clock) : failed(entry, lost(session, entry));
  }
  if (entry.uid !== undefined && entry.uid !== snapshot.metadata.uid) return failed(entry, lost(session, entry));
  if (createdAt(snapshot) < createdAt(session)) return failed(entry, nameTaken(snapshot));
  return seen({ ...entry, uid: snapshot.metadata.uid }, snapshot, session, clock.now);
}

/** An entry that the session's own end cuts short; what has ended stays. */
export function cutShort(followed: Followed, failure: Failure): Followed {
  if (isEnded(followed.entry.phase)) return followed;
  const message = followed.wait === undefined ? failure.message : `${failure.message} ${followed.wait}`;
  return { ...failed(followed.entry, { ...failure, message }), reached: followed.reached };
}

/** Whether nothing more can become of an entry. */
export function isEnded(phase: EntryPhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function seen(entry: SnapshotEntry, snapshot: Snapshot, session: BackupSession, now: Instant): Followed {
  const phase = snapshot.status?.phase ?? 'Pending';
  if (phase === 'Succeeded') {
    const { suspect, suspectReason = 'see the Snapshot' } = snapshot.status ?? {};
    const said = suspect === true ? { message: `suspect: ${suspectReason}` } : {};
    return { entry: { ...entry, phase, ...said }, reached: 'started' };
  }
  if (phase === 'Failed') return { ...failed(entry, failureOf(snapshot)), reached: reachedBy(snapshot) };
  if (isDeleting(snapshot)) return { ...failed(entry, lost(session, entry)), reached: reachedBy(snapshot) };
  if (phase === 'Pending' && now >= createdAt(snapshot) + UNSERVED_LIMIT_MS) {
    return { ...failed(entry, unserved(snapshot)), reached: 'made' };
  }
  return { entry: { ...entry, phase: 'Running' }, reached: reachedBy(snapshot), ...waitOf(snapshot) };
}

/** Reasons of a Snapshot whose work goes on. */
const AT_WORK = ['BackupRunning', 'PreparingBackup'];

function waitOf({ metadata, status }: Snapshot): Pick<Followed, 'wait'> {
  const ready = conditionOf(status, 'Ready');
  if (ready === undefined || AT_WORK.includes(ready.reason)) return {};
  return { wait: sentence(`Snapshot ${metadata.name}: ${ready.message}`) };
}

/** What an earlier answer said of its end; the Snapshot may be gone by now. */
function restatedEntry(entry: SnapshotEntry, snapshot: Snapshot | undefined): Followed {
  if (entry.phase === 'Succeeded') return { entry, reached: 'started' };
  const reached = entry.uid === undefined ? 'listed' : reachedBy(snapshot);
  const message = entry.message ?? `Snapshot ${entry.name} failed.`;
  return { entry, reached, failure: { reason: reasonOf(snapshot), message } };
}

function awaited(entry: SnapshotEntry, observed: Observed, clock: FollowClock): Followed {
  if (clock.now < clock.listedAt + START_LIMIT_MS) return { entry, reached: 'listed' };
  const repository = observed.repositories.get(entry.repository);
  const words = conditionOf(repository?.status, 'Ready')?.message ?? (repository ? '' : 'it does not exist');
  const message = `Repository ${entry.repository} did not make Snapshot ${entry.name} within ${START_LIMIT_MS / 60_000} minutes`;
  return failed(entry, {
    reason: REASON.snapshotNotMade,
    message: sentence(words === '' ? message : `${message}: ${words}`),
  });
}

function reachedBy(snapshot: Snapshot | undefined): 'made' | 'started' {
  const components = Object.values(snapshot?.status?.components ?? {});
  const ran = components.some((one) => one?.phase !== undefined && one.phase !== 'Pending');
  return ran || snapshot?.status?.phase === 'Running' ? 'started' : 'made';
}

/** The Snapshot's first failed component in its own words; else what its Ready condition says. */
function failureOf(snapshot: Snapshot): Failure {
  const component = Object.entries(snapshot.status?.components ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .find(([, one]) => one?.phase === 'Failed' && one.error !== undefined);
  const words = component
    ? `component ${component[0]}: ${component[1].error}`
    : (conditionOf(snapshot.status, 'Ready')?.message ?? 'it says no reason');
  return {
    reason: reasonOf(snapshot),
    message: `Snapshot ${snapshot.metadata.name} failed: ${sentence(words)} ${look(snapshot)}`,
  };
}

function reasonOf(snapshot: Snapshot | undefined): string {
  const ready = conditionOf(snapshot?.status, 'Ready');
  return ready?.status === 'False' ? ready.reason : REASON.snapshotFailed;
}

function lost(session: BackupSession, entry: SnapshotEntry): Failure {
  return {
    reason: REASON.snapshotLost,
    message:
      `Snapshot ${session.metadata.namespace}/${entry.name} was deleted before it ended, and is not made again. ` +
      'Create a new BackupSession to back up.',
  };
}

function nameTaken(snapshot: Snapshot): Failure {
  return {
    reason: REASON.snapshotTaken,
    message:
      `Snapshot ${snapshot.metadata.namespace}/${snapshot.metadata.name} is older than this session: an earlier ` +
      'BackupSession of the same name made it. Create a BackupSession with another name.',
  };
}

function unserved(snapshot: Snapshot): Failure {
  const words = conditionOf(snapshot.status, 'Ready')?.message ?? 'it has no status yet';
  return {
    reason: REASON.snapshotNotStarted,
    message: `Snapshot ${snapshot.metadata.name} did not start: ${sentence(words)} ${look(snapshot)}`,
  };
}

function failed(entry: SnapshotEntry, failure: Failure): Followed {
  const { reason, message } = failure;
  return { entry: { ...entry, phase: 'Failed', message }, failure: { reason, message }, reached: 'listed' };
}

function look(snapshot: Snapshot): string {
  return `See: kubectl describe snapshot -n ${snapshot.metadata.namespace} ${snapshot.metadata.name}`;
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
