/** Safety of what lies on the disks: who may delete what (S06 to S11). */
import type { WipeTask } from '../../../hooks/domain/task.ts';
import type { StoredObject } from '../../api-server/api.ts';
import { mapOf, textOf } from '../../api-server/values.ts';
import { lockFrom } from '../model/restic-locks.ts';
import type { SnapshotObject } from '../model/restic-repository.ts';
import type { Invariant, Watch } from './invariant.ts';
import { leavingIn, succeeded, title } from './snapshots.ts';

const UID_TAG = 'metastash.dev/snapshot=';

export const STORE_INVARIANTS: readonly Invariant[] = [
  {
    id: 'S06',
    title: 'the newest Succeeded Snapshot of a repository is never removed from it by retention',
    watch: (watch) => ({
      onDisk: (disk, { verb, key }) => {
        const id = /\/snapshots\/([0-9a-f]{64})$/.exec(key)?.[1];
        if (verb !== 'delete' || id === undefined) return;
        const holders = succeeded(watch).filter((one) => watch.places.namedBy(one).some((named) => named.id === id));
        for (const holder of holders) {
          const { repository, session } = mapOf(holder['spec']);
          const group = succeeded(watch).filter((one) => {
            const spec = mapOf(one['spec']);
            return spec['repository'] === repository && spec['session'] === session;
          });
          const newest = group.reduce((last, one) => (takenAt(one) > takenAt(last) ? one : last), holder);
          const isAsked = holder.metadata.deletionTimestamp !== undefined;
          if (newest === holder && !isAsked)
            watch.violated(`the data of ${title(holder)} is removed, the newest good one of ${textOf(repository)}`);
        }
      },
    }),
  },
  {
    id: 'S07',
    title: 'only what a published plan lists is removed, and nothing that is not ours',
    watch: (watch) => {
      // One that was read back from the storage names what its predecessor's tag is on.
      const namers = new Map<string, Set<string>>();
      return {
        onEvent: ({ object }) => {
          if (object.kind !== 'Snapshot') return;
          for (const { id } of watch.places.namedBy(object))
            namers.set(id, (namers.get(id) ?? new Set()).add(object.metadata.uid));
        },
        onDisk: (disk, { verb, key, by }) => {
          const id = /\/snapshots\/([0-9a-f]{64})$/.exec(key)?.[1];
          if (verb !== 'delete' || id === undefined || isWipe(watch, by)) return;
          const { tags } = JSON.parse(disk.objects.get(key)?.text ?? '{"tags":[]}') as SnapshotObject;
          const uid = tags.find((tag) => tag.startsWith(UID_TAG))?.slice(UID_TAG.length);
          const leaving = leavingIn(watch);
          if (uid === undefined) watch.violated(`${by} removes ${key}, which carries no tag of ours`);
          else if (![uid, ...(namers.get(id) ?? [])].some((one) => leaving.has(one)))
            watch.violated(`${by} removes ${key} of Snapshot ${uid}, which no published plan lists`);
        },
      };
    },
  },
  {
    id: 'S08',
    title: 'packs, indexes and snapshots are deleted only by who holds the only lock of the repository',
    watch: (watch) => ({
      onDisk: (disk, { verb, key, by }) => {
        const root = /^(.*\/repository\/v1\/[^/]+\/[^/]+)\/(?:snapshots|index|data)\//.exec(key)?.[1];
        if (verb !== 'delete' || root === undefined || isWipe(watch, by)) return;
        const locks = [...disk.objects]
          .filter(([name]) => name.startsWith(`${root}/locks/`))
          .map(([, { text }]) => lockFrom(text));
        if (locks.length === 1 && locks[0]?.process === by && locks[0].exclusive) return;
        watch.violated(`${by} deletes ${key} while ${locks.length} locks are held`);
      },
    }),
  },
  {
    id: 'S09',
    title: 'nothing on a backend is deleted but stale locks, unless a plan or WipeOut says so',
    watch: (watch) => ({
      onDisk: (_disk, { verb, key, by }) => {
        if (verb !== 'delete' || /\/(?:locks|keys)\/|\/\.metastash/.test(key)) return;
        const task = [...watch.world.node.processes.values()].find((one) => one.name === by)?.task.task;
        if (task === 'wipe') return judgeWipe(watch, by, key);
        if (['forget', 'prune', 'sync', 'upload'].includes(String(task))) return;
        watch.violated(`${by} (${String(task)}) deletes ${key}`);
      },
    }),
  },
  {
    id: 'S10',
    title: 'no lock of a living process is removed by another, and nobody removes all locks',
    watch: (watch) => ({
      onDisk: (disk, { verb, key, by }) => {
        if (verb !== 'delete' || !key.includes('/locks/')) return;
        const lock = lockFrom(disk.objects.get(key)?.text ?? '');
        if (!lock || lock.process === by) return;
        if ([...watch.world.node.processes.values()].some((one) => one.name === lock.process && one.isAlive))
          watch.violated(`${by} removes the lock of ${lock.process}, which is alive`);
        if (watch.world.clock.now() - Date.parse(lock.time) < 20 * 60_000)
          watch.violated(
            `${by} removes a lock of ${lock.process} that is ${(watch.world.clock.now() - Date.parse(lock.time)) / 1000} s old`,
          );
      },
    }),
  },
  {
    id: 'S11',
    title: 'a repository is made only where there is nothing, and once',
    watch: (watch) => ({
      onDisk: (disk, { verb, key, by }) => {
        if (verb !== 'put' || !key.endsWith('/config')) return;
        const root = key.slice(0, -'/config'.length);
        const before = [...disk.objects.keys()].filter(
          (name) => /\/(?:snapshots|index|data)\//.test(name) && name.startsWith(`${root}/`),
        );
        if (before.length > 0)
          watch.violated(`${by} makes a repository at ${root}, where there are ${before.length} objects`);
        const keys = [...disk.objects.keys()].filter((name) => name.startsWith(`${root}/keys/`));
        if (keys.length > 1)
          watch.violated(`${by} makes a repository at ${root}, which has ${keys.length} keys: two made it at once`);
      },
    }),
  },
];

function takenAt(snapshot: StoredObject): string {
  return textOf(mapOf(snapshot['status'])['snapshotTime']) || snapshot.metadata.creationTimestamp;
}

/** What is wiped is what a user deleted: the object says WipeOut itself, and did not go with its Namespace. */
function judgeWipe(watch: Watch, by: string, key: string): void {
  const { world } = watch;
  const task = [...world.node.processes.values()].find((one) => one.name === by)?.task as WipeTask | undefined;
  if (task === undefined) return;
  const { namespace, name } = task.repository ?? task.storage;
  const kind = task.repository === undefined ? 'BackupStorage' : 'Repository';
  const object = world.api.get({ apiVersion: 'storage.kubestash.com/v1alpha1', kind, namespace, name });
  if (object === undefined) return; // it has let go meanwhile
  const { deletionTimestamp } = object.metadata;
  const called = `${kind} ${namespace}/${name}`;
  if (deletionTimestamp === undefined) watch.violated(`${by} wipes ${key} of ${called}, which nobody deletes`);
  else if (mapOf(object['spec'])['deletionPolicy'] !== 'WipeOut') {
    watch.violated(`${by} wipes ${key} of ${called}, which does not say WipeOut`);
  }
  const going = world.api.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })?.metadata.deletionTimestamp;
  if (going !== undefined && deletionTimestamp !== undefined && going < deletionTimestamp) {
    watch.violated(`${by} wipes ${key} of ${called}, which goes with its Namespace`);
  }
}

function isWipe({ world }: Watch, by: string): boolean {
  return [...world.node.processes.values()].some((one) => one.name === by && (one.task.task as string) === 'wipe');
}
