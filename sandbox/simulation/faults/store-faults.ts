/** Faults of stores, sources and Secrets (F45, F48 to F55). None destroys the only copy of anything. */
import { idOf } from '../model/restic-session.ts';
import { mapOf, without } from '../../api-server/values.ts';
import { keyOf } from '../../metacontroller/live-updates.ts';
import type { Weather } from '../model/disk.ts';
import type { PlannedFault } from '../scenario.ts';
import { NAMESPACE } from '../workload.ts';
import type { World } from '../world.ts';
import { lasting, type FaultKind } from './fault.ts';

function weather([id, name]: readonly [string, string], title: string, what: Weather, longest: number): FaultKind {
  return {
    id,
    name,
    title,
    draw: (random) => ({ ...lasting(random, 60, longest), pick: random.below(1000) }),
    begin: (world, fault) => {
      const disk = picked([...world.disks.values()], fault);
      if (!disk) return undefined;
      world.hit(id);
      disk.weather = what;
      return () => (disk.weather = {});
    },
  };
}

function picked<Item>(items: readonly Item[], fault: PlannedFault): Item | undefined {
  return items.length === 0 ? undefined : items[Number(fault.pick) % items.length];
}

/** Roots of restic repositories on the disk. */
function repositoriesOn(
  world: World,
): readonly { readonly disk: ReturnType<World['disks']['get']> & object; readonly root: string }[] {
  return [...world.disks.values()].flatMap((disk) =>
    [...disk.objects.keys()]
      .filter((key) => key.endsWith('/config'))
      .map((key) => ({ disk, root: key.slice(0, -'/config'.length) })),
  );
}

/** Whether there is a restic repository for every component of every Repository: two of a StatefulSet (workload.ts), else one. */
function isEveryRepositoryMade(world: World): boolean {
  const repositories = world.api.list('storage.kubestash.com/v1alpha1', 'Repository', NAMESPACE);
  const kinds = repositories.map((one) => mapOf(mapOf(one['spec'])['appRef'])['kind']);
  const wanted = kinds.reduce((sum: number, kind) => sum + (kind === 'StatefulSet' ? 2 : 1), 0);
  return wanted > 0 && repositoriesOn(world).length >= wanted;
}

export const STORE_FAULTS: readonly FaultKind[] = [
  weather(['F48', 'outage'], 'a store is unreachable', { outage: true }, 3 * 3600),
  weather(['F49', 'readOnly'], 'a store may not be written to', { readOnly: true }, 2 * 3600),
  weather(['F51', 'missing'], 'a bucket is not there', { missing: true }, 2 * 3600),
  weather(['F53', 'full'], 'a store is full', { full: true }, 2 * 3600),
  {
    id: 'F55',
    name: 'leftLock',
    title: 'a lock of a process that is gone',
    draw: (random) => ({
      pick: random.below(1000),
      exclusive: random.chance(0.5),
      ageMinutes: random.pick([0, 20, 600]),
    }),
    begin: (world, fault) => {
      const repository = picked(repositoriesOn(world), fault);
      if (!repository) return undefined;
      world.hit('F55');
      const time = new Date(world.clock.now() - Number(fault['ageMinutes']) * 60_000).toISOString();
      const text = JSON.stringify({ time, exclusive: fault['exclusive'], hostname: 'elsewhere', process: 'elsewhere' });
      repository.disk.objects.set(`${repository.root}/locks/${idOf(text)}`, {
        text,
        at: world.clock.now(),
        by: 'elsewhere',
      });
      return undefined;
    },
  },
  {
    id: 'F50',
    name: 'secretGone',
    title: 'the encryption Secret is deleted, and comes back',
    draw: (random) => lasting(random, 60, 7200),
    begin: (world) => secretReplaced(world, undefined),
  },
  {
    id: 'F50',
    name: 'passwordWrong',
    title: 'the encryption Secret holds another password for a while',
    draw: (random) => lasting(random, 60, 7200),
    // A repository that is made with it meanwhile is lost to the right one for ever, which no design undoes.
    begin: (world) =>
      isEveryRepositoryMade(world)
        ? secretReplaced(world, { RESTIC_PASSWORD: Buffer.from('another').toString('base64') })
        : undefined,
  },
  {
    id: 'F45',
    name: 'unreadable',
    title: 'a file of the source cannot be read',
    draw: (random) => ({ ...lasting(random, 600, 2 * 86_400), pick: random.below(1000) }),
    begin: (world, fault) => {
      const volume = picked([...world.volumes.values()], fault);
      const path = volume && picked([...volume.files.keys()], fault);
      if (!volume || path === undefined) return undefined;
      world.hit('F45');
      volume.unreadable.add(path);
      return () => void volume.unreadable.delete(path);
    },
  },
];

function secretReplaced(world: World, data: Readonly<Record<string, string>> | undefined): (() => void) | undefined {
  const found = world.api.get({ apiVersion: 'v1', kind: 'Secret', namespace: NAMESPACE, name: 'restic' });
  if (!found) return undefined;
  world.hit('F50');
  if (data) world.api.patch(keyOf(found), { data });
  else world.api.delete(keyOf(found));
  return () => {
    const namespace = world.api.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
    if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return;
    const applied = world.scenario.applied.find(
      ({ manifest }) => manifest.kind === 'Secret' && manifest.metadata.name === 'restic',
    );
    if (applied) world.apply(applied.manifest.stringData ? withData(applied.manifest) : applied.manifest);
  };
}

function withData(manifest: { readonly [field: string]: unknown }): Parameters<World['apply']>[0] {
  const pairs = Object.entries(manifest['stringData'] as Record<string, string>);
  const data = Object.fromEntries(pairs.map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { ...without(manifest, 'stringData'), data } as unknown as Parameters<World['apply']>[0];
}
