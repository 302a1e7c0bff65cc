import assert from 'node:assert/strict';
import type { Snapshot, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import { INITIALIZED, minutesIn, repository, requestOf, snapshot, SURROUNDINGS, timeIn } from './objects.ts';

const PATH = 'repository/v1/nightly/dump';

function made(name: string, minute: number, files: number, more: Partial<SnapshotStatus> = {}): Snapshot {
  const summary = { id: 'x', hostPath: '/srv', size: `${files} B` };
  return snapshot(name, {
    phase: 'Succeeded',
    snapshotTime: timeIn(minute),
    components: {
      dump: { phase: 'Succeeded', path: PATH, resticStats: [{ summary, progress: { totalFiles: files } }] },
    },
    ...more,
  });
}

function statusAfter(snapshots: readonly Snapshot[], lastGood: unknown = undefined) {
  const status = { ...INITIALIZED, metastash: lastGood === undefined ? {} : { lastGood } };
  return syncRepository(requestOf(repository({ status }), SURROUNDINGS, snapshots), minutesIn(100)).status;
}

function lastGood(snapshots: readonly Snapshot[], before?: unknown): string | undefined {
  const good = (statusAfter(snapshots, before).metastash?.['lastGood'] ?? {}) as Record<string, { snapshot: string }>;
  return good[PATH]?.snapshot;
}

describe('the last good Snapshot of a Repository', () => {
  const suspect = { suspect: true, suspectReason: 'it shrank' };

  it('is the newest that Succeeded and is not suspect, with what it found', () => {
    const snapshots = [
      made('a', 10, 5),
      made('b', 20, 6),
      made('c', 30, 1, suspect),
      made('d', 40, 9, { phase: 'Failed' }),
    ];
    assert.deepEqual(statusAfter(snapshots).metastash?.['lastGood'], {
      [PATH]: { snapshot: 'b', at: timeIn(20), paths: [{ hostPath: '/srv', files: 6, bytes: 6 }] },
    });
  });

  it('is remembered when its object goes, and replaced by a newer one only', () => {
    const { metastash } = statusAfter([made('b', 20, 6)]);
    assert.equal(lastGood([], metastash?.['lastGood']), 'b');
    assert.equal(lastGood([made('a', 10, 5)], metastash?.['lastGood']), 'b');
    assert.equal(lastGood([made('c', 30, 1)], metastash?.['lastGood']), 'c');
    assert.equal(lastGood([], { [PATH]: { at: 'never' } }), undefined);
  });

  it('is what the last backup time speaks of, and a newer suspect one is warned of until a good one follows', () => {
    const doubtful = statusAfter([made('a', 10, 5), made('b', 20, 1, suspect)]);
    assert.equal(doubtful.lastBackupTime, timeIn(10));
    assert.deepEqual(doubtful.warnings, ['Snapshot b is suspect: it shrank.']);
    const cured = statusAfter([made('a', 10, 5), made('b', 20, 1, suspect), made('c', 30, 5)]);
    assert.equal(cured.lastBackupTime, timeIn(30));
    assert.equal(cured.warnings, undefined);
  });
});
