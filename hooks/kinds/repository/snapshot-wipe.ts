/**
 * A Snapshot that a user deleted with WipeOut in its spec. Its own hook decides whether that is so (kinds/snapshot/finalize.ts),
 * since it alone can tell a user's deletion from a Namespace or CRD on its way out, and publishes that in its status.
 */
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { isDeleting } from '../../kube/references.ts';

/** Value of `status.metastash.wipeOut` once the Snapshot's data shall go. */
export const WIPE_REQUESTED = 'requested';

/** Whether the Snapshot is going and its published status asks for its data to be removed. */
export function isWipeRequested(snapshot: Snapshot): boolean {
  return (
    isDeleting(snapshot) &&
    snapshot.spec?.deletionPolicy === 'WipeOut' &&
    snapshot.status?.metastash?.['wipeOut'] === WIPE_REQUESTED
  );
}
