/** Keys of ours beside those that KubeStash documents (hooks/domain/backend-path.ts). */
import { objectKey } from '../../hooks/domain/backend-path.ts';

/** Who may write below a directory (claim.ts). */
export function ownerKey(directory: string): string {
  return objectKey(directory, '.metastash-owner.json');
}

/** Where Snapshots are read from: KubeStash's documents name both places. */
export function snapshotDirectories(directory: string): readonly string[] {
  return [objectKey(directory, 'snapshots'), objectKey(directory, 'repository', 'snapshots')];
}

/** Marks that restic snapshots of this Snapshot's component may lack files (tasks/backup-history.ts). */
export function incompleteKey(directory: string, snapshotUid: string, component: string): string {
  return objectKey(directory, '.metastash-incomplete', snapshotUid, component);
}
