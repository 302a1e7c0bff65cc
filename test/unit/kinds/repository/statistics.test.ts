import assert from 'node:assert/strict';
import type { Snapshot, SnapshotComponent, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import { statisticsOf } from '../../../../hooks/kinds/repository/statistics.ts';
import { snapshot, timeIn } from './objects.ts';

const PATH = 'repository/v1/nightly/dump';

function taken(name: string, minute: number, component: SnapshotComponent = {}, more: SnapshotStatus = {}): Snapshot {
  return snapshot(name, {
    phase: 'Succeeded',
    snapshotTime: timeIn(minute),
    components: { dump: { path: PATH, phase: 'Succeeded', ...component } },
    ...more,
  });
}

describe('figures of a Repository', () => {
  it('are zero before any Snapshot', () => {
    assert.deepEqual(statisticsOf([]), {
      snapshotCount: 0,
      recentSnapshots: [],
      lastBackupTime: undefined,
      size: '0 B',
      integrity: undefined,
      componentPaths: [],
    });
  });

  it('list the five newest, newest first, with what is known of each', () => {
    const snapshots = [3, 1, 6, 2, 5, 4].map((minute) => taken(`s${minute}`, minute, {}, { size: `${minute} B` }));
    const { recentSnapshots, snapshotCount } = statisticsOf(snapshots);
    assert.equal(snapshotCount, 6);
    assert.deepEqual(recentSnapshots[0], {
      name: 's6',
      phase: 'Succeeded',
      session: 'nightly',
      size: '6 B',
      snapshotTime: timeIn(6),
    });
    assert.deepEqual(
      recentSnapshots.map((one) => one.name),
      ['s6', 's5', 's4', 's3', 's2'],
    );
  });

  it('order a Snapshot that failed before anything was taken by its creation', () => {
    const failed = snapshot('failed', { phase: 'Failed' }, { creationTimestamp: timeIn(9) });
    assert.deepEqual(statisticsOf([taken('old', 1), failed]).recentSnapshots[0], {
      name: 'failed',
      phase: 'Failed',
      session: 'nightly',
    });
  });

  it('leave out Snapshots that are under way, whose steps would each be a write here too', () => {
    const [pending, running] = [snapshot('pending', undefined), snapshot('running', { phase: 'Running' })];
    assert.deepEqual(statisticsOf([taken('old', 1), pending, running]), statisticsOf([taken('old', 1)]));
  });

  it('take the newest size of each restic repository, not the sum over all Snapshots', () => {
    const other = { path: 'repository/v1/nightly/dump-pod-1', size: '5 B' };
    const snapshots = [
      taken('a', 1, { size: '100 B' }),
      taken('b', 2, { size: '120 B' }),
      taken('c', 3, {}, { components: { dump: { path: PATH, phase: 'Failed' }, 'dump-pod-1': other } }),
    ];
    const { size, componentPaths } = statisticsOf(snapshots);
    assert.equal(size, '125 B');
    assert.deepEqual(componentPaths, [PATH, other.path]);
  });

  it('pass only if the newest check of every restic repository passed', () => {
    const damaged = taken('a', 1, { integrity: false });
    assert.equal(statisticsOf([damaged]).integrity, false);
    assert.equal(statisticsOf([damaged, taken('b', 2, { integrity: true })]).integrity, true);
    const elsewhere = taken('c', 1, { path: 'repository/v1/weekly/dump', integrity: false });
    assert.equal(statisticsOf([elsewhere, taken('b', 2, { integrity: true })]).integrity, false);
    assert.equal(statisticsOf([taken('a', 1)]).integrity, undefined);
  });

  it('name the time of the newest good Snapshot, whatever came after it', () => {
    const snapshots = [taken('good', 1), taken('bad', 2, {}, { phase: 'Failed' }), taken('older', 0)];
    assert.equal(statisticsOf(snapshots).lastBackupTime, timeIn(1));
  });

  it('leave out what is on its way out, and survive what makes no sense', () => {
    const going = snapshot('going', { phase: 'Succeeded' }, { deletionTimestamp: timeIn(1) });
    const odd = taken('odd', 1, { size: 'plenty' }, { snapshotTime: 'yesterday' });
    const { snapshotCount, size } = statisticsOf([going, odd]);
    assert.equal(snapshotCount, 1);
    assert.equal(size, '0 B');
  });
});
