/**
 * Repository: one directory of a BackupStorage with the backups of one target. Its hook has the directory claimed, makes the
 * Snapshots that running BackupSessions ask for, adds up what they say, and removes what a published plan let go.
 */
import type { Repository, RepositoryStatus } from '../../generated/types/repository.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { isDeleting } from '../../kube/references.ts';
import { LONGEST_RESYNC_SECONDS, secondsUntil, stillToCome } from '../../kube/resync.ts';
import { accessOf } from './access.ts';
import { childrenOf, frozenChildren } from './children.ts';
import { initOf } from './init.ts';
import { maintenanceOf } from './maintenance.ts';
import { isWholeView, observe, type Observed } from './observe.ts';
import { readingOf } from './reading.ts';
import { statusFrom } from './status.ts';
import { uploadOf } from './upload.ts';

/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon. */
const MISSING_CHILD_SECONDS = 10;

/** Desired children and status of one Repository, judged only from what is observed at `now`. */
export function syncRepository(request: SyncRequest<Repository>, now: Instant): SyncResponse<RepositoryStatus> {
  const observed = observe(request);
  if (!isWholeView(observed)) return frozen(observed);
  const mayMake = isFree(observed);
  const access = accessOf(observed);
  const init = initOf(observed, access, mayMake, now);
  const upload = uploadOf(observed, access, mayMake && init.isDone, now);
  const found = init.isDone ? init.snapshotsFound : undefined;
  const reading = readingOf(observed, access, { mayMake, found, now });
  // What goes is decided when all that the storage holds is here.
  const mayRemove = mayMake && init.isDone && reading.record === undefined;
  const maintenance = maintenanceOf({ observed, access, mayMake: mayRemove, now });
  const course = { access, init, upload, reading, maintenance };
  const status = statusFrom(observed, course, now);
  if (observed.isNamespaceTerminating || isDeleting(observed.repository)) return { ...frozen(observed), status };
  const { children, isMissingSome, wakeAt } = childrenOf(observed, course, now);
  return {
    status,
    children,
    resyncAfterSeconds: isMissingSome ? MISSING_CHILD_SECONDS : secondsUntil(stillToCome(wakeAt, now), now),
  };
}

/** A view that lacks a group proves nothing: everything stays as it is, and it is looked at again. */
function frozen(observed: Observed): SyncResponse<RepositoryStatus> {
  return {
    status: mapOf(observed.repository.status),
    children: frozenChildren(observed),
    resyncAfterSeconds: LONGEST_RESYNC_SECONDS,
  };
}

function isFree({ repository, isNamespaceTerminating }: Observed): boolean {
  return repository.spec?.paused !== true && !isNamespaceTerminating && !isDeleting(repository);
}
