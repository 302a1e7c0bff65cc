/** What a BackupConfiguration reads from its BackupSessions. Their status is their own hook's; nothing is judged anew here. */
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { ANNOTATION } from '../../kube/labels.ts';

/** Whether the session has ended; the phases named here are final. */
export function isTerminal({ status }: BackupSession): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' || status?.phase === 'Skipped';
}

/** Whether a tool copied the object: its stamp is not its uid, and it never runs (law 9). */
export function isCopy({ metadata }: BackupSession): boolean {
  const stamp = metadata.annotations?.[ANNOTATION.uid];
  return stamp !== undefined && stamp !== metadata.uid;
}

/** The sessions of one name, newest first; equal ages are ordered by name. */
export function newestFirst(sessions: readonly BackupSession[], session: string): readonly BackupSession[] {
  return sessions
    .filter((one) => one.spec?.session === session)
    .sort((left, right) => (ageOf(left) > ageOf(right) ? -1 : 1));
}

/** Sorts by age, then by name. */
export function ageOf({ metadata }: BackupSession): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}
