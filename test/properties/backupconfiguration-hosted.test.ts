import assert from 'node:assert/strict';
import type { BackupConfiguration } from '../../hooks/generated/types/backupconfiguration.ts';
import * as sample from '../unit/kinds/backupconfiguration/fixtures.ts';
import { hostedWorld, type HostedWorld } from './hosted-world.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** A Deployment with everything that its configuration needs; others' statuses are played. */
function preparedWorld(): HostedWorld {
  const world = hostedWorld(['backupconfiguration', 'claims-backupsession', 'claims-repository']);
  const storage = world.apply({
    apiVersion: STORAGE,
    kind: 'BackupStorage',
    metadata: { name: 's3-storage', namespace: 'demo' },
    spec: { storage: { provider: 's3', s3: { bucket: 'backups' } } },
  });
  world.setStatus(storage, { phase: 'Ready' });
  world.apply({
    apiVersion: STORAGE,
    kind: 'RetentionPolicy',
    metadata: { name: 'keep', namespace: 'demo' },
    spec: { maxRetentionPeriod: '2mo' },
  });
  const labels = { app: 'sample' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  world.apply({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'sample', namespace: 'demo' },
    spec: { serviceName: 'sample', selector: { matchLabels: labels }, template },
  });
  return world;
}

/** Yearly, so that no tick comes while the world is watched. */
function yearly(changes: object = {}): object {
  const { apiVersion, kind, spec } = sample.configuration();
  const scheduler = {
    schedule: '0 0 1 1 *',
    concurrencyPolicy: 'Forbid',
    jobTemplate: {
      backoffLimit: 1,
      template: {
        spec: {
          resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { memory: '2048Mi' } },
          tolerations: [{ key: 'backup', operator: 'Exists' }],
          nodeSelector: { disk: 'ssd' },
          env: [
            { name: 'EMPTY', value: '' },
            { name: 'FULL', value: 'yes' },
          ],
        },
      },
    },
  };
  return {
    apiVersion,
    kind,
    metadata: { name: 'sample-backup', namespace: 'demo' },
    spec: { ...spec, sessions: [sample.session({ scheduler, ...changes })] },
  };
}

function configurationIn(world: HostedWorld): BackupConfiguration {
  return world.get(CORE, 'BackupConfiguration', 'sample-backup') as unknown as BackupConfiguration;
}

function ready(world: HostedWorld, snapshotsFound: number = 4): void {
  world.run(5);
  world.setStatus(world.get(STORAGE, 'Repository', 'sample-repo'), {
    phase: 'Ready',
    snapshotsFound,
    snapshotCount: 0,
  });
  world.run(30);
}

describe('a BackupConfiguration under Metacontroller', () => {
  it('comes to rest: in the day after it is Ready nothing is written, not even what changes nothing', () => {
    const world = preparedWorld();
    world.apply(yearly());
    ready(world);
    assert.equal(configurationIn(world).status?.phase, 'Ready');
    const before = world.writes.length;
    world.run(24 * 3600);
    assert.deepEqual([world.writes.slice(before), world.errors], [[], []]);
    world.stop();
  });

  it('comes to rest when it cannot be carried out, with every child as it was', () => {
    const world = preparedWorld();
    world.apply(yearly());
    ready(world);
    const children = (): unknown => [world.list(STORAGE, 'Repository'), world.list('batch/v1', 'CronJob')];
    const was = children();
    world.apply(yearly({ sessionHistoryLimit: 1, backupTimeout: '0s' }));
    world.run(30);
    assert.equal(configurationIn(world).status?.phase, 'Invalid');
    assert.deepEqual(children(), was);
    const before = world.writes.length;
    world.run(24 * 3600);
    assert.deepEqual([world.writes.slice(before), world.errors], [[], []]);
    world.stop();
  });

  it('gives sessions that others made the turn one after the other, oldest first', () => {
    const world = preparedWorld();
    world.apply(yearly());
    ready(world);
    const turns: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      world.apply({
        apiVersion: CORE,
        kind: 'BackupSession',
        metadata: { name, namespace: 'demo' },
        spec: {
          invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'sample-backup' },
          session: 'frequent',
        },
      });
      world.run(2);
    }
    for (let index = 0; index < 3; index += 1) {
      const leases = world.list('coordination.k8s.io/v1', 'Lease');
      assert.equal(leases.length, 1);
      const holder = (leases[0]?.['spec'] as { holderIdentity: string }).holderIdentity;
      const session = world.list(CORE, 'BackupSession').find((one) => one.metadata.uid === holder);
      turns.push(session?.metadata.name ?? 'nobody');
      if (session !== undefined) world.setStatus(session, { phase: 'Succeeded' });
      world.run(10);
    }
    assert.deepEqual(turns, ['one', 'two', 'three']);
    assert.deepEqual(world.list('coordination.k8s.io/v1', 'Lease'), []);
    assert.deepEqual(
      world.list(CORE, 'BackupSession').map((one) => one.metadata.name),
      ['three'],
    );
    assert.deepEqual(world.errors, []);
    world.stop();
  });

  it('leaves its Repository behind when it is deleted, and gets it back when it is made again', () => {
    const world = preparedWorld();
    world.apply(yearly());
    ready(world, 0);
    const repository = world.get(STORAGE, 'Repository', 'sample-repo');
    world.api.delete(
      { apiVersion: CORE, kind: 'BackupConfiguration', name: 'sample-backup', namespace: 'demo' },
      { propagation: 'Background' },
    );
    world.run(60);
    assert.equal(world.get(STORAGE, 'Repository', 'sample-repo').metadata.uid, repository.metadata.uid);
    assert.deepEqual([world.list('batch/v1', 'CronJob'), world.list(CORE, 'BackupSession')], [[], []]);
    world.setStatus(repository, { snapshotCount: 3 });
    world.apply(yearly());
    world.run(20 * 60);
    const again = world.get(STORAGE, 'Repository', 'sample-repo');
    assert.equal(again.metadata.uid, repository.metadata.uid);
    assert.equal(
      again.metadata.ownerReferences?.find((one) => one.controller)?.uid,
      configurationIn(world).metadata.uid,
    );
    assert.equal(configurationIn(world).status?.phase, 'Ready');
    assert.deepEqual(world.list(CORE, 'BackupSession'), [], 'no first backup over a history');
    world.stop();
  });
});
