/**
 * BackupSession: one run of one session of a BackupConfiguration. It waits for its turn, runs the hooks before the backup,
 * lists in `status.snapshots[]` what its Repositories shall make, follows what becomes of that, runs the hooks after it, and
 * ends. Its only children are the Jobs of hooks; it never runs twice.
 */
import type { BackupSession, BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { secondsUntil, stillToCome } from '../../kube/resync.ts';
import { hookChildren, observedJobs } from './children.ts';
import { courseOf } from './course.ts';
import { deadlineOf } from './deadlines.ts';
import { isFinished, observe } from './observe.ts';
import { statusFrom } from './status.ts';

/** A view with groups missing passes as soon as the host has asked customize again. */
const BLIND_RESYNC_SECONDS = 60;

/** The status and the hook Jobs of one BackupSession, judged only from what is observed at `now`. */
export function syncBackupSession(
  request: SyncRequest<BackupSession>,
  now: Instant,
): SyncResponse<BackupSessionStatus> {
  const session = request.parent;
  if (isFinished(session)) return finished(request, now);
  const observed = observe(request);
  if (observed === undefined) {
    const { children } = keptChildren(request.children, new Set(observedJobs(request.children)), now);
    return { status: mapOf(session.status), children, resyncAfterSeconds: BLIND_RESYNC_SECONDS };
  }
  const course = courseOf(session, observed, now);
  const status = statusFrom(session, observed, course, now);
  const stages = course.state === 'begun' ? [course.before, course.after] : [];
  const { children, wakeAt } = hookChildren(request.children, stages, now);
  const isOver = isFinished({ ...session, status });
  const times = [...wakeAt, ...(course.state === 'skipped' || isOver ? [] : [deadlineOf(session), ...course.wakeAt])];
  return {
    status,
    children,
    ...(isOver && times.length === 0 ? {} : { resyncAfterSeconds: secondsUntil(stillToCome(times, now), now) }),
  };
}

/** The final status once more; Jobs of hooks go by age. */
function finished({ parent, children }: SyncRequest<BackupSession>, now: Instant): SyncResponse<BackupSessionStatus> {
  const kept = keptChildren(children, new Set(), now);
  const resync =
    kept.wakeAt === undefined ? {} : { resyncAfterSeconds: secondsUntil(stillToCome([kept.wakeAt], now), now) };
  return { status: parent.status ?? {}, children: kept.children, ...resync };
}
