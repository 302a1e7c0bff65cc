/** Where the data of a Snapshot is: the disk and key of each component's restic repository, and whether a snapshot is whole. */
import type { StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, textOf } from '../../api-server/values.ts';
import { keyOf as joined } from '../../../mover/store/store.ts';
import type { Disk } from '../model/disk.ts';
import { blobsOf, packKey, type SnapshotObject } from '../model/restic-repository.ts';
import { idOf } from '../model/restic-session.ts';
import type { World } from '../world.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';

/** One restic snapshot that a Snapshot object names. */
export interface NamedSnapshot {
  readonly component: string;
  readonly id: string;
  readonly hostPath: string;
  readonly disk: Disk | undefined;
  /** Key of the restic repository. */
  readonly root: string;
}

export interface Places {
  /** What a Snapshot's status names. */
  namedBy(snapshot: StoredObject): readonly NamedSnapshot[];
}

/** Remembers places, since a storage may be deleted while its data stays. */
export function placesOf(world: World): Places {
  const known = new Map<string, { readonly diskName: string; readonly root: string }>();
  const placeOf = (namespace: string, repository: string): { diskName: string; root: string } | undefined => {
    const found = world.api.get({ apiVersion: STORAGE, kind: 'Repository', namespace, name: repository });
    const spec = mapOf(found?.['spec']);
    const name = textOf(mapOf(spec['storageRef'])['name']);
    const storage = found && world.api.get({ apiVersion: STORAGE, kind: 'BackupStorage', namespace, name });
    const key = `${namespace}/${repository}`;
    if (storage) known.set(key, whereabouts(storage, textOf(spec['path'])));
    return known.get(key);
  };
  return {
    namedBy: (snapshot) => {
      const { namespace = '' } = snapshot.metadata;
      const place = placeOf(namespace, textOf(mapOf(snapshot['spec'])['repository']));
      const components = mapOf(mapOf(snapshot['status'])['components']);
      return Object.entries(components).flatMap(([component, value]) =>
        listOf(mapOf(value)['resticStats']).map((stats) => {
          const summary = mapOf(mapOf(stats)['summary']);
          return {
            component,
            id: textOf(summary['id']),
            hostPath: textOf(summary['hostPath']),
            disk: place && world.disks.get(place.diskName),
            root: joined(place?.root ?? '', textOf(mapOf(value)['path'])),
          };
        }),
      );
    },
  };
}

function whereabouts(storage: StoredObject, directory: string): { readonly diskName: string; readonly root: string } {
  const { local, s3 } = mapOf(mapOf(storage['spec'])['storage']);
  if (s3 !== undefined) {
    const { bucket, prefix } = mapOf(s3);
    return { diskName: `s3:${textOf(bucket)}`, root: joined(textOf(prefix), directory) };
  }
  return { diskName: `node:${textOf(mapOf(mapOf(local)['hostPath'])['path'])}`, root: joined(directory) };
}

/** The stored snapshot, or what is wrong with it: not there, not readable, or some blob of it in no pack (faults.md §2.7). */
export function wholeSnapshot(disk: Disk, root: string, id: string): SnapshotObject | string {
  const text = disk.objects.get(`${root}/snapshots/${id}`)?.text;
  if (text === undefined) return `${root}/snapshots/${id.slice(0, 8)} is not on ${disk.name}`;
  if (idOf(text) !== id) return `${root}/snapshots/${id.slice(0, 8)} cannot be read`;
  const snapshot = JSON.parse(text) as SnapshotObject;
  const there = blobsThere(disk, root);
  const missing = blobsOf(snapshot).find((blob) => !there.has(blob));
  return missing === undefined ? snapshot : `blob ${missing} of snapshot ${id.slice(0, 8)} is in no pack`;
}

/** Blobs that an index names in a pack that is there. */
export function blobsThere(disk: Disk, root: string): ReadonlySet<string> {
  const there = new Set<string>();
  const start = `${root}/index/`;
  for (const [key, { text }] of disk.objects) {
    if (!key.startsWith(start)) continue;
    const packs = Object.entries(JSON.parse(text) as Record<string, string[]>);
    const stored = packs.filter(([pack]) => disk.objects.has(`${root}/${packKey(pack)}`));
    for (const blob of stored.flatMap(([, blobs]) => blobs)) there.add(blob);
  }
  return there;
}
