/**
 * The end of a Repository's object. Its data stays on the storage, and nothing is waited for, unless WipeOut stood in its own spec
 * before it was deleted: then its Snapshots go, a Job removes the directory, and the object waits for that (jobs/wiping.ts).
 */
import type { Repository, RepositoryStatus } from '../../generated/types/repository.ts';
import { wipesMissing, wipesThere } from '../../jobs/wipe-children.ts';
import { conditionsWith } from '../../kube/conditions.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { frozenChildren } from './children.ts';
import { moverAccount } from './mover-account.ts';
import { observe } from './observe.ts';
import { repositoryWipe } from './wipe-out.ts';

const MAX_RESYNC_MS = 60_000;
/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon. */
const MISSING_CHILD_MS = 10_000;

/** Lets go at once, or once the data is gone, or can not go, or half an hour has passed. */
export function finalizeRepository(request: SyncRequest<Repository>, now: Instant): SyncResponse<RepositoryStatus> {
  const observed = observe(request);
  const { repository } = observed;
  const wipe = repositoryWipe(observed, now);
  // The host does not act on the children of such an answer; they stand here so that none could be lost.
  if (wipe.kind === 'go') {
    return { status: mapOf(repository.status), children: frozenChildren(observed), finalized: true };
  }
  const { fact, record, mayDrop, run, wakeAt } = wipe;
  const conditions = conditionsWith([fact], repository.status?.conditions, repository.metadata.generation, now);
  const made = wipesMissing(observed.children, run);
  const due = [...wakeAt, now + (made.length === 0 ? MAX_RESYNC_MS : MISSING_CHILD_MS)].filter((one) => one > now);
  return {
    status: {
      ...unchangedStatus(repository),
      phase: 'NotReady',
      conditions,
      metastash: { ...mapOf(repository.status?.metastash), wipe: record },
    },
    children: mayDrop
      ? [...moverAccount(observed), ...wipesThere(observed.children, run, now), ...made]
      : frozenChildren(observed),
    resyncAfterSeconds: Math.max(1, Math.ceil((Math.min(...due) - now) / 1000)),
  };
}
