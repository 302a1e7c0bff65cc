/** How long a session waits for what (design law 9). Every wait is bounded; all times count from instants the API server wrote. */
import { parsePositiveDuration } from '../../domain/duration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { instantOf } from '../../kube/instants.ts';

const MINUTE_MS = 60_000;

/** A session that nothing lets start, and a Snapshot that nobody makes. */
export const START_LIMIT_MS = 30 * MINUTE_MS;

/** Some Repositories are ready and others are not: how long the ready ones wait for them. */
export const PARTIAL_LIMIT_MS = 5 * MINUTE_MS;

/** A Snapshot fails itself after START_LIMIT_MS, with a better reason; this is for one that no hook serves. */
export const UNSERVED_LIMIT_MS = 2 * START_LIMIT_MS;

/** creation + `spec.backupTimeout`; undefined without one, or where it cannot be read (then a check refuses the session). */
export function deadlineOf(session: BackupSession): Instant | undefined {
  const timeout = parsePositiveDuration(session.spec?.backupTimeout);
  return timeout.ok ? createdAt(session) + timeout.value : undefined;
}

/** The instant at which the API server stored the object. */
export function createdAt(object: { readonly metadata: { readonly creationTimestamp: string } }): Instant {
  return instantOf(object.metadata.creationTimestamp) ?? 0;
}
