/**
 * BackupSession: one run of one session of a BackupConfiguration. It waits for its turn, lists in `status.snapshots[]` what
 * its Repositories shall make, follows what becomes of that, and ends. It makes no object itself and never runs twice.
 */
import type { BackupSession, BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { courseOf } from './course.ts';
import { deadlineOf, secondsUntil } from './deadlines.ts';
import { isFinished, observe } from './observe.ts';
import { statusFrom } from './status.ts';

/** A view with groups missing passes as soon as the host has asked customize again. */
const BLIND_RESYNC_SECONDS = 60;

/** The status of one BackupSession, judged only from what is observed at `now`. It has no children in this version. */
export function syncBackupSession(
  request: SyncRequest<BackupSession>,
  now: Instant,
): SyncResponse<BackupSessionStatus> {
  const session = request.parent;
  if (isFinished(session)) return { status: session.status ?? {}, children: [] };
  const observed = observe(request);
  if (observed === undefined) {
    return { status: mapOf(session.status), children: [], resyncAfterSeconds: BLIND_RESYNC_SECONDS };
  }
  const course = courseOf(session, observed, now);
  const status = statusFrom(session, observed, course, now);
  const wakeAt = course.state === 'skipped' ? [] : course.wakeAt;
  return {
    status,
    children: [],
    ...(isFinished({ ...session, status })
      ? {}
      : { resyncAfterSeconds: secondsUntil([deadlineOf(session), ...wakeAt], now) }),
  };
}
