/**
 * sync: the Snapshots that lie in a Repository's directory, one page of them. Both places where KubeStash's documents put
 * `snapshots/` are read. For each it is looked up whether the restic snapshots that it names are there: a manifest is
 * only a claim.
 */
import { objectKey } from '../../hooks/domain/backend-path.ts';
import type { StoredSnapshot } from '../../hooks/domain/report.ts';
import type { SyncTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { snapshotDirectories } from '../store/layout.ts';
import { objectIn } from '../store/manifests.ts';
import type { Store } from '../store/store.ts';
import { openStorage } from './access.ts';
import { namedCount } from './named-count.ts';
import { resticSnapshotsOf, storedSnapshotFrom } from './stored-snapshot.ts';

/** A report is one object of the API server, which takes 1.5 MB, and the hook is asked with it and all Snapshots. */
export const PAGE_CHARACTERS = 300_000;
export const PAGE_MANIFESTS = 250;
/** Requests under way at one time. */
const PARALLEL = 16;
const SHOWN_IDS = 3;

/** Reads the page behind `task.after`. A manifest that cannot be read is named and does not stop the others. */
export async function sync(task: SyncTask, context: MoverContext): Promise<TaskOutcome> {
  const { store } = await openStorage(task.storage, context);
  const { directory } = task.repository;
  const all = await manifestsIn(store, directory);
  const files = all.filter((one) => task.after === undefined || one.file > task.after);
  const snapshots: StoredSnapshot[] = [];
  const unreadable: string[] = [];
  let characters = 0;
  let done = 0;
  while (done < Math.min(files.length, PAGE_MANIFESTS) && characters < PAGE_CHARACTERS) {
    const batch = files.slice(done, Math.min(done + PARALLEL, PAGE_MANIFESTS));
    for (const read of await Promise.all(batch.map((one) => snapshotAt(store, one)))) {
      if (typeof read === 'string') unreadable.push(read);
      else snapshots.push(read);
      characters += JSON.stringify(read).length;
    }
    done += batch.length;
  }
  const last = files[done - 1];
  return {
    result: {
      stored: {
        snapshots: await withLost(store, directory, snapshots),
        ...(unreadable.length > 0 ? { unreadable: namedCount(unreadable) } : {}),
        total: all.length,
        ...(done < files.length && last ? { next: last.file } : {}),
      },
    },
  };
}

interface ManifestFile {
  readonly file: string;
  readonly key: string;
}

/** Every manifest once, by file name; of one in both places the documented one counts. */
async function manifestsIn(store: Store, directory: string): Promise<readonly ManifestFile[]> {
  const found = new Map<string, ManifestFile>();
  for (const place of snapshotDirectories(directory)) {
    for (const file of (await store.children(place)).files) {
      if (/\.ya?ml$/.test(file) && !found.has(file)) found.set(file, { file, key: objectKey(place, file) });
    }
  }
  return [...found.values()].sort((left, right) => (left.file < right.file ? -1 : 1));
}

async function snapshotAt(store: Store, { file, key }: ManifestFile): Promise<StoredSnapshot | string> {
  const bytes = await store.get(key);
  const manifest = bytes === undefined ? 'is gone' : objectIn(bytes);
  const snapshot = typeof manifest === 'string' ? manifest : storedSnapshotFrom(manifest);
  return typeof snapshot === 'string' ? `${file} ${snapshot}` : snapshot;
}

/** restic keeps a snapshot as `snapshots/<id>`, so a listing per restic repository tells, without its password. */
async function withLost(
  store: Store,
  directory: string,
  snapshots: readonly StoredSnapshot[],
): Promise<readonly StoredSnapshot[]> {
  const wanted = new Set(snapshots.flatMap((one) => resticSnapshotsOf(one).map(({ path }) => path)));
  const held = new Map<string, ReadonlySet<string>>();
  for (const path of wanted) {
    const isPlain = path.length <= 1024 && !path.split('/').includes('..');
    const files = isPlain ? (await store.children(objectKey(directory, ...path.split('/'), 'snapshots'))).files : [];
    held.set(path, new Set(files));
  }
  return snapshots.map((one) => {
    const lost = resticSnapshotsOf(one).filter(({ path, id }) => held.get(path)?.has(id) !== true);
    if (lost.length === 0) return one;
    return { ...one, lost: lost.slice(0, SHOWN_IDS).map(({ path, id }) => `${path}: ${id.slice(0, 64)}`) };
  });
}
