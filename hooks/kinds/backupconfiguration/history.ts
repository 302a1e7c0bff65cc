/**
 * Which ended BackupSessions are no longer kept. A name is published in status first and the object left out only when the
 * observed status shows it (law 6), so that no single faulty view can delete anything.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Session } from '../../generated/types/shared.ts';
import { textsOf } from '../../kube/json-values.ts';
import { isDeleting } from '../../kube/references.ts';
import { isTerminal, newestFirst } from './sessions.ts';

const DEFAULT_LIMIT = 1;

export interface History {
  /** Uids that status names from now on; sorted. Those that are gone stay named until others take their place: taking them off is no news. */
  readonly removals: readonly string[];
  /** Uids to leave out of this answer. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Per session of the spec the newest `sessionHistoryLimit` ended ones stay; those of a session that left the spec all do.
 * `pending` are uids that something still waits for (a retry to come).
 */
export function historyOf(
  configuration: BackupConfiguration,
  declared: readonly Session[],
  sessions: readonly BackupSession[],
  pending: ReadonlySet<string>,
): History {
  const removals = declared
    .flatMap((one) => beyondLimit(one, sessions))
    .filter((uid) => !pending.has(uid))
    .sort();
  const published = new Set(textsOf(configuration.status?.metastash?.['removals']));
  const removed = new Set(removals.filter((uid) => published.has(uid)));
  if (removals.length > 0) return { removals, removed };
  const staying = new Set(sessions.filter((one) => !isDeleting(one)).map((one) => one.metadata.uid));
  return { removals: [...published].filter((uid) => !staying.has(uid)).sort(), removed };
}

function beyondLimit(declared: Session, sessions: readonly BackupSession[]): readonly string[] {
  const ended = newestFirst(sessions, declared.name).filter((one) => isTerminal(one) && !isDeleting(one));
  return ended.slice(declared.sessionHistoryLimit ?? DEFAULT_LIMIT).map((one) => one.metadata.uid);
}
