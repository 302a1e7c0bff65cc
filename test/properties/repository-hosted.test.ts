import assert from 'node:assert/strict';
import type { BackupSessionStatus } from '../../hooks/generated/types/backupsession.ts';
import type { RepositoryStatus } from '../../hooks/generated/types/repository.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { repository, storage } from '../unit/kinds/repository/objects.ts';
import { backupSession, configuration } from '../unit/kinds/backupsession/objects.ts';
import { hostedWorld, type HostedWorld } from './hosted-world.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const KINDS = ['repository', 'backupsession', 'claims-repository', 'claims-backupsession', 'claims-snapshot'];

/** What a user or another hook would write: no uid, no times, no status. */
function manifest({
  apiVersion,
  kind,
  metadata,
  spec,
}: {
  apiVersion: string;
  kind: string;
  metadata: object;
  spec?: unknown;
}) {
  const { name, namespace, labels } = metadata as { name: string; namespace: string; labels?: Record<string, string> };
  const own = Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => key !== 'controller-uid'));
  return { apiVersion, kind, metadata: { name, namespace, labels: own }, spec };
}

function world(): HostedWorld {
  const made = hostedWorld(KINDS);
  made.setStatus(made.apply(manifest(storage())), { phase: 'Ready' });
  const backends = [{ name: 'local', storageRef: { name: 'storage', namespace: 'demo' } }];
  const listed = { ...configuration(), spec: { ...configuration().spec, backends } };
  made.setStatus(made.apply(manifest(listed)), { phase: 'Ready', targetFound: true, observedGeneration: 1 });
  made.apply(manifest(repository()));
  made.run(60);
  return made;
}

function report(end: object): object {
  const at = '2026-01-05T00:01:00Z';
  return {
    schemaVersion: 1,
    phase: 'Succeeded',
    podUID: 'pod',
    startedAt: at,
    heartbeatAt: at,
    finishedAt: at,
    ...end,
  };
}

function initialize(made: HostedWorld): void {
  const [task] = made.list('metastash.dev/v1alpha1', 'TaskReport');
  assert.ok(task, 'an init report is there');
  made.setStatus(task, report({ result: { repository: { created: true, takenOver: false, snapshotsFound: 0 } } }));
  made.run(60);
}

function begin(made: HostedWorld): StoredObject {
  made.apply(manifest(backupSession()));
  made.run(30);
  const { uid } = session(made).metadata;
  made.apply({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'turn-app', namespace: 'demo' },
    spec: { holderIdentity: uid },
  });
  made.run(30);
  const [snapshot] = made.list(STORAGE, 'Snapshot');
  assert.ok(snapshot, 'a Snapshot is there');
  return snapshot;
}

function session(made: HostedWorld): StoredObject & { readonly status?: BackupSessionStatus } {
  return made.get(CORE, 'BackupSession', backupSession().metadata.name) as StoredObject & {
    status?: BackupSessionStatus;
  };
}

function repositoryStatus(made: HostedWorld): RepositoryStatus {
  return (made.get(STORAGE, 'Repository', 'local') as StoredObject & { status: RepositoryStatus }).status;
}

/** Nothing is written for three hours, in which every resync comes round. */
function assertSettled(made: HostedWorld): void {
  made.run(600);
  made.writes.length = 0;
  made.run(3 * 3600);
  assert.deepEqual(made.writes, []);
  assert.deepEqual(made.errors, []);
}

describe('Repository and BackupSession under Metacontroller', () => {
  it('go from an empty directory to a Succeeded session, and then write nothing more', () => {
    const made = world();
    try {
      assert.equal(repositoryStatus(made).phase, 'NotReady');
      initialize(made);
      assert.equal(repositoryStatus(made).phase, 'Ready');
      assert.equal(repositoryStatus(made).firstBackup?.wanted, true);
      assertSettled(made);
      const snapshot = begin(made);
      assert.equal(session(made).status?.phase, 'Running');
      const component = { path: 'repository/v1/nightly/dump', phase: 'Succeeded', size: '12 B', integrity: true };
      made.setStatus(snapshot, {
        phase: 'Succeeded',
        snapshotTime: '2026-01-05T03:10:00Z',
        size: '12 B',
        totalComponents: 1,
        components: { dump: component },
        conditions: [
          { type: 'SnapshotMetadataUploaded', status: 'True', reason: 'R', lastTransitionTime: '2026-01-05T03:10:00Z' },
        ],
      });
      made.run(30);
      assert.equal(session(made).status?.phase, 'Succeeded');
      const { snapshotCount, size, lastBackupTime, recentSnapshots, componentPaths } = repositoryStatus(made);
      assert.deepEqual(
        { snapshotCount, size, lastBackupTime, recent: recentSnapshots?.length, componentPaths },
        {
          snapshotCount: 1,
          size: '12 B',
          lastBackupTime: '2026-01-05T03:10:00Z',
          recent: 1,
          componentPaths: ['repository/v1/nightly/dump'],
        },
      );
      assertSettled(made);
    } finally {
      made.stop();
    }
  });

  it('lose a Snapshot that a user deletes while it runs, and do not make it again', () => {
    const made = world();
    try {
      initialize(made);
      const { apiVersion, kind, metadata } = begin(made);
      made.api.delete({ apiVersion, kind, name: metadata.name, namespace: 'demo' });
      made.run(60);
      assert.equal(session(made).status?.phase, 'Failed');
      assert.equal(session(made).status?.conditions?.find((one) => one.type === 'Ready')?.reason, 'SnapshotLost');
      assertSettled(made);
      assert.deepEqual(made.list(STORAGE, 'Snapshot'), []);
    } finally {
      made.stop();
    }
  });

  it('keep everything while the storage comes and goes', () => {
    const made = world();
    try {
      initialize(made);
      begin(made);
      const held = made.get(STORAGE, 'BackupStorage', 'storage');
      made.setStatus(held, { phase: 'NotReady' });
      made.run(600);
      assert.equal(made.list(STORAGE, 'Snapshot').length, 1);
      assert.equal(repositoryStatus(made).conditions?.find((one) => one.type === 'Ready')?.status, 'False');
      made.setStatus(held, { phase: 'Ready' });
      made.run(600);
      assert.equal(repositoryStatus(made).conditions?.find((one) => one.type === 'Ready')?.status, 'True');
      assert.deepEqual(made.errors, []);
    } finally {
      made.stop();
    }
  });

  it('let a Repository go with its Snapshots, and order nothing that touches data', () => {
    const made = world();
    try {
      initialize(made);
      begin(made);
      const jobs = made.list('batch/v1', 'Job').length;
      made.api.delete({ apiVersion: STORAGE, kind: 'Repository', name: 'local', namespace: 'demo' });
      made.run(60);
      assert.deepEqual(made.list(STORAGE, 'Repository'), []);
      assert.deepEqual(made.list(STORAGE, 'Snapshot'), []);
      assert.ok(made.list('batch/v1', 'Job').length <= jobs);
    } finally {
      made.stop();
    }
  });
});
