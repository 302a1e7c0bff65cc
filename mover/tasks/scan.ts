/** scan: what a storage holds, Repository by Repository, and what belongs to none. Deletes nothing; keeps `metadata.yaml` current. */
import { repositoryManifestKey, STORAGE_MANIFEST_KEY } from '../../hooks/domain/backend-path.ts';
import type { ScannedRepository, ScanResult } from '../../hooks/domain/report.ts';
import { formatSize } from '../../hooks/domain/size.ts';
import type { ScanTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { isObject } from '../decode.ts';
import { ownerKey } from '../store/layout.ts';
import { objectIn, yamlOf } from '../store/manifests.ts';
import type { Store } from '../store/store.ts';
import { openStorage } from './access.ts';
import { backendMeta } from './init-storage.ts';
import { namedCount } from './named-count.ts';
import { inventoryOf, type Directory, type Inventory } from './storage-inventory.ts';
import { storedRepositoryFrom } from './stored-repository.ts';

/** A report is one object of the API server, and the storage's status shows them all. */
const MAX_REPOSITORIES = 500;
const MAX_CHARACTERS = 400_000;
const SHOWN_LEFTOVERS = 20;

/** Lists every object once. A Repository whose manifest cannot be read is listed with the reason. */
export async function scan(task: ScanTask, context: MoverContext): Promise<TaskOutcome> {
  const { store } = await openStorage(task.storage, context);
  const inventory = await inventoryOf(store.list(''));
  const found: ScannedRepository[] = [];
  for (const [directory, one] of sorted(inventory.repositories)) {
    found.push(await repositoryAt(store, directory, one, task.clusterUid));
  }
  await updateMetadata(store, found, context.now());
  return { result: { scanned: resultOf(found, inventory) } };
}

function resultOf(found: readonly ScannedRepository[], { leftovers, repositories }: Inventory): ScanResult {
  const listed: ScannedRepository[] = [];
  let characters = 0;
  for (const one of found.slice(0, MAX_REPOSITORIES)) {
    characters += JSON.stringify(one).length;
    if (characters > MAX_CHARACTERS) break;
    listed.push(one);
  }
  const left = [...leftovers.values()].reduce((sum, bytes) => sum + bytes, 0);
  const own = [...repositories.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const names = sorted(leftovers).map(([name, bytes]) => `${name} (${formatSize(bytes)})`);
  return {
    repositories: listed,
    count: found.length,
    totalBytes: own,
    ...(names.length === 0
      ? {}
      : { leftovers: { ...namedCount(names.slice(0, SHOWN_LEFTOVERS), names.length), bytes: left } }),
  };
}

async function repositoryAt(
  store: Store,
  directory: string,
  { bytes, snapshots }: Directory,
  clusterUid: string,
): Promise<ScannedRepository> {
  const content = await store.get(repositoryManifestKey(directory));
  const manifest = content === undefined ? 'is gone' : objectIn(content);
  const stored = typeof manifest === 'string' ? manifest : storedRepositoryFrom(manifest);
  const claimedBy = await claimantOf(store, directory, clusterUid);
  const about = typeof stored === 'string' ? { error: `repository.yaml ${stored}` } : stored;
  return { directory, sizeBytes: bytes, snapshots, claimedBy, ...about };
}

async function claimantOf(
  store: Store,
  directory: string,
  clusterUid: string,
): Promise<ScannedRepository['claimedBy']> {
  const content = await store.get(ownerKey(directory));
  if (content === undefined) return 'nobody';
  try {
    const owner: unknown = JSON.parse(new TextDecoder().decode(content));
    return isObject(owner) && owner['clusterUid'] === clusterUid ? 'here' : 'elsewhere';
  } catch {
    return 'elsewhere';
  }
}

/** The index that other tools read (kubestash-api.md §2.5). One that is of another kind is somebody else's. */
async function updateMetadata(store: Store, found: readonly ScannedRepository[], now: Date): Promise<void> {
  const content = await store.get(STORAGE_MANIFEST_KEY);
  const before = content === undefined ? backendMeta(now) : objectIn(content);
  if (typeof before === 'string' || ('kind' in before && before.kind !== 'BackendMeta')) return;
  const repositories = found.map(({ name, namespace, directory, sizeBytes }) => ({
    ...(name === undefined ? {} : { name, namespace }),
    path: directory,
    size: formatSize(sizeBytes),
  }));
  const after = yamlOf({ ...before, repositories });
  if (content === undefined || !Buffer.from(content).equals(Buffer.from(after)))
    await store.put(STORAGE_MANIFEST_KEY, after);
}

function sorted<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}
