import assert from 'node:assert/strict';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import * as the from './world.ts';
import { START } from './world.ts';

interface Case {
  readonly name: string;
  readonly change: (world: the.World) => the.World;
  readonly reason: string;
  readonly message: string;
}

const session = 'library-nightly-1767579300';

/** What another object's arrival cures: Pending until then, and Failed with the same words after half an hour. */
const WAITING: readonly Case[] = [
  {
    name: 'the session does not list it',
    change: (world) => the.changed(world, 'BackupSession', { status: { snapshots: [] } }),
    reason: 'NotListedByBackupSession',
    message: `BackupSession ${session} does not list this Snapshot, so nothing is backed up for it`,
  },
  {
    name: 'the session lists another object of its name',
    change: (world) =>
      the.changed(world, 'BackupSession', {
        status: { snapshots: [{ name: world.snapshot.metadata.name, phase: 'Pending', uid: 'other' }] },
      }),
    reason: 'NotListedByBackupSession',
    message: `BackupSession ${session} does not list this Snapshot, so nothing is backed up for it`,
  },
  {
    name: 'it is paused',
    change: (world) => the.snapshotChanged(world, { spec: { paused: true } }),
    reason: 'Paused',
    message: '/spec/paused is true; set it to false to go on',
  },
  {
    name: 'its namespace is going',
    change: (world) => the.changed(world, 'Namespace', { status: { phase: 'Terminating' } }, 'demo'),
    reason: 'NamespaceTerminating',
    message: 'Namespace demo is being deleted; nothing new can be created in it',
  },
  {
    name: 'the Repository is not there',
    change: (world) => the.without(world, 'Repository'),
    reason: 'WaitingForRepository',
    message: 'Repository library does not exist',
  },
  {
    name: 'the Repository is not Ready',
    change: (world) => the.changed(world, 'Repository', { status: { phase: 'NotReady' } }),
    reason: 'RepositoryNotReady',
    message: 'Repository library is not Ready; see its conditions',
  },
  {
    name: 'the BackupStorage is not there',
    change: (world) => the.without(world, 'BackupStorage'),
    reason: 'WaitingForBackupStorage',
    message: 'BackupStorage demo/storage does not exist yet.',
  },
  {
    name: 'the BackupConfiguration is not there',
    change: (world) => the.without(world, 'BackupConfiguration'),
    reason: 'WaitingForBackupConfiguration',
    message: 'BackupConfiguration library does not exist',
  },
  {
    name: 'the Addon is not there',
    change: (world) => the.without(world, 'Addon'),
    reason: 'WaitingForAddon',
    message: 'Addon workload-addon does not exist; apply the catalog or correct addon.name',
  },
  {
    name: 'the target is not there',
    change: (world) => the.without(world, 'Deployment'),
    reason: 'WaitingForTarget',
    message: 'Deployment demo/library does not exist',
  },
];

/** What only the user can change: Failed at once, as no session waits for an edit. */
const REFUSED: readonly Case[] = [
  {
    name: 'it is a copy of another Snapshot',
    change: (world) => the.snapshotChanged(world, { metadata: { annotations: { 'metastash.dev/uid': 'other' } } }),
    reason: 'CopiedObject',
    message:
      'This object is a copy of another Snapshot (annotation metastash.dev/uid names another uid), and a copy never runs. ' +
      'Delete it; the Repository brings back the Snapshots that its storage holds.',
  },
  {
    name: 'it was made by hand and names no session',
    change: (world) => the.snapshotChanged(world, { spec: { backupSession: undefined } }),
    reason: 'MadeByHand',
    message:
      'This Snapshot was made by hand: /spec/backupSession is empty, and only a BackupSession makes backups. ' +
      'Delete it; to back up now, create a BackupSession.',
  },
  {
    name: 'its Repository was moved to another storage',
    change: (world) =>
      the.snapshotChanged(world, { metadata: { annotations: { 'metastash.dev/storage': 'demo/former' } } }),
    reason: 'RepositoryMoved',
    message:
      'Repository library is on BackupStorage demo/storage, and this Snapshot was made for demo/former. ' +
      'To back up now, create another BackupSession.',
  },
  {
    name: 'the configuration has lost the session',
    change: (world) => the.changed(world, 'BackupConfiguration', { spec: { sessions: [] } }),
    reason: 'SessionNotFound',
    message: 'BackupConfiguration library has no session "nightly" any more',
  },
  {
    name: 'the Addon has no such task',
    change: (world) =>
      the.changed(world, 'BackupConfiguration', {
        spec: { sessions: [{ name: 'nightly', addon: { name: 'workload-addon', tasks: [{ name: 'physical' }] } }] },
      }),
    reason: 'TaskNotFound',
    message: 'Addon workload-addon has no backup task physical; it has: logical-backup',
  },
  {
    name: 'the session has several tasks',
    change: (world) =>
      the.changed(world, 'BackupConfiguration', {
        spec: {
          sessions: [
            {
              name: 'nightly',
              addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup' }, { name: 'LogicalBackup' }] },
            },
          ],
        },
      }),
    reason: 'SeveralTasksUnsupported',
    message:
      'the session has tasks logical-backup, logical-backup; this version backs up with one task per session, so make a session for each',
  },
  {
    name: 'the target is of a kind that has no volumes',
    change: (world) => the.snapshotChanged(world, { spec: { appRef: { apiGroup: 'batch', kind: 'CronJob' } } }),
    reason: 'TargetKindUnsupported',
    message:
      'target library is a CronJob.batch, which cannot be backed up; possible are Deployment, ReplicaSet, StatefulSet, DaemonSet, PersistentVolumeClaim',
  },
  {
    name: 'the target is in another namespace',
    change: (world) => the.snapshotChanged(world, { spec: { appRef: { namespace: 'shop' } } }),
    reason: 'TargetInOtherNamespace',
    message: 'target Deployment shop/library is in another namespace; make the BackupConfiguration in namespace shop',
  },
  {
    name: 'the Repository names no encryption Secret',
    change: (world) => the.changed(world, 'Repository', { spec: { encryptionSecret: undefined } }),
    reason: 'EncryptionSecretMissing',
    message: 'Repository demo/library names no encryptionSecret; restic needs one with key RESTIC_PASSWORD',
  },
];

describe('Snapshot: what keeps it from starting', () => {
  for (const { name, change, reason, message } of WAITING) {
    it(`waits when ${name}, and fails with that reason after half an hour`, () => {
      const waiting = syncSnapshot(the.requestOf(change(the.world())), START);
      const ready = conditionOf(waiting.status, 'Ready');
      assert.deepEqual([waiting.status.phase, ready?.reason, ready?.message], ['Pending', reason, message]);
      assert.equal(conditionOf(waiting.status, 'Reconciling')?.status, 'True');
      assert.deepEqual(waiting.children, []);
      assert.ok((waiting.resyncAfterSeconds ?? 0) <= 300);
      const late = syncSnapshot(the.requestOf(change(the.world())), START + 30 * 60_000).status;
      assert.equal(late.phase, 'Failed');
      assert.equal(
        conditionOf(late, 'BackupIncomplete')?.message,
        `nothing could be started within 30 minutes: ${message}`,
      );
    });
  }

  for (const { name, change, reason, message } of REFUSED) {
    it(`fails at once when ${name}`, () => {
      const { status, children } = syncSnapshot(the.requestOf(change(the.world())), START);
      const incomplete = conditionOf(status, 'BackupIncomplete');
      assert.deepEqual([status.phase, incomplete?.reason, incomplete?.message], ['Failed', reason, message]);
      assert.equal(conditionOf(status, 'Stalled')?.reason, reason);
      assert.deepEqual(children, []);
    });
  }

  it('does not believe a status that says Succeeded without ids', () => {
    const forged = the.snapshotChanged(the.world(), {
      status: { phase: 'Succeeded', components: { dump: { phase: 'Succeeded' } } },
    });
    const { status, children } = syncSnapshot(the.requestOf(forged), START);
    assert.deepEqual([status.phase, conditionOf(status, 'BackupIncomplete')?.reason], ['Failed', 'NoEvidence']);
    assert.deepEqual(children, []);
  });

  it('recomputes a status that is garbage', () => {
    const garbage = { phase: 7, conditions: { type: 'Ready' }, components: [1], totalComponents: -3, metastash: 'x' };
    const { status } = syncSnapshot(the.requestOf(the.snapshotChanged(the.world(), { status: garbage })), START);
    assert.deepEqual([status.phase, status.totalComponents], ['Running', 1]);
  });

  it('takes the status of an imported Snapshot from the backend and backs nothing up', () => {
    const stored = {
      phase: 'Succeeded',
      snapshotTime: '2025-12-01T00:00:00Z',
      components: {
        'pod-0': {
          phase: 'Succeeded',
          path: 'repository/v1/nightly/pod-0',
          size: '12 B',
          resticStats: [{ summary: { id: the.ID_ONE, hostPath: '/srv' } }],
        },
      },
    };
    const imported = the.snapshotChanged(the.world(), {
      metadata: { annotations: { 'metastash.dev/imported': JSON.stringify(stored) } },
    });
    const { status, children } = syncSnapshot(the.requestOf(imported), START);
    assert.deepEqual([status.phase, status.snapshotTime, status.size], ['Succeeded', '2025-12-01T00:00:00Z', '12 B']);
    assert.equal(status.components?.['pod-0']?.path, 'repository/v1/nightly/pod-0');
    assert.deepEqual(children, []);
  });

  it('fails an imported Snapshot that was never finished', () => {
    const imported = the.snapshotChanged(the.world(), {
      metadata: { annotations: { 'metastash.dev/imported': '{"phase":"Running"}' } },
    });
    const { status } = syncSnapshot(the.requestOf(imported), START);
    assert.deepEqual(
      [status.phase, conditionOf(status, 'Ready')?.message],
      ['Failed', 'the stored Snapshot was Running when it was written; nothing more comes of it'],
    );
  });
});
