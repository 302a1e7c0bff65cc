/** Safety of data: S01 to S12, and L14, which is the strongest of them. */
import type { StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, textOf } from '../../api-server/values.ts';
import type { SnapshotObject } from '../model/restic-repository.ts';
import type { Invariant, Watch } from './invariant.ts';
import { wholeSnapshot, type NamedSnapshot } from './places.ts';
import { leavingIn, phaseOf, succeeded, title } from './snapshots.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';

/** Calls back when an object of the kind becomes Succeeded. */
function onSuccess(kind: string, check: (object: StoredObject) => void): ReturnType<Invariant['watch']> {
  return {
    onEvent: ({ type, object }, previous) => {
      if (type === 'DELETED' || object.kind !== kind || phaseOf(object) !== 'Succeeded') return;
      if (phaseOf(previous) !== 'Succeeded') check(object);
    },
  };
}

function whole({ disk, root, id }: NamedSnapshot): SnapshotObject | string {
  return disk === undefined ? 'nobody knows its disk' : wholeSnapshot(disk, root, id);
}

export const DATA_INVARIANTS: readonly Invariant[] = [
  {
    id: 'S01',
    title: 'what a Succeeded Snapshot names is whole in its repository, then and later',
    watch: (watch) => {
      const check = (snapshot: StoredObject): void => {
        const named = watch.places.namedBy(snapshot);
        if (named.length === 0) watch.violated(`${title(snapshot)} is Succeeded and names no restic snapshot`);
        for (const one of named) {
          const found = whole(one);
          if (typeof found === 'string') watch.violated(`${title(snapshot)} is Succeeded, but ${found}`);
        }
      };
      const checkAll = (): void => {
        const leaving = leavingIn(watch);
        for (const one of succeeded(watch)) if (!leaving.has(one.metadata.uid)) check(one);
      };
      return { ...onSuccess('Snapshot', check), atRest: checkAll, atEnd: checkAll };
    },
  },
  {
    id: 'S02',
    title: 'no two Snapshots name one restic snapshot, and each carries the tags of its own Snapshot',
    watch: (watch) => {
      const owners = new Map<string, string>();
      return onSuccess('Snapshot', (snapshot) => {
        // One that was read back from the storage is its predecessor in a new object.
        if (snapshot.metadata.annotations?.['metastash.dev/imported'] !== undefined) return;
        for (const one of watch.places.namedBy(snapshot)) {
          const owner = owners.get(one.id);
          if (owner !== undefined && owner !== snapshot.metadata.uid)
            watch.violated(`${title(snapshot)} names restic snapshot ${one.id.slice(0, 8)}, as another Snapshot does`);
          owners.set(one.id, snapshot.metadata.uid);
          const found = whole(one);
          const tag = `metastash.dev/snapshot=${snapshot.metadata.uid}`;
          if (typeof found !== 'string' && !found.tags.includes(tag))
            watch.violated(
              `${title(snapshot)} names restic snapshot ${one.id.slice(0, 8)}, which is tagged ${found.tags.join(' ')}`,
            );
        }
      });
    },
  },
  {
    id: 'S03',
    title: 'a Succeeded BackupSession has a Succeeded Snapshot of every repository of its session',
    watch: (watch) => {
      const wanted = new Map<string, number>();
      const success = onSuccess('BackupSession', (session) => {
        const { namespace = '', uid } = session.metadata;
        const listed = listOf(mapOf(session['status'])['snapshots']).map(mapOf);
        if (listed.length < (wanted.get(uid) ?? 1))
          watch.violated(`${title(session)} is Succeeded with ${listed.length} of ${wanted.get(uid)} repositories`);
        for (const entry of listed) {
          const name = textOf(entry['name']);
          const snapshot = watch.world.api.get({ apiVersion: STORAGE, kind: 'Snapshot', namespace, name });
          if (textOf(entry['phase']) !== 'Succeeded' || (snapshot && phaseOf(snapshot) !== 'Succeeded'))
            watch.violated(`${title(session)} is Succeeded, its Snapshot ${name} is ${phaseOf(snapshot)}`);
        }
      });
      return {
        onEvent: (event, previous) => {
          const { object, type } = event;
          if (object.kind === 'BackupSession' && type === 'ADDED')
            wanted.set(object.metadata.uid, repositoriesOf(watch, object));
          success.onEvent?.(event, previous);
        },
      };
    },
  },
  {
    id: 'S05',
    title: 'one session makes at most one Snapshot per repository, and one restic snapshot per component and path',
    watch: (watch) => ({
      atRest: () => {
        if (watch.excuses.hasZombies) return;
        const counts = new Map<string, number>();
        for (const disk of watch.world.disks.values()) {
          for (const [key, { text }] of disk.objects) {
            if (!/\/snapshots\/[0-9a-f]{64}$/.test(key)) continue;
            const tags = [...(JSON.parse(text) as SnapshotObject).tags]
              .filter((tag) => tag.startsWith('metastash.dev/'))
              .sort();
            const identity = `${disk.name} ${key.split('/snapshots/')[0]} ${tags.join(' ')}`;
            counts.set(identity, (counts.get(identity) ?? 0) + 1);
          }
        }
        for (const [identity, count] of counts)
          if (count > 1) watch.violated(`${count} restic snapshots of one attempt: ${identity}`);
      },
      onEvent: ({ type, object }) => {
        if (type !== 'ADDED' || object.kind !== 'Snapshot') return;
        const { backupSession, repository } = mapOf(object['spec']);
        const others = watch.world.api.list(STORAGE, 'Snapshot', object.metadata.namespace).filter((one) => {
          const spec = mapOf(one['spec']);
          return spec['backupSession'] === backupSession && spec['repository'] === repository;
        });
        if (others.length > 1)
          watch.violated(`${others.length} Snapshots of ${textOf(backupSession)} in ${textOf(repository)}`);
      },
    }),
  },
  {
    id: 'S12',
    title: 'a restore that ended never runs again',
    watch: (watch) => ({
      onEvent: ({ type, object }) => {
        if (type !== 'ADDED' || object.kind !== 'Job') return;
        const owner = object.metadata.ownerReferences?.find((one) => one.kind === 'RestoreSession');
        const session = owner && watch.world.api.withUid(owner.uid);
        if (
          session &&
          ['Succeeded', 'Failed'].includes(phaseOf(session)) &&
          object.metadata.labels?.['metastash.dev/task'] === 'restore'
        )
          watch.violated(`Job ${object.metadata.name} is made for ${title(session)}, which is ${phaseOf(session)}`);
      },
    }),
  },
  {
    id: 'L14',
    title:
      'a Succeeded Snapshot holds what the source held at some time of its backup (S04 with it: nothing is missing)',
    watch: (watch) =>
      onSuccess('Snapshot', (snapshot) => {
        for (const named of watch.places.namedBy(snapshot)) {
          const stored = whole(named);
          if (typeof stored === 'string') continue;
          const volume = volumeFor(watch, snapshot, named.component);
          if (!volume) continue;
          const content = contentOf(
            stored.nodes.map(({ path, blob }) => [path.slice(named.hostPath.length + 1), blob]),
          );
          // One that was read back from the storage is older than its object.
          const isImported = snapshot.metadata.annotations?.['metastash.dev/imported'] !== undefined;
          const from = Date.parse(isImported ? stored.time : snapshot.metadata.creationTimestamp);
          const states = volume.statesBetween(from - 60_000, watch.world.clock.now());
          if (states.some(({ files }) => contentOf([...files].map(([path, { blob }]) => [path, blob])) === content))
            continue;
          watch.violated(
            `${title(snapshot)} ${named.component} holds ${stored.nodes.length} files, the source never was in that state`,
          );
        }
      }),
  },
];

function repositoriesOf({ world }: Watch, session: StoredObject): number {
  const { invoker, session: name } = mapOf(session['spec']);
  const { namespace = '' } = session.metadata;
  const key = { apiVersion: 'core.kubestash.com/v1alpha1', kind: 'BackupConfiguration', namespace };
  const configuration = world.api.get({ ...key, name: textOf(mapOf(invoker)['name']) });
  const declared = listOf(mapOf(configuration?.['spec'])['sessions']).map(mapOf);
  return listOf(declared.find((one) => one['name'] === name)?.['repositories']).length;
}

/** The claim that a component's mover mounts: `dump` of web, `dump-pod-<n>` of db (workload.ts). */
function volumeFor(
  { world }: Watch,
  snapshot: StoredObject,
  component: string,
): ReturnType<Watch['world']['volumes']['get']> {
  const target = textOf(mapOf(mapOf(snapshot['spec'])['appRef'])['name']);
  const ordinal = /^dump-pod-(\d+)$/.exec(component)?.[1];
  const claim = ordinal === undefined ? `${target}-data` : `data-${target}-${ordinal}`;
  return world.volumes.get(`${snapshot.metadata.namespace}/${claim}`);
}

function contentOf(files: readonly (readonly [string, string])[]): string {
  return files
    .map(([path, blob]) => `${path} ${blob}`)
    .sort()
    .join('\n');
}
