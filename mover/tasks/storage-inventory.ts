/** Every object of a storage, added up by the Repository that it belongs to: one pass, whatever the number of objects. */
import { isBelow } from '../../hooks/domain/patterns.ts';
import { STORAGE_MANIFEST_KEY } from '../../hooks/domain/backend-path.ts';
import type { StoredObject } from '../store/store.ts';

export interface Directory {
  bytes: number;
  /** Manifests of Snapshots. */
  snapshots: number;
  hasManifest: boolean;
}

export interface Inventory {
  /** Directories with a `repository.yaml`. */
  readonly repositories: ReadonlyMap<string, Directory>;
  /** Bytes by directory of what belongs to none of them. */
  readonly leftovers: ReadonlyMap<string, number>;
}

/** Ours and KubeStash's own at the root. */
const ROOT_FILES = [STORAGE_MANIFEST_KEY, 'debug_metadata.yaml'];
/** Foreign things are shown by their first directories. */
const SHOWN_DEPTH = 3;
const MAX_FOREIGN = 2000;

/** What these objects come to. */
export async function inventoryOf(objects: AsyncIterable<StoredObject>): Promise<Inventory> {
  const directories = new Map<string, Directory>();
  const foreign = new Map<string, number>();
  for await (const { key, sizeBytes } of objects) {
    const segments = key.split('/');
    const depth = directoryDepth(segments);
    if (depth !== undefined) count(directories, segments, depth, sizeBytes);
    else if (!ROOT_FILES.includes(key))
      add(foreign, segments.slice(0, -1).slice(0, SHOWN_DEPTH).join('/') || key, sizeBytes);
  }
  const repositories = new Map([...directories].filter(([, one]) => one.hasManifest));
  const leftovers = new Map([...directories].flatMap(([name, one]) => (one.hasManifest ? [] : [[name, one.bytes]])));
  for (const [name, bytes] of foreign) {
    const home = [...repositories.keys()].find((directory) => isBelow(`/${name}`, `/${directory}`));
    const into = home === undefined ? undefined : repositories.get(home);
    if (into === undefined) add(leftovers, name, bytes);
    else into.bytes += bytes;
  }
  return { repositories, leftovers };
}

/** What lies directly in a Repository's directory. Nothing at the root of a storage does: there is no Repository without a directory. */
const PARTS = [
  /^repository\/(v1|snapshots)\//,
  /^snapshots\/[^/]+\.ya?ml$/,
  /^\.metastash-incomplete\//,
  /^(repository\.yaml|\.metastash-owner\.json)$/,
];

/** How many leading segments name the Repository's directory; undefined for a key that no Repository would have. */
function directoryDepth(segments: readonly string[]): number | undefined {
  const depth = segments.findIndex((_, index) => {
    const rest = segments.slice(index).join('/');
    return index > 0 && PARTS.some((part) => part.test(rest));
  });
  return depth === -1 ? undefined : depth;
}

function count(into: Map<string, Directory>, segments: readonly string[], depth: number, bytes: number): void {
  const name = segments.slice(0, depth).join('/');
  const known = into.get(name) ?? { bytes: 0, snapshots: 0, hasManifest: false };
  known.bytes += bytes;
  const rest = segments.slice(depth).join('/');
  if (rest === 'repository.yaml') known.hasManifest = true;
  if (/^(repository\/)?snapshots\/[^/]+\.ya?ml$/.test(rest)) known.snapshots += 1;
  into.set(name, known);
}

/** A bucket with a million foreign directories must not fill the memory. */
function add(into: Map<string, number>, name: string, bytes: number): void {
  const key = into.has(name) || into.size < MAX_FOREIGN ? name : '…';
  into.set(key, (into.get(key) ?? 0) + bytes);
}
