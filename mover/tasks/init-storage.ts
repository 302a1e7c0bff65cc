/** init-storage: `metadata.yaml` at the root of a BackupStorage, and which Repositories lie there already. */
import { repositoryManifestKey, STORAGE_MANIFEST_KEY } from '../../hooks/domain/backend-path.ts';
import type { InitStorageTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { yamlOf } from '../store/manifests.ts';
import { keyOf, type Store } from '../store/store.ts';
import { openStorage } from './access.ts';

/** Deeper than `<namespace>/<name>` or a blueprint's `${namespace}/${targetName}`; a bound for foreign buckets. */
const MAX_DEPTH = 6;
const MAX_DIRECTORIES = 2000;

/** Proves that the backend can be read and written, and says what it holds. An existing metadata.yaml stays as it is. */
export async function initStorage(task: InitStorageTask, context: MoverContext): Promise<TaskOutcome> {
  const { store } = await openStorage(task.storage, context);
  const created = await store.putIfAbsent(STORAGE_MANIFEST_KEY, yamlOf(backendMeta(context.now())));
  return { result: { storage: { created, repositories: await repositoriesIn(store) } } };
}

/** `metadata.yaml` of a storage that holds nothing yet. */
export function backendMeta(now: Date): object {
  return {
    apiVersion: 'config.kubestash.com/v1alpha1',
    kind: 'BackendMeta',
    creationTimestamp: now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    operatorVersion: 'metastash/v1',
  };
}

/** Directories that hold a repository.yaml, by breadth, so that the bound cuts the deepest ones. */
async function repositoriesIn(store: Store): Promise<readonly string[]> {
  const found: string[] = [];
  let level: readonly string[] = [''];
  let seen = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      seen += 1;
      if (seen > MAX_DIRECTORIES) return found.sort();
      const children = await store.children(directory);
      if (children.files.includes(repositoryManifestKey(''))) found.push(directory);
      else next.push(...children.directories.map((name) => keyOf(directory, name)));
    }
    level = next;
  }
  return found.sort();
}
