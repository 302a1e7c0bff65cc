/** A cluster is lost and made again from the same manifests on the same storage (design §2, When a Snapshot is made). */
import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startVirtualCluster, VIRTUAL_START, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { playedBackend } from '../../sandbox/node/played-backend.ts';
import { applyAll, pauseAll, QUICKSTART, QUICKSTART_RESTORE, statusOf, unsettled } from './virtual-stories.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

describe('a cluster that is made again from its manifests', function () {
  this.timeout(120_000);
  let history: readonly StoredObject[];
  let cluster: VirtualCluster;
  before(() => {
    const backend = playedBackend();
    const lost = startVirtualCluster({ backend, onCall: () => undefined });
    applyAll(lost, [QUICKSTART]);
    lost.run(2 * DAY);
    history = lost.api.list(STORAGE, 'Snapshot');
    lost.stop();
    cluster = startVirtualCluster({
      backend,
      start: VIRTUAL_START + 3 * DAY * 1000,
      onCall: ({ code, answer }) => assert.equal(code, 200, answer),
    });
    applyAll(cluster, [QUICKSTART]);
    cluster.run(HOUR / 2);
  });
  after(() => cluster.stop());
  const snapshots = (): readonly StoredObject[] => cluster.api.list(STORAGE, 'Snapshot');
  const namesOf = (objects: readonly StoredObject[]): readonly string[] =>
    objects.map(({ metadata }) => metadata.name).sort();
  const repository = (name: string): StoredObject => {
    const found = cluster.api.list(STORAGE, 'Repository').find((one) => one.metadata.name === name);
    assert.ok(found);
    return found;
  };
  const ask = (name: string, value: string): void => {
    const { apiVersion, kind, metadata } = repository(name);
    const key = { apiVersion, kind, namespace: metadata.namespace ?? '', name };
    cluster.api.patch(key, { metadata: { annotations: { 'metastash.dev/sync-requested-at': value } } });
  };

  const resumeAll = (): void => {
    for (const { apiVersion, kind, metadata } of cluster.api.list(CORE, 'BackupConfiguration')) {
      const key = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
      cluster.api.patch(key, { spec: { paused: false } });
    }
  };

  it('has its Snapshots again, with what was stored of them, and backs up nothing by itself', () => {
    assert.ok(history.length >= 6, `${history.length} Snapshots were there`);
    assert.deepEqual(namesOf(snapshots()), namesOf(history));
    for (const one of snapshots()) {
      const lost = history.find(({ metadata }) => metadata.name === one.metadata.name);
      const [is, was] = [one.status, lost?.status] as [Record<string, unknown>, Record<string, unknown>];
      assert.equal(is['phase'], 'Succeeded');
      assert.equal(is['snapshotTime'], was['snapshotTime']);
      assert.equal(is['size'], was['size']);
      assert.deepEqual(one.spec, { ...(lost?.spec as object) });
    }
    assert.deepEqual(cluster.api.list(CORE, 'BackupSession'), []);
    assert.deepEqual(unsettled(cluster), []);
    assert.deepEqual(cluster.warnings, []);
    const { conditions } = statusOf(repository('library'));
    const synced = conditions?.find((one) => one.type === 'SnapshotsSynced');
    assert.equal(synced?.status, 'True');
    assert.equal(synced?.message, '3 of 3 Snapshots that the directory held are here.');
  });

  it('restores the latest', () => {
    applyAll(cluster, [QUICKSTART_RESTORE]);
    cluster.run(HOUR / 2);
    const restores = cluster.api.list(CORE, 'RestoreSession');
    assert.equal(restores.length, 2);
    for (const one of restores) assert.equal(statusOf(one).phase, 'Succeeded', JSON.stringify(one.status));
    const newest = namesOf(history.filter((one) => (one.spec as { repository: string }).repository === 'library')).at(
      -1,
    );
    const library = restores.find(({ metadata }) => metadata.name === 'library');
    assert.match(JSON.stringify(library?.status), new RegExp(`"${newest}"`));
  });

  it('does not bring back a Snapshot that was deleted, until it is asked to', () => {
    const [victim] = snapshots().filter((one) => (one.spec as { repository: string }).repository === 'library');
    assert.ok(victim);
    const { apiVersion, kind, metadata } = victim;
    cluster.api.delete({ apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name });
    pauseAll(cluster);
    cluster.run(3 * HOUR);
    cluster.restartHost();
    cluster.run(HOUR);
    assert.equal(snapshots().length, history.length - 1);
    ask('library', 'please');
    cluster.run(HOUR / 2);
    assert.deepEqual(namesOf(snapshots()), namesOf(history));
    const status = repository('library').status as Record<string, unknown>;
    assert.equal(status['lastSyncRequest'], 'please');
    assert.equal((status['metastash'] as Record<string, unknown> | undefined)?.['sync'], undefined);
  });

  it('goes on with its schedule beside them', () => {
    resumeAll();
    cluster.run(DAY);
    const made = snapshots().filter(({ metadata }) => !namesOf(history).includes(metadata.name));
    const into = new Set(made.map((one) => (one.spec as { repository: string }).repository));
    assert.deepEqual([...into].sort(), ['gallery', 'library']);
    assert.deepEqual(unsettled(cluster), []);
  });
});
