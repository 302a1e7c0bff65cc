/** init-repository: the directory claimed for this Repository, and the Repository object stored there. */
import { repositoryManifestKey } from '../../hooks/domain/backend-path.ts';
import type { InitRepositoryTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { claimDirectory } from '../store/claim.ts';
import { snapshotDirectories } from '../store/layout.ts';
import { yamlOf } from '../store/manifests.ts';
import type { Store } from '../store/store.ts';
import { openStorage } from './access.ts';

/** Claims, uploads and counts the Snapshots that are there already (the first-backup rule, design §2). */
export async function initRepository(task: InitRepositoryTask, context: MoverContext): Promise<TaskOutcome> {
  const { store } = await openStorage(task.storage, context);
  const { directory } = task.repository;
  const claim = await claimDirectory(store, directory, task.owner, context.now());
  const snapshotsFound = await snapshotsIn(store, directory);
  await store.put(repositoryManifestKey(directory), yamlOf(task.manifest));
  return { result: { repository: { ...claim, snapshotsFound } } };
}

async function snapshotsIn(store: Store, directory: string): Promise<number> {
  const lists = await Promise.all(snapshotDirectories(directory).map((place) => store.children(place)));
  const names = lists.flatMap((list) => list.files.filter((name) => /\.ya?ml$/.test(name)));
  return new Set(names).size;
}
