/**
 * The end of a BackupSession's object. Its Snapshots are the Repositories' children and stay. Where hooks ran before a backup
 * that is not over, those that `Always` follow it still run: they may undo what was done. That is bounded, and given up at once
 * where nothing could run any more.
 */
import type { BackupSession, BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { hookExecutions, isAlways } from '../../jobs/hook-record.ts';
import type { Stage } from '../../jobs/hook-stage.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { isTerminating } from '../../kube/namespaces.ts';
import { isDeleting } from '../../kube/references.ts';
import { secondsUntil, stillToCome } from '../../kube/resync.ts';
import { hookChildren, observedJobs } from './children.ts';
import { REASON } from './conditions.ts';
import { START_LIMIT_MS } from './deadlines.ts';
import { stageAfter, stageBefore } from './hooks.ts';
import { isFinished, observe } from './observe.ts';
import { recordOf } from './record.ts';

const BLIND_RESYNC_SECONDS = 60;

/** Lets go once the last owed hook has ended, or cannot run, or half an hour has passed. */
export function finalizeBackupSession(
  request: SyncRequest<BackupSession>,
  now: Instant,
): SyncResponse<BackupSessionStatus> {
  const session = request.parent;
  const limit = (instantOf(session.metadata.deletionTimestamp) ?? now) + START_LIMIT_MS;
  const stages = isFinished(session) ? undefined : owedStages(request, now);
  if (stages === 'blind' && now < limit) return unchanged(request, now);
  if (stages === undefined || stages === 'blind' || stages.after.isDone || now >= limit) {
    return { status: mapOf(session.status), children: [], finalized: true };
  }
  const { before, after } = stages;
  const { children, wakeAt } = hookChildren(request.children, [before, after], now);
  const hooks = {
    ...(before === undefined ? {} : { preHooks: hookExecutions(before.entries) }),
    postHooks: hookExecutions(after.entries),
  };
  return {
    status: { ...mapOf(session.status), hooks },
    children,
    resyncAfterSeconds: secondsUntil(stillToCome([limit, ...after.wakeAt, ...wakeAt], now), now),
  };
}

/** A view with groups missing proves nothing. */
function unchanged({ parent, children }: SyncRequest<BackupSession>, now: Instant): SyncResponse<BackupSessionStatus> {
  const kept = keptChildren(children, new Set(observedJobs(children)), now).children;
  return { status: mapOf(parent.status), children: kept, resyncAfterSeconds: BLIND_RESYNC_SECONDS };
}

/** Undefined where nothing is owed, or nothing can be made: without its configuration a hook has no account. */
function owedStages(
  request: SyncRequest<BackupSession>,
  now: Instant,
): { readonly before: Stage | undefined; readonly after: Stage } | 'blind' | undefined {
  const session = request.parent;
  const record = recordOf(session);
  if (!record.hasBegun || !record.hooks.post.some(isAlways)) return undefined;
  const observed = observe(request);
  if (observed === undefined) return 'blind';
  if (observed.invoker === undefined || isDeleting(observed.invoker)) return undefined;
  if (isTerminating(observed.namespaceObject)) return undefined;
  const view = { session, observed, record, now };
  const ending = { reason: REASON.deleted, message: 'The BackupSession was deleted while it ran.' };
  const after = stageAfter(view, ending, isAlways);
  return after === undefined ? undefined : { before: stageBefore(view, ending), after };
}
