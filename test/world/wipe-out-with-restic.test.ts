/** WipeOut with the real mover and real restic: what was asked for is gone from the disk, and what lies beside it comes back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import type { HooksService } from '../../sandbox/cluster/hooks-service.ts';
import type { Manifest } from '../../sandbox/cluster/manifests.ts';
import { waitFor } from '../../sandbox/demo/wait.ts';
import { CORE, startTestHooks, startWorld, STORAGE, type TestWorld } from './world.ts';

const NAMESPACE = 'attic';
const RESTIC = process.env['METASTASH_RESTIC'] ?? 'restic';
const PATH = 'repository/v1/daily/dump';

/** The configuration of the scenario, also under another name with a repository of its own. */
function configuration(manifest: Manifest, name: string, policy: string): Manifest {
  const text = JSON.stringify(manifest).replace(
    '"name":"mail","directory":"mail"',
    `"name":"${name}","directory":"${name}","deletionPolicy":"${policy}"`,
  );
  const parsed = JSON.parse(text) as Manifest;
  return { ...parsed, metadata: { ...parsed.metadata, name } };
}

describe('WipeOut in a sandbox cluster with real restic', function () {
  this.timeout(300_000);
  let hooks: HooksService;
  let world: TestWorld;
  let storage: string;
  before(async () => {
    hooks = await startTestHooks();
    world = startWorld(hooks);
    const source = world.world.claim(NAMESPACE, 'old-mail');
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'letter'), 'Dear all');
    world.applyScenario('archive', (manifest) => {
      if (manifest.kind === 'BackupStorage') {
        return {
          ...manifest,
          spec: { ...(manifest as { spec?: object }).spec, deletionPolicy: 'WipeOut' },
        } as Manifest;
      }
      return manifest.kind === 'BackupConfiguration' ? configuration(manifest, 'kept', 'Delete') : manifest;
    });
    world.applyScenario('archive', (manifest) =>
      manifest.kind === 'BackupConfiguration' ? configuration(manifest, 'wiped', 'WipeOut') : undefined,
    );
    await world.succeeded('BackupSession', NAMESPACE, 2);
    storage = world.world.nfs('nas.example.com', '/export/backup');
  });
  after(async () => {
    await world.remove();
    hooks.stop();
  });

  const key = (kind: string, name: string): { apiVersion: string; kind: string; name: string; namespace: string } => ({
    apiVersion: kind === 'BackupConfiguration' ? CORE : STORAGE,
    kind,
    name,
    namespace: NAMESPACE,
  });
  const gone = (kind: string, name: string): Promise<void> =>
    waitFor(world.api, undefined, {
      what: `the end of ${kind} ${name}`,
      seconds: 120,
      reached: () => world.api.get(key(kind, name)) === undefined,
      otherwise: () => JSON.stringify(world.api.get(key(kind, name))?.['status']),
    });
  const snapshotOf = (repository: string): StoredObject | undefined =>
    world.api.list(STORAGE, 'Snapshot', NAMESPACE).find((one) => one.metadata.name.startsWith(`${repository}-`));
  const restic = (directory: string, ...args: readonly string[]): string => {
    const env = { ...process.env, RESTIC_REPOSITORY: join(storage, directory, PATH), RESTIC_PASSWORD: 'mail' };
    return execFileSync(RESTIC, ['--no-cache', ...args], { env, encoding: 'utf8' });
  };

  it('removes a Snapshot from its restic repository, and the whole directory of a Repository beside it', async () => {
    world.apply({
      apiVersion: CORE,
      kind: 'BackupSession',
      metadata: { name: 'by-hand', namespace: NAMESPACE },
      spec: {
        invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'kept' },
        session: 'daily',
        retryLeft: 0,
      },
    });
    await world.succeeded('BackupSession', NAMESPACE, 3);
    assert.equal((JSON.parse(restic('kept', 'snapshots', '--json')) as unknown[]).length, 2);
    const { name } = world.api.get(key('Snapshot', 'kept-by-hand'))?.metadata ?? { name: '' };
    world.api.patch(key('Snapshot', name), { spec: { deletionPolicy: 'WipeOut' } });
    await world.becomes(
      'Snapshot',
      NAMESPACE,
      name,
      ({ metadata, status }) => (status as { observedGeneration?: number }).observedGeneration === metadata.generation,
    );
    world.api.delete(key('Snapshot', name));
    world.api.delete(key('BackupConfiguration', 'wiped'));
    await Promise.all([gone('Snapshot', name), gone('Repository', 'wiped')]);

    const left = JSON.parse(restic('kept', 'snapshots', '--json')) as readonly {
      id: string;
      tags: readonly string[];
    }[];
    assert.equal(left.length, 1);
    assert.ok(left[0]?.tags.includes(`metastash.dev/snapshot=${snapshotOf('kept')?.metadata.uid}`));
    assert.deepEqual(readdirSync(join(storage, 'kept', 'snapshots')), [`${snapshotOf('kept')?.metadata.name}.yaml`]);
    assert.equal(existsSync(join(storage, 'wiped', '.metastash-owner.json')), false);
    assert.deepEqual(filesBelow(join(storage, 'wiped')), []);
    restic('kept', 'check', '--read-data');
    const target = world.world.claim(NAMESPACE, 'restored');
    restic('kept', 'restore', 'latest', '--target', target);
    assert.equal(readFileSync(join(target, 'kubestash-data', 'letter'), 'utf8'), 'Dear all');
  });

  it('removes with a storage what this cluster keeps there, and nothing of anybody else', async () => {
    const foreign = join(storage, 'foreign');
    mkdirSync(foreign);
    const owner = {
      clusterUid: 'another',
      namespace: NAMESPACE,
      name: 'foreign',
      claimedAt: '2026-01-05T02:00:00.000Z',
    };
    writeFileSync(join(foreign, '.metastash-owner.json'), JSON.stringify(owner));
    writeFileSync(join(storage, 'note'), 'nobody claimed this');
    world.api.delete(key('BackupConfiguration', 'kept'));
    await gone('Repository', 'kept');
    assert.ok(filesBelow(join(storage, 'kept')).length > 0, 'policy Delete keeps the data');
    world.api.delete(key('BackupStorage', 'nfs'));
    await gone('BackupStorage', 'nfs');
    assert.deepEqual(filesBelow(join(storage, 'kept')), []);
    assert.deepEqual(filesBelow(storage).sort(), ['foreign/.metastash-owner.json', 'metadata.yaml', 'note']);
  });
});

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1));
}
