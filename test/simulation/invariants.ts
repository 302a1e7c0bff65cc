/** A world of a few objects in which an invariant can be asked without anything running. */
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { INVARIANTS } from '../../sandbox/simulation/invariants/catalogue.ts';
import type { Watching } from '../../sandbox/simulation/invariants/invariant.ts';
import { placesOf } from '../../sandbox/simulation/invariants/places.ts';
import { Disk } from '../../sandbox/simulation/model/disk.ts';
import { Volume } from '../../sandbox/simulation/model/volume.ts';
import type { World } from '../../sandbox/simulation/world.ts';

export const NOW = Date.parse('2026-01-05T12:00:00Z');
const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const API_VERSIONS: Readonly<Record<string, string>> = {
  BackupConfiguration: CORE,
  BackupSession: CORE,
  RestoreSession: CORE,
  BackupStorage: STORAGE,
  Repository: STORAGE,
  Snapshot: STORAGE,
  TaskReport: 'metastash.dev/v1alpha1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
};

export interface Rest {
  readonly spec?: object;
  readonly status?: object;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: StoredObject;
  readonly deletionTimestamp?: string;
}

/** An object of the kind in namespace `shop`; its uid is made of its name. */
export function objectOf(kind: string, name: string, rest: Rest = {}): StoredObject {
  const { spec = {}, status, labels, owner, deletionTimestamp } = rest;
  const ownerReferences = owner && [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      controller: true,
    },
  ];
  return {
    apiVersion: API_VERSIONS[kind] ?? 'v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-05T11:59:00Z',
      ...(labels ? { labels } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, finalizers: ['example.com/held'] }),
    },
    spec,
    ...(status ? { status } : {}),
  } as unknown as StoredObject;
}

export interface Scene {
  readonly watching: Watching;
  readonly objects: Map<string, StoredObject>;
  readonly disk: Disk;
  readonly volume: Volume;
  readonly processes: Map<string, unknown>;
  /** Puts objects there; nobody is told. */
  has(...objects: readonly StoredObject[]): void;
  /** Puts the object there and tells of it. */
  happens(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StoredObject, previous?: StoredObject): void;
  /** Somebody writes or deletes a key. */
  changes(verb: 'put' | 'delete', key: string, by: string): void;
}

/** What the invariant says when `play` has happened. */
export function said(id: string, play: (scene: Scene) => void): readonly string[] {
  const messages: string[] = [];
  const objects = new Map<string, StoredObject>();
  const disk = new Disk('node:/srv/store', () => undefined);
  const volume = new Volume('shop/web-data', NOW - 86_400_000);
  const processes = new Map<string, unknown>();
  const world = worldOf(objects, { disk, volume, processes });
  const excuses = { touched: new Set<string>(), hasZombies: false, evidenceLost: false, dataLost: false };
  const found = INVARIANTS.filter((one) => one.id === id);
  const watchings = found.map(({ watch }) =>
    watch({ world, places: placesOf(world), excuses, violated: (message) => messages.push(message) }),
  );
  const has = (object: StoredObject): void => void objects.set(object.metadata.uid, object);
  play({
    watching: together(watchings),
    objects,
    disk,
    volume,
    processes,
    has: (...given) => given.forEach(has),
    happens: (type, object, previous) => {
      if (type === 'DELETED') objects.delete(object.metadata.uid);
      else has(object);
      for (const one of watchings) one.onEvent?.({ type, object }, previous);
    },
    changes: (verb, key, by) => {
      for (const one of watchings) one.onDisk?.(disk, { verb, key, at: NOW, by });
    },
  });
  return messages;
}

/** Two invariants may share a number. */
function together(watchings: readonly Watching[]): Watching {
  return {
    onAsked: (asked) => watchings.forEach((one) => one.onAsked?.(asked)),
    onHostWrite: (verb, object) => watchings.forEach((one) => one.onHostWrite?.(verb, object)),
    onStep: (process, what) => watchings.forEach((one) => one.onStep?.(process, what)),
    onWarning: (object, message) => watchings.forEach((one) => one.onWarning?.(object, message)),
    atProbe: (session) => watchings.forEach((one) => one.atProbe?.(session)),
    atRest: () => watchings.forEach((one) => one.atRest?.()),
    atEnd: () => watchings.forEach((one) => one.atEnd?.()),
  };
}

function worldOf(
  objects: ReadonlyMap<string, StoredObject>,
  parts: { readonly disk: Disk; readonly volume: Volume; readonly processes: ReadonlyMap<string, unknown> },
): World {
  const all = (): readonly StoredObject[] => [...objects.values()];
  const world = {
    scenario: { seed: 'invariants' },
    clock: { now: () => NOW, after: () => () => undefined },
    weather: { hookSkewMs: 0 },
    disks: new Map([[parts.disk.name, parts.disk]]),
    volumes: new Map([[parts.volume.name, parts.volume]]),
    node: { processes: parts.processes },
    api: {
      list: (apiVersion: string, kind: string) =>
        all().filter((one) => one.kind === kind && one.apiVersion === apiVersion),
      get: ({ kind, name }: { readonly kind: string; readonly name: string }) =>
        all().find((one) => one.kind === kind && one.metadata.name === name),
      withUid: (uid: string) => objects.get(uid),
      resources: () =>
        [...new Set(all().map((one) => one.kind))].map((kind) => ({ kind, apiVersion: API_VERSIONS[kind] ?? 'v1' })),
    },
  };
  return world as unknown as World;
}

/** What an invariant says of a scene, and a scene beside it in which it is silent. */
export interface Case {
  readonly id: string;
  readonly says: RegExp;
  readonly play: (scene: Scene) => void;
  /** The same with nothing wrong in it. */
  readonly fine: (scene: Scene) => void;
}
