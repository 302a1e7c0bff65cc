/**
 * wipe: all data of one Repository or, without one, of every Repository of this cluster on a storage. Only a directory whose
 * owner file names this cluster is touched, and that file goes last: killed at any point, the next attempt knows what is left.
 */
import { STORAGE_MANIFEST_KEY } from '../../hooks/domain/backend-path.ts';
import type { WipeTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { Fault, faultOf } from '../faults.ts';
import { checkDirectory, claimedBy } from '../store/claim.ts';
import { ownerKey } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import { openStorage } from './access.ts';

interface Tally {
  objects: number;
  bytes: number;
}

/** Deletes together, so that an object store with many small files does not take a day. */
const AT_ONCE = 16;

/** Removes the data and looks again; what is still there after that is a failure that names it. */
export async function wipe(task: WipeTask, context: MoverContext): Promise<TaskOutcome> {
  const { store } = await openStorage(task.storage, context);
  const tally: Tally = { objects: 0, bytes: 0 };
  try {
    if (task.repository !== undefined) await wipeRepository(store, task, context, tally);
    else await wipeStorage(store, task.clusterUid, tally);
  } catch (thrown) {
    return { result: { wiped: { ...tally } }, error: faultOf(thrown) };
  }
  return { result: { wiped: { ...tally } } };
}

async function wipeRepository(store: Store, task: WipeTask, context: MoverContext, tally: Tally): Promise<void> {
  const { repository, clusterUid } = task;
  if (repository === undefined) return;
  const { directory, namespace, name } = repository;
  if ((await store.get(ownerKey(directory))) === undefined) {
    if (await isEmpty(store, directory)) return; // an earlier attempt came to its end
  }
  await checkDirectory(store, directory, { clusterUid, namespace, name }, context.now());
  await wipeDirectory(store, directory, tally);
}

/** Directories of other clusters and of storages inside this one, and what nobody has claimed, stay; then `metadata.yaml` stays too. */
async function wipeStorage(store: Store, clusterUid: string, tally: Tally): Promise<void> {
  const directories = await ownedDirectories(store, clusterUid);
  for (const directory of directories) await wipeDirectory(store, directory, tally);
  for await (const object of store.list('')) if (object.key !== STORAGE_MANIFEST_KEY) return;
  await store.delete(STORAGE_MANIFEST_KEY);
}

async function ownedDirectories(store: Store, clusterUid: string): Promise<readonly string[]> {
  const claimed: string[] = [];
  const storages: string[] = [];
  for await (const { key } of store.list('')) {
    if (key.endsWith(`/${ownerKey('')}`)) claimed.push(key.slice(0, -ownerKey('').length - 1));
    if (key.endsWith(`/${STORAGE_MANIFEST_KEY}`)) storages.push(key.slice(0, -STORAGE_MANIFEST_KEY.length));
  }
  const owned: string[] = [];
  for (const directory of claimed.filter((one) => !storages.some((root) => one.startsWith(root)))) {
    if ((await claimedBy(store, directory)) === clusterUid) owned.push(directory);
  }
  return owned.sort();
}

async function wipeDirectory(store: Store, directory: string, tally: Tally): Promise<void> {
  const last = ownerKey(directory);
  await refuseNested(store, directory);
  for await (const batch of batches(store, directory, last)) {
    await Promise.all(batch.map(({ key }) => store.delete(key)));
    tally.objects += batch.length;
    tally.bytes += batch.reduce((sum, one) => sum + one.sizeBytes, 0);
  }
  for await (const { key } of store.list(directory)) {
    if (key !== last) throw new Fault('WipeIncomplete', `${key} is still there`);
  }
  await store.delete(last);
  tally.objects += 1;
}

/** Another Repository's directory inside this one is not ours to remove. */
async function refuseNested(store: Store, directory: string): Promise<void> {
  const own = ownerKey(directory);
  for await (const { key } of store.list(directory)) {
    if (key !== own && key.endsWith(`/${ownerKey('')}`)) {
      throw new Fault('DirectoryOwned', `${key} claims a part of ${directory} for another Repository`);
    }
  }
}

async function* batches(
  store: Store,
  directory: string,
  last: string,
): AsyncGenerator<{ readonly key: string; readonly sizeBytes: number }[]> {
  let batch: { readonly key: string; readonly sizeBytes: number }[] = [];
  for await (const object of store.list(directory)) {
    if (object.key === last) continue;
    batch.push(object);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function isEmpty(store: Store, directory: string): Promise<boolean> {
  for await (const object of store.list(directory)) if (object.key !== '') return false;
  return true;
}
