import assert from 'node:assert/strict';
import type { BackupSessionStatus } from '../../../../hooks/generated/types/backupsession.ts';
import { syncBackupSession } from '../../../../hooks/kinds/backupsession/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import {
  backupSession,
  condition,
  configuration,
  minutesIn,
  repository,
  requestOf,
  SNAPSHOT,
  snapshot,
  timeIn,
  turn,
  type SessionParts,
} from './objects.ts';

const AROUND: readonly KubeObject[] = [configuration(), repository(), turn()];
const APP_REF = { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace: 'demo' };
const ENTRY = { name: SNAPSHOT, phase: 'Pending', appRef: APP_REF, repository: 'local' } as const;
const LISTED: BackupSessionStatus = {
  phase: 'Pending',
  totalSnapshots: 1,
  snapshots: [ENTRY],
  startedAt: timeIn(0),
  conditions: [condition('SnapshotsEnsured', 'Unknown', 'CreatingSnapshots', 'Waiting.')],
};
const RUNNING: BackupSessionStatus = {
  ...LISTED,
  phase: 'Running',
  snapshots: [{ ...ENTRY, phase: 'Running', uid: 'snapshot-uid' }],
};

function answer(parts: SessionParts, sees: readonly KubeObject[], minute: number) {
  return syncBackupSession(requestOf(backupSession(parts), sees), minutesIn(minute));
}

/** `Type=Status Reason`, by type. */
function statesOf(status: BackupSessionStatus): readonly string[] {
  return (status.conditions ?? []).map((one) => `${one.type}=${one.status} ${one.reason}`);
}

function readyMessage(status: BackupSessionStatus): string | undefined {
  return conditionOf(status, 'Ready')?.message;
}

describe('a BackupSession', () => {
  it('that holds its turn lists a Pending Snapshot per Repository before any is made', () => {
    const { status, resyncAfterSeconds, children } = answer({}, AROUND, 1);
    assert.equal(status.phase, 'Pending');
    assert.deepEqual(status.snapshots, [ENTRY]);
    assert.equal(status.totalSnapshots, 1);
    assert.equal(status.startedAt, timeIn(1));
    assert.deepEqual(statesOf(status), [
      'BackupExecutorEnsured=Unknown StartingBackupExecutor',
      'Ready=False BackupRunning',
      'Reconciling=True BackupRunning',
      'SnapshotsEnsured=Unknown CreatingSnapshots',
    ]);
    assert.deepEqual(children, []);
    assert.equal(resyncAfterSeconds, 300);
  });

  it('gives two Repositories whose cut names would meet two Snapshots', () => {
    const long = 'a-repository-with-quite-a-long-name-for-the-';
    const names = [`${long}east`, `${long}west`];
    const meta = { name: 'app-nightly-with-a-long-name-too-1767578400' };
    const config = configuration({ session: { repositories: names.map((name) => ({ name, directory: `/${name}` })) } });
    const { status } = answer({ meta }, [config, ...names.map((name) => repository(name)), turn()], 1);
    const snapshots = (status.snapshots ?? []).map((one) => one.name ?? '');
    assert.equal(new Set(snapshots).size, 2);
    assert.ok(snapshots.every((name) => name.length <= 63));
  });

  it('is Running as soon as its Snapshot is seen, and remembers which one', () => {
    const { status } = answer({ status: LISTED }, [...AROUND, snapshot()], 2);
    assert.equal(status.phase, 'Running');
    assert.deepEqual(status.snapshots?.[0], { ...ENTRY, phase: 'Running', uid: 'snapshot-uid' });
    assert.equal(conditionOf(status, 'SnapshotsEnsured')?.status, 'True');
    assert.equal(conditionOf(status, 'BackupExecutorEnsured')?.status, 'Unknown');
  });

  it('leaves it to its Snapshots to say that movers run', () => {
    const seen = answer({ status: RUNNING }, [...AROUND, snapshot()], 2).status;
    const { status } = answer({ status: seen }, [...AROUND, snapshot({ phase: 'Running' })], 3);
    assert.deepEqual(status, seen);
    assert.equal(conditionOf(status, 'BackupExecutorEnsured')?.status, 'Unknown');
  });

  it('B76 goes on with what it started when its configuration is paused, invalid or gone meanwhile', () => {
    const invalid = configuration({ paused: true, status: { phase: 'Invalid' } });
    for (const sees of [[invalid], []]) {
      const { status } = answer({ status: RUNNING }, [...sees, snapshot({ phase: 'Running' })], 3);
      assert.equal(status.phase, 'Running');
    }
  });

  it('is Succeeded when every Snapshot is, with all closing conditions', () => {
    const { status, resyncAfterSeconds } = answer(
      { status: RUNNING },
      [...AROUND, snapshot({ phase: 'Succeeded' })],
      2,
    );
    assert.equal(status.phase, 'Succeeded');
    assert.deepEqual(statesOf(status), [
      'BackupExecutorEnsured=True SuccessfullyEnsuredBackupExecutor',
      'MetricsPushed=True SuccessfullyPushedMetrics',
      'Ready=True BackupSucceeded',
      'SessionHistoryCleaned=True SuccessfullyCleanedSessionHistory',
      'SnapshotsEnsured=True SuccessfullyEnsuredSnapshots',
    ]);
    assert.equal(status.duration, '2m0s');
    assert.equal(status.finishedAt, timeIn(2));
    assert.equal(readyMessage(status), `Stored and read back: ${SNAPSHOT}.`);
    assert.equal(resyncAfterSeconds, undefined);
  });

  it('fails with the first error, its component and one command', () => {
    const failed = snapshot({
      phase: 'Failed',
      components: {
        'dump-pod-1': { phase: 'Failed', error: 'SourceUnreadable: 3 files cannot be read' },
        'dump-pod-0': { phase: 'Succeeded' },
      },
      conditions: [condition('Ready', 'False', 'SourceUnreadable', 'Component dump-pod-1 failed.')],
    });
    const { status } = answer({ status: RUNNING }, [...AROUND, failed], 3);
    assert.equal(status.phase, 'Failed');
    assert.equal(conditionOf(status, 'Ready')?.reason, 'SourceUnreadable');
    assert.equal(
      readyMessage(status),
      `Snapshot ${SNAPSHOT} failed: component dump-pod-1: SourceUnreadable: 3 files cannot be read. ` +
        `See: kubectl describe snapshot -n demo ${SNAPSHOT}`,
    );
    assert.equal(conditionOf(status, 'Stalled')?.status, 'True');
  });

  it('loses a Snapshot that vanishes, and never asks for it again', () => {
    const { status } = answer({ status: RUNNING }, AROUND, 3);
    assert.equal(status.phase, 'Failed');
    assert.equal(status.snapshots?.[0]?.phase, 'Failed');
    assert.equal(conditionOf(status, 'Ready')?.reason, 'SnapshotLost');
    assert.equal(
      readyMessage(status),
      `Snapshot demo/${SNAPSHOT} was deleted before it ended, and is not made again. Create a new BackupSession to back up.`,
    );
  });

  it('loses a Snapshot that is being deleted while it runs', () => {
    const going = snapshot({ phase: 'Running' }, { deletionTimestamp: timeIn(2) });
    assert.equal(answer({ status: RUNNING }, [...AROUND, going], 3).status.snapshots?.[0]?.phase, 'Failed');
  });

  it('does not take a Snapshot with another uid for its own', () => {
    const other = snapshot({ phase: 'Succeeded' }, { uid: 'another-uid' });
    const { status } = answer({ status: RUNNING }, [...AROUND, other], 3);
    assert.equal(conditionOf(status, 'Ready')?.reason, 'SnapshotLost');
  });

  it('does not count the Snapshot of an earlier session of its name', () => {
    const earlier = snapshot({ phase: 'Succeeded' }, { creationTimestamp: timeIn(-60) });
    const { status } = answer({ status: LISTED }, [...AROUND, earlier], 3);
    assert.equal(status.phase, 'Failed');
    assert.equal(conditionOf(status, 'Ready')?.reason, 'SnapshotNameTaken');
    assert.match(readyMessage(status) ?? '', /is older than this session.*Create a BackupSession with another name\.$/);
  });

  it('keeps a Snapshot that succeeded before it was deleted', () => {
    const status = { ...RUNNING, snapshots: [{ ...ENTRY, phase: 'Succeeded', uid: 'snapshot-uid' } as const] };
    assert.equal(answer({ status }, AROUND, 3).status.phase, 'Succeeded');
  });

  it('fails when nobody makes its Snapshot within 30 minutes, with the words of the Repository', () => {
    const silent = repository('local', {
      phase: 'Ready',
      conditions: [
        condition('Ready', 'False', 'WaitingForBackupStorage', 'BackupStorage demo/storage does not exist.'),
      ],
    });
    assert.equal(answer({ status: LISTED }, [configuration(), silent, turn()], 29).status.phase, 'Pending');
    const { status } = answer({ status: LISTED }, [configuration(), silent, turn()], 30);
    assert.equal(status.phase, 'Failed');
    assert.equal(conditionOf(status, 'SnapshotsEnsured')?.status, 'False');
    assert.equal(
      readyMessage(status),
      `Repository local did not make Snapshot ${SNAPSHOT} within 30 minutes: BackupStorage demo/storage does not exist.`,
    );
  });

  it('fails when a Snapshot exists and no hook serves it for an hour', () => {
    const { status } = answer({ status: RUNNING }, [...AROUND, snapshot()], 61);
    assert.equal(conditionOf(status, 'Ready')?.reason, 'SnapshotNotStarted');
    assert.equal(conditionOf(status, 'BackupExecutorEnsured')?.status, 'False');
  });

  it('ends at its deadline and says so', () => {
    const spec = { backupTimeout: '10m' };
    const running = [...AROUND, snapshot({ phase: 'Running' })];
    const before = answer({ spec, status: RUNNING }, running, 9.5);
    assert.equal(before.status.phase, 'Running');
    assert.equal(before.status.backupDeadline, timeIn(10));
    assert.equal(before.resyncAfterSeconds, 30);
    const { status } = answer({ spec, status: RUNNING }, running, 10);
    assert.equal(status.phase, 'Failed');
    assert.equal(status.snapshots?.[0]?.phase, 'Failed');
    assert.equal(readyMessage(status), "The session's backupTimeout of 10m passed.");
  });

  it('ends at its deadline also while it waits for its turn', () => {
    const { status } = answer({ spec: { backupTimeout: '10m' } }, [configuration(), repository()], 10);
    assert.equal(status.phase, 'Failed');
    assert.deepEqual(status.snapshots, undefined);
    assert.equal(
      readyMessage(status),
      "The session's backupTimeout of 10m passed before it began. Until then: Waiting until BackupConfiguration demo/app gives this session its turn.",
    );
  });

  it('does not fail a backup that succeeded before the deadline was looked at', () => {
    const { status } = answer(
      { spec: { backupTimeout: '10m' }, status: RUNNING },
      [...AROUND, snapshot({ phase: 'Succeeded' })],
      11,
    );
    assert.equal(status.phase, 'Succeeded');
  });

  it('ends when a user cancels it', () => {
    const meta = { annotations: { 'metastash.dev/cancel': 'now' } };
    const { status } = answer({ meta, status: RUNNING }, [...AROUND, snapshot({ phase: 'Running' })], 3);
    assert.equal(status.phase, 'Failed');
    assert.equal(conditionOf(status, 'Ready')?.reason, 'Cancelled');
    assert.equal(status.nextRetry, undefined);
  });

  it('says when it may be tried again, if it may', () => {
    const config = configuration({ session: { retryConfig: { delay: '5m' } } });
    const failed = snapshot({ phase: 'Failed' });
    const see = (retryLeft: number) =>
      answer({ spec: { retryLeft }, status: RUNNING }, [config, repository(), turn(), failed], 3).status.nextRetry;
    assert.equal(see(1), timeIn(8));
    assert.equal(see(0), undefined);
  });

  it('fails only the Snapshot of the Repository that is not ready', () => {
    const config = configuration({
      session: {
        repositories: [
          { name: 'local', directory: '/a' },
          { name: 'remote', directory: '/a' },
        ],
      },
    });
    const sees = [config, repository(), turn()];
    const { status } = answer({}, sees, 5);
    assert.deepEqual(
      status.snapshots?.map((one) => [one.repository, one.phase]),
      [
        ['local', 'Pending'],
        ['remote', 'Failed'],
      ],
    );
    assert.equal(conditionOf(status, 'SnapshotsEnsured')?.message, 'Repository demo/remote does not exist yet.');
    const later = answer({ status }, [...sees, snapshot({ phase: 'Succeeded' })], 7);
    assert.equal(later.status.phase, 'Failed');
    assert.equal(readyMessage(later.status), 'Repository demo/remote does not exist yet.');
  });

  it('that is finished is restated byte for byte and wakes for nothing', () => {
    for (const phase of ['Succeeded', 'Failed', 'Skipped'] as const) {
      const status: BackupSessionStatus = { ...RUNNING, phase, duration: '1s', metastash: { from: 'elsewhere' } };
      const finished = answer({ status }, [], 500);
      assert.equal(JSON.stringify(finished), JSON.stringify({ status, children: [] }));
    }
  });

  it('is left as it is while a group of related objects is missing', () => {
    const { parent, children, related, finalizing } = requestOf(backupSession({ status: RUNNING }), AROUND);
    const rest = Object.fromEntries(Object.entries(related).filter(([kind]) => !kind.startsWith('Snapshot')));
    const blind = syncBackupSession({ parent, children, related: rest, finalizing }, minutesIn(3));
    assert.deepEqual(blind.status, RUNNING);
    assert.equal(blind.resyncAfterSeconds, 60);
  });
});
