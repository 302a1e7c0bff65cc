/** Evidence that a restic snapshot is in the repository, without a second restic process and its key derivation. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../faults.ts';
import { keyOf, type Store } from '../store/store.ts';

/** A store may list and serve late what was just written (faults.md §2.7). */
const ATTEMPTS = 5;
const PAUSE_MS = 500;

/**
 * Reads the stored snapshot object back. Its id is the sha256 of its stored, encrypted bytes (restic design.rst,
 * "Repository Layout"), so equal hashes prove that exactly what restic wrote under its key is there.
 */
export async function confirmStored(store: Store, repositoryKey: string, snapshotId: string): Promise<void> {
  const key = keyOf(repositoryKey, 'snapshots', snapshotId);
  for (let attempt = 1; ; attempt += 1) {
    const bytes = await store.get(key);
    if (bytes && createHash('sha256').update(bytes).digest('hex') === snapshotId) return;
    if (attempt === ATTEMPTS) {
      const found = bytes ? 'does not match its id' : 'is not there';
      throw new Fault('SnapshotUnconfirmed', `restic named snapshot ${snapshotId}, but ${key} ${found}`);
    }
    await sleep(PAUSE_MS);
  }
}
