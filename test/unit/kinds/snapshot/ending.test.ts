import assert from 'node:assert/strict';
import { finalizeSnapshot } from '../../../../hooks/kinds/snapshot/finalize.ts';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { jobNamed, reachedJobs, synced } from './steps.ts';
import * as the from './world.ts';
import { at, START } from './world.ts';

const MINUTE = 60_000;

describe('Snapshot: what ends it from outside', () => {
  const ENDINGS: readonly (readonly [name: string, change: (world: the.World) => the.World, error: RegExp])[] = [
    [
      'its BackupSession is cancelled',
      (world) => the.changed(world, 'BackupSession', { metadata: { annotations: { 'metastash.dev/cancel': 'true' } } }),
      /^Cancelled: BackupSession library-nightly-1767579300 was cancelled by annotation metastash.dev\/cancel$/,
    ],
    [
      'the deadline of its BackupSession has passed',
      (world) => the.changed(world, 'BackupSession', { status: { backupDeadline: at(20) } }),
      /^BackupTimeout: BackupSession library-nightly-1767579300 ran out of time at 2026-01-05T02:15:20Z \(backupTimeout\)$/,
    ],
    [
      'its BackupSession has ended',
      (world) => the.changed(world, 'BackupSession', { status: { phase: 'Failed' } }),
      /^BackupSessionEnded: BackupSession library-nightly-1767579300 is Failed; it waits for this Snapshot no longer$/,
    ],
  ];
  for (const [name, change, error] of ENDINGS) {
    it(`fails what runs when ${name}, and drops its Job once that is observed`, () => {
      const running = reachedJobs('Deployment');
      const claimed = the.reported(running, jobNamed(running, 'backup'), the.runningReport(5));
      const answer = syncSnapshot(the.requestOf(change(claimed)), START + 30_000);
      assert.equal(answer.status.phase, 'Failed');
      assert.match(answer.status.components?.['dump']?.error ?? '', error);
      assert.deepEqual(
        answer.children.map((one) => one.kind),
        ['Job', 'TaskReport'],
        'kept until the failure is observed',
      );
      const next = syncSnapshot(the.requestOf(the.applied(claimed, answer, START + 30_000)), START + 31_000);
      assert.deepEqual(next.children, []);
    });
  }

  it('takes a report of success before any ending', () => {
    const world = reachedJobs('Deployment');
    const done = the.reported(world, jobNamed(world, 'backup'), the.goodReport(10));
    const cancelled = the.changed(done, 'BackupSession', {
      metadata: { annotations: { 'metastash.dev/cancel': 'true' } },
    });
    assert.equal(syncSnapshot(the.requestOf(cancelled), START + 30_000).status.phase, 'Succeeded');
  });

  it('waits two minutes for a BackupSession that is not seen before it ends', () => {
    const gone = the.without(reachedJobs('Deployment'), 'BackupSession');
    const first = synced(gone, START + 10_000);
    assert.equal(first.snapshot.status?.phase, 'Running');
    const { status } = syncSnapshot(the.requestOf(first), START + 10_000 + 2 * MINUTE);
    assert.match(
      status.components?.['dump']?.error ?? '',
      /^BackupSessionNotFound: BackupSession library-nightly-1767579300 does not exist/,
    );
  });

  it('concludes nothing from a view in which groups are missing', () => {
    const world = reachedJobs('Deployment');
    const answer = syncSnapshot({ ...the.requestOf(world), related: {} }, START + 60 * MINUTE);
    assert.deepEqual(answer.status, world.snapshot.status);
    assert.equal(answer.children.length, 2);
  });
});

describe('Snapshot: its end', () => {
  it('lets go at once when deleted, and desires no work on the data', () => {
    const world = the.snapshotChanged(reachedJobs('Deployment'), { spec: { deletionPolicy: 'WipeOut' } });
    const answer = finalizeSnapshot({ ...the.requestOf(world), finalizing: true }, START);
    assert.deepEqual([answer.finalized, answer.children], [true, []]);
  });

  it('keeps reports of finished work a day, of failed work a week, when their Jobs have long let the claim go', () => {
    const world = reachedJobs('Deployment');
    const good = synced(the.reported(world, jobNamed(world, 'backup'), the.goodReport(0)), START + MINUTE);
    const bad = synced(
      the.reported(world, jobNamed(world, 'backup'), the.badReport(0, 'WrongPassword', 'no', false)),
      START + MINUTE,
    );
    const left = (one: the.World, hours: number): number =>
      syncSnapshot(the.requestOf(one), START + hours * 60 * MINUTE).children.length;
    assert.deepEqual([left(good, 23), left(good, 25)], [1, 0]);
    assert.deepEqual([left(bad, 25), left(bad, 7 * 24 + 1)], [1, 0]);
  });
});
