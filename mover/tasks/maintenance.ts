/** What forget, prune and check have in common: the directory is ours, and each restic repository is there or provably not. */
import { objectKey } from '../../hooks/domain/backend-path.ts';
import type { DirectoryOwner, RepositoryAccess, StorageAccess } from '../../hooks/domain/task.ts';
import type { MoverContext } from '../context.ts';
import type { Restic } from '../restic/restic.ts';
import { checkDirectory } from '../store/claim.ts';
import type { Store } from '../store/store.ts';
import { openRepository, openStorage } from './access.ts';

export interface MaintenanceOrder {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  readonly owner: DirectoryOwner;
}

export interface Maintenance {
  readonly store: Store;
  /** Key of the restic repository at this path. */
  keyOf(resticPath: string): string;
  /** restic on the repository at this path; undefined where the store holds no config there. */
  open(resticPath: string): Promise<Restic | undefined>;
}

/** Silent work of a large repository may take this long. */
export const LONG_SILENCE_MS = 6 * 60 * 60_000;

/** Opens the storage and makes sure that the directory is this Repository's, before anything is removed or judged. */
export async function openMaintenance(order: MaintenanceOrder, context: MoverContext): Promise<Maintenance> {
  const { store, secret } = await openStorage(order.storage, context);
  const { directory } = order.repository;
  await checkDirectory(store, directory, order.owner, context.now());
  const keyOf = (resticPath: string): string => objectKey(directory, resticPath);
  return {
    store,
    keyOf,
    open: async (resticPath) => {
      if (!(await store.children(keyOf(resticPath))).files.includes('config')) return undefined;
      return openRepository({ ...order, resticPath }, secret, context);
    },
  };
}
