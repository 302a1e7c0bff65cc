/**
 * The end of a Repository's object. Its data stays on the storage, whatever `deletionPolicy` says: no Job is made, nothing is
 * waited for, and the Snapshot objects go with their owner as Kubernetes' garbage collection sees fit.
 */
import type { Repository, RepositoryStatus } from '../../generated/types/repository.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { frozenChildren } from './children.ts';
import { observe } from './observe.ts';

/** Lets go at once. The host does not act on the children of such an answer; they stand here so that none could be lost. */
export function finalizeRepository(request: SyncRequest<Repository>): SyncResponse<RepositoryStatus> {
  const observed = observe(request);
  return { status: mapOf(request.parent.status), children: frozenChildren(observed), finalized: true };
}
