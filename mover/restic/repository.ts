/**
 * Whether a restic repository is there, and making one where provably none is. A wrong path, an emptied bucket or a
 * passing error must never end in a new empty repository that looks like a working backup (faults.md §5, S11).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../faults.ts';
import { keyOf, type Store } from '../store/store.ts';
import type { Restic } from './restic.ts';

/** An init that is alive writes its config within seconds of its key. */
const HALF_MADE_WAIT_MS = 30_000;

export interface RepositoryState {
  readonly created: boolean;
  /** Whether it holds any restic snapshot. */
  readonly hasSnapshots: boolean;
}

/**
 * Makes sure that the repository at this key can be written to. `init` runs only when restic says that there is none
 * and the store holds neither config nor snapshots nor data there; the caller has checked that the directory is ours.
 */
export async function ensureRepository(
  restic: Restic,
  store: Store,
  key: string,
  halfMadeWaitMs: number = HALF_MADE_WAIT_MS,
): Promise<RepositoryState> {
  if ((await store.children(key)).files.includes('config')) {
    return { created: false, hasSnapshots: (await filesIn(store, keyOf(key, 'snapshots'))).length > 0 };
  }
  if (await restic.exists())
    throw new Fault('RepositoryHalfMade', `restic finds a repository at ${key}, the store does not`);
  await removeHalfMade(store, key, halfMadeWaitMs);
  await restic.init();
  return { created: true, hasSnapshots: false };
}

/** A killed init leaves keys without a config, and every later init says "already contains keys". */
async function removeHalfMade(store: Store, key: string, waitMs: number): Promise<void> {
  const left = await contentsOf(store, key);
  const unexpected = left.find((name) => !name.startsWith('keys/'));
  if (unexpected !== undefined) {
    throw new Fault('RepositoryHalfMade', `${key} has no config but holds ${unexpected}`);
  }
  if (left.length === 0) return;
  await sleep(waitMs);
  const later = await contentsOf(store, key);
  if (later.join() !== left.join())
    throw new Fault('RepositoryLocked', `Another process is making a repository at ${key}`);
  for (const name of left) await store.delete(keyOf(key, name));
}

/** Names below the key, bounded: what matters is whether there is anything, and what. */
async function contentsOf(store: Store, key: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const object of store.list(key)) {
    names.push(object.key.slice(key.length + 1));
    if (names.length >= 100) break;
  }
  return names.sort();
}

async function filesIn(store: Store, key: string): Promise<readonly string[]> {
  return (await store.children(key)).files;
}
