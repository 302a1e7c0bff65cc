/**
 * The end of a Snapshot's object. It lets go at once and deletes no data: whatever deletionPolicy says, restic snapshots and
 * the stored manifest stay on the backend in this version. Its Jobs die with it.
 */
import type { Snapshot, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';

/** Nothing is left to do. The status stays as it was seen. */
export function finalizeSnapshot(request: SyncRequest<Snapshot>): SyncResponse<SnapshotStatus> {
  return { status: mapOf(request.parent.status), children: [], finalized: true };
}
