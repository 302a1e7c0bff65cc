/** A converged cluster stays silent: what the hooks answer is what is stored, whatever time it is (S20 of the fault catalogue). */
import assert from 'node:assert/strict';
import type { HostWrite } from '../../sandbox/cluster/recorded-writes.ts';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply } from '../../sandbox/cluster/manifests.ts';
import { applyAll, BACKUPS, manifestsAt, pauseAll, RESTORES, unsettled } from './virtual-stories.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('a converged cluster', function () {
  this.timeout(120_000);
  let cluster: VirtualCluster;
  let changes: string[];
  before(() => {
    cluster = startVirtualCluster({ onCall: ({ code, answer }) => assert.equal(code, 200, answer) });
    changes = [];
    cluster.api.watchAll(({ type, object }) => {
      if (object.kind !== 'Event') changes.push(`${type} ${object.kind} ${object.metadata.name}`);
    });
    applyAll(cluster, BACKUPS);
    cluster.run(HOUR / 2);
    applyAll(cluster, RESTORES);
    cluster.run(HOUR / 2);
  });
  after(() => cluster.stop());

  it('has come to its end: everything that users are shown as working is Ready or Succeeded', () => {
    assert.deepEqual(unsettled(cluster), []);
    assert.deepEqual(cluster.warnings, []);
    assert.equal(cluster.api.list('core.kubestash.com/v1alpha1', 'RestoreSession').length, 4);
    assert.ok(cluster.api.list('core.kubestash.com/v1alpha1', 'BackupSession').length >= 4);
  });

  it('only drops finished Jobs by age in its first day without a tick', () => {
    pauseAll(cluster);
    cluster.run(HOUR / 2);
    cluster.writes.length = 0;
    cluster.run(DAY + HOUR);
    const kept = ['BackupConfiguration', 'BackupSession', 'Repository', 'Snapshot', 'CronJob', 'Lease'];
    const others = cluster.writes.filter(({ verb, kind }) => verb !== 'delete' || kept.includes(kind));
    assert.deepEqual(withoutScans(wordsOf(others)), []);
    const reports = cluster.api.list('metastash.dev/v1alpha1', 'TaskReport').map(({ metadata }) => metadata.name);
    assert.deepEqual(withoutScans(reports), []);
  });

  it('writes nothing but what the daily scan of each storage needs in 24 hours, in which Metacontroller is also started anew', () => {
    cluster.writes.length = 0;
    changes.length = 0;
    cluster.run(DAY / 2);
    cluster.restartHost();
    cluster.run(DAY / 2);
    assert.deepEqual(withoutScans(wordsOf(cluster.writes)), []);
    assert.deepEqual(withoutScans(changes), []);
    assert.deepEqual(cluster.warnings, []);
  });

  it('writes nothing when the same manifests are applied again', () => {
    cluster.writes.length = 0;
    for (const path of [...BACKUPS, ...RESTORES])
      for (const manifest of manifestsAt(path))
        if (manifest.kind !== 'BackupConfiguration') apply(cluster.api, manifest);
    cluster.run(HOUR);
    assert.deepEqual(withoutScans(wordsOf(cluster.writes)), []);
  });
});

describe('a schedule that runs', function () {
  this.timeout(60_000);

  it('changes its BackupConfiguration at a tick, and never between two of them', () => {
    const cluster = startVirtualCluster({ onCall: () => undefined });
    try {
      applyAll(cluster, ['examples/quickstart']);
      cluster.run(2 * HOUR);
      cluster.writes.length = 0;
      // The tick is at 02:15.
      cluster.run(HOUR / 4 - 1);
      assert.deepEqual(wordsOf(cluster.writes), []);
      cluster.run(HOUR / 4);
      assert.deepEqual(unsettled(cluster), []);
      cluster.writes.length = 0;
      cluster.run(20 * HOUR);
      const written = cluster.writes.filter(({ verb }) => verb !== 'delete');
      assert.deepEqual(withoutScans(wordsOf(written)), []);
    } finally {
      cluster.stop();
    }
  });
});

function wordsOf(writes: readonly HostWrite[]): readonly string[] {
  return writes.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`);
}

/** A storage is looked through daily: a Job, its Pod and report, and what the status then says. */
function withoutScans(words: readonly string[]): readonly string[] {
  return words.filter((one) => !/(^| )scan-|BackupStorage/.test(one));
}
