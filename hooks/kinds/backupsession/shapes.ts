/**
 * What a session's status is made of.
 *
 *   Pending ──refused──▶ Skipped
 *      │ it holds the turn: status.snapshots lists one entry per Repository as Pending
 *      ▼
 *   Pending ──a Snapshot is seen──▶ Running ──every entry ended──▶ Succeeded | Failed
 *
 * The last three are final: read from the observed status, restated byte for byte, never computed again.
 */
import type { BackupSession, BackupSessionStatus, SessionSnapshot } from '../../generated/types/backupsession.ts';

export type SessionPhase = NonNullable<BackupSessionStatus['phase']>;
export type EntryPhase = NonNullable<SessionSnapshot['phase']>;

/** One Snapshot of the session, made in one Repository. Past Pending means: it was seen, and is never asked for again. */
export interface SnapshotEntry extends SessionSnapshot {
  readonly name: string;
  readonly phase: EntryPhase;
  readonly repository: string;
}

/** The entries that an earlier answer listed; none before the session began. */
export function entriesOf(session: BackupSession): readonly SnapshotEntry[] {
  const entries = session.status?.snapshots;
  return Array.isArray(entries) ? entries.filter(isEntry) : [];
}

function isEntry(entry: SessionSnapshot): entry is SnapshotEntry {
  return typeof entry?.name === 'string' && typeof entry.repository === 'string' && typeof entry.phase === 'string';
}

/** Why an entry failed, as a condition's reason and a whole sentence. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}
