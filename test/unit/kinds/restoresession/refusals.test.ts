import assert from 'node:assert/strict';
import { syncRestoreSession } from '../../../../hooks/kinds/restoresession/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import * as the from './world.ts';
import { START } from './world.ts';

interface Case {
  readonly name: string;
  readonly change: (world: the.World) => the.World;
  readonly reason: string;
  readonly message: string;
}

const spec =
  (overlay: the.Overlay) =>
  (world: the.World): the.World =>
    the.sessionChanged(world, { spec: overlay });
const data = (overlay: the.Overlay): ((world: the.World) => the.World) => spec({ dataSource: overlay });
const monday =
  (overlay: the.Overlay) =>
  (world: the.World): the.World =>
    the.changed(world, 'Snapshot', 'monday', overlay);

const NO_VOLUME_SNAPSHOTS =
  'needs driver VolumeSnapshotter, and only Restic is supported; create the PersistentVolumeClaims by hand ' +
  'with spec.dataSource naming each VolumeSnapshot, or name a target and task logical-backup-restore to restore what ' +
  'logical-backup saved';

const INVALID: readonly Case[] = [
  {
    name: 'it restores VolumeSnapshots',
    change: spec({ target: undefined, addon: { name: 'pvc-addon', tasks: [{ name: 'VolumeSnapshotRestore' }] } }),
    reason: 'DriverUnsupported',
    message: `/spec/addon/tasks/0: task VolumeSnapshotRestore ${NO_VOLUME_SNAPSHOTS}`,
  },
  {
    name: 'it asks for claims to be made',
    change: spec({
      target: undefined,
      addon: {
        name: 'pvc-addon',
        tasks: [{ name: 'mine', targetVolumes: { volumeClaimTemplates: [{ metadata: { name: 'restored' } }] } }],
      },
    }),
    reason: 'DriverUnsupported',
    message: `/spec/addon/tasks/0: task mine ${NO_VOLUME_SNAPSHOTS}`,
  },
  {
    name: 'there is no target',
    change: spec({ target: undefined }),
    reason: 'TargetMissing',
    message:
      '/spec/target names nothing; name the Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim to restore into',
  },
  {
    name: 'the target is of another kind',
    change: spec({ target: { apiGroup: 'kubedb.com', kind: 'MySQL' } }),
    reason: 'TargetKindUnsupported',
    message:
      'target library is a MySQL.kubedb.com, which cannot be restored into; possible are Deployment, ReplicaSet, StatefulSet, DaemonSet, PersistentVolumeClaim',
  },
  {
    name: 'the target is in another namespace',
    change: spec({ target: { namespace: 'shop' } }),
    reason: 'TargetInOtherNamespace',
    message:
      '/spec/target/namespace is shop, and a RestoreSession restores into its own namespace demo; create it with ' +
      'metadata.namespace: shop, target.namespace: shop and dataSource.namespace: demo',
  },
  {
    name: 'a point in time is asked for',
    change: data({ pitr: { targetTime: '2026-01-01T00:00:00Z' } }),
    reason: 'PitrUnsupported',
    message:
      '/spec/dataSource/pitr is for databases, and no Addon here can do it; name a Snapshot in dataSource.snapshot',
  },
  {
    name: 'no Snapshot is named',
    change: data({ snapshot: undefined }),
    reason: 'SnapshotMissing',
    message: '/spec/dataSource/snapshot is empty; name a Snapshot, or write latest',
  },
  {
    name: 'latest is asked of no Repository',
    change: data({ repository: undefined }),
    reason: 'RepositoryMissing',
    message: '/spec/dataSource/repository is empty; snapshot: latest needs the name of a Repository',
  },
  {
    name: 'there are two tasks',
    change: spec({ addon: { tasks: [{ name: 'manifest-restore' }, { name: 'logical-backup-restore' }] } }),
    reason: 'OneTaskNeeded',
    message:
      '/spec/addon lists 2 tasks; name an Addon and one task, for example workload-addon with logical-backup-restore',
  },
  {
    name: 'the timeout cannot be read',
    change: spec({ restoreTimeout: '1w' }),
    reason: 'TimeoutInvalid',
    message: '/spec/restoreTimeout: "1w" is no duration; write numbers with units h, m, s or ms, for example 1h30m',
  },
  {
    name: 'the task is unknown',
    change: spec({ addon: { tasks: [{ name: 'physical' }] } }),
    reason: 'TaskNotFound',
    message: 'Addon workload-addon has no restore task physical; it has: logical-backup-restore',
  },
  {
    name: 'the named Snapshot has Failed',
    change: (world) => monday({ status: { phase: 'Failed' } })(data({ snapshot: 'monday' })(world)),
    reason: 'SnapshotFailed',
    message: 'Snapshot monday is Failed and cannot be restored; name a Succeeded one, or write latest',
  },
  {
    name: 'the named Snapshot lacks a component',
    change: data({ snapshot: 'monday', components: ['dump-pod-7'] }),
    reason: 'ComponentNotFound',
    message: 'Snapshot monday has no component dump-pod-7; it has: dump',
  },
  {
    name: 'the Snapshot holds an id that is none',
    change: monday({
      status: { components: { dump: { resticStats: [{ summary: { id: '--help', hostPath: '/srv' } }] } } },
    }),
    reason: 'SnapshotUnusable',
    message: 'component dump of Snapshot monday: "--help" is no restic snapshot id (64 hex digits)',
  },
  {
    name: 'the Snapshot holds a path that climbs',
    change: monday({
      status: { components: { dump: { resticStats: [{ summary: { id: the.ID_ONE, hostPath: '/srv/../etc' } }] } } },
    }),
    reason: 'SnapshotUnusable',
    message: 'component dump of Snapshot monday: hostPath "/srv/../etc" is no absolute path without ".."',
  },
  {
    name: 'nobody names an encryption Secret',
    change: (world) =>
      the.changed(data({ encryptionSecret: undefined })(world), 'Repository', 'library', {
        spec: { encryptionSecret: undefined },
      }),
    reason: 'EncryptionSecretMissing',
    message: 'Repository demo/library names no encryptionSecret; restic needs one with key RESTIC_PASSWORD',
  },
];

const WAITING: readonly Case[] = [
  {
    name: 'the named Snapshot does not exist',
    change: data({ snapshot: 'tuesday' }),
    reason: 'WaitingForSnapshot',
    message: 'Snapshot demo/tuesday does not exist',
  },
  {
    name: 'the named Snapshot runs',
    change: (world) => monday({ status: { phase: 'Running' } })(data({ snapshot: 'monday' })(world)),
    reason: 'WaitingForSnapshot',
    message: 'Snapshot demo/monday is Running; it is restored once it has Succeeded',
  },
  {
    name: 'the Repository has no Snapshot',
    change: (world) => the.without(world, 'Snapshot'),
    reason: 'WaitingForSnapshot',
    message: 'Repository demo/library has no good Snapshot yet',
  },
  {
    name: 'the only Snapshot is suspect',
    change: monday({ status: { suspect: true, suspectReason: 'it was empty' } }),
    reason: 'WaitingForSnapshot',
    message: 'Repository demo/library has no good Snapshot yet; passed over: monday (it was empty)',
  },
  {
    name: 'no Snapshot has the wanted component',
    change: data({ components: ['dump-pod-3'] }),
    reason: 'WaitingForSnapshot',
    message: 'Repository demo/library has no good Snapshot with components dump-pod-3 yet',
  },
  {
    name: 'the Repository does not exist',
    change: (world) => the.without(world, 'Repository'),
    reason: 'WaitingForRepository',
    message: 'Repository demo/library does not exist',
  },
  {
    name: 'the BackupStorage does not exist',
    change: (world) => the.without(world, 'BackupStorage'),
    reason: 'WaitingForBackupStorage',
    message: 'BackupStorage demo/storage does not exist yet.',
  },
  {
    name: 'the target does not exist',
    change: (world) => the.without(world, 'Deployment'),
    reason: 'WaitingForTarget',
    message: 'Deployment demo/library does not exist',
  },
  {
    name: 'the target is being backed up',
    change: (world) =>
      the.having(world, the.goodSnapshot('tuesday', 'Deployment', 60, { status: { phase: 'Running' } })),
    reason: 'TargetIsBeingBackedUp',
    message: 'Snapshot tuesday of the same target is being made; the restore starts when it has ended',
  },
];

describe('RestoreSession: what keeps it from starting', () => {
  for (const { name, change, reason, message } of INVALID) {
    it(`is Invalid and does nothing when ${name}`, () => {
      const { status, children } = syncRestoreSession(the.requestOf(change(the.world())), START);
      const passed = conditionOf(status, 'ValidationPassed');
      assert.deepEqual(
        [status.phase, passed?.status, passed?.reason, passed?.message],
        ['Invalid', 'False', reason, message],
      );
      assert.equal(conditionOf(status, 'Stalled')?.reason, reason);
      assert.deepEqual(children, []);
    });
  }

  for (const { name, change, reason, message } of WAITING) {
    it(`is Pending and looks again when ${name}`, () => {
      const answer = syncRestoreSession(the.requestOf(change(the.world())), START);
      const ready = conditionOf(answer.status, 'Ready');
      assert.deepEqual([answer.status.phase, ready?.reason, ready?.message], ['Pending', reason, message]);
      assert.equal(conditionOf(answer.status, 'Reconciling')?.reason, reason);
      assert.ok((answer.resyncAfterSeconds ?? 0) <= 300);
      assert.deepEqual(answer.children, []);
    });
  }

  it('becomes valid when the spec is corrected', () => {
    const wrong = spec({ restoreTimeout: '1w' })(the.world());
    const invalid = the.applied(wrong, syncRestoreSession(the.requestOf(wrong), START), START);
    const { status } = syncRestoreSession(the.requestOf(spec({ restoreTimeout: '1h' })(invalid)), START);
    assert.deepEqual([status.phase, status.restoreDeadline], ['Running', the.at(3600)]);
  });
});
