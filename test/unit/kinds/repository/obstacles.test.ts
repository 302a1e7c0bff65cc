import assert from 'node:assert/strict';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { namesOf, said } from './answers.ts';
import {
  INITIALIZED,
  minutesIn,
  MOVER_FUNCTION,
  repository,
  requestOf,
  storage,
  SURROUNDINGS,
  timeIn,
  type RepositoryParts,
} from './objects.ts';

describe('what stands in the way of a Repository', () => {
  interface Case {
    readonly it: string;
    readonly repository?: RepositoryParts;
    readonly sees: readonly KubeObject[];
    readonly says: string;
  }
  const around = SURROUNDINGS.slice(1);
  const cases: readonly Case[] = [
    {
      it: 'waits for its BackupStorage',
      sees: around,
      says: 'NotReady Reconciling WaitingForBackupStorage: BackupStorage demo/storage does not exist yet.',
    },
    {
      it: 'waits for a BackupStorage that is not ready, in its own words',
      sees: [
        ...around,
        storage({
          phase: 'NotReady',
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'X',
              message: 'The bucket is missing.',
              lastTransitionTime: timeIn(0),
            },
          ],
        }),
      ],
      says: 'NotReady Reconciling WaitingForBackupStorage: BackupStorage demo/storage is not ready: The bucket is missing.',
    },
    {
      it: 'waits while its BackupStorage is going',
      sees: [...around, storage({ phase: 'Ready' }, {}, { deletionTimestamp: timeIn(0) })],
      says: 'NotReady Reconciling BackupStorageDeleting: BackupStorage demo/storage is being deleted.',
    },
    {
      it: 'keeps out of a BackupStorage that does not admit its namespace',
      repository: { spec: { storageRef: { name: 'storage', namespace: 'shared' } } },
      sees: [...around, storage({ phase: 'Ready' }, {}, { namespace: 'shared' })],
      says: 'NotReady Reconciling StorageNotAllowed: BackupStorage shared/storage does not exist or does not admit namespace demo: its spec.usagePolicy has to; ask its owner, or use a storage of this namespace.',
    },
    {
      it: 'uses a BackupStorage of another namespace that admits it',
      repository: { spec: { storageRef: { name: 'storage', namespace: 'shared' } } },
      sees: [
        ...around,
        storage({ phase: 'Ready' }, { usagePolicy: { allowedNamespaces: { from: 'All' } } }, { namespace: 'shared' }),
      ],
      says: 'NotReady Reconciling RepositoryInitializing: Preparing the directory on the storage.',
    },
    {
      it: 'stalls without a storageRef',
      repository: { spec: { storageRef: { name: '' } } },
      sees: around,
      says: 'NotReady Stalled StorageRefMissing: /spec/storageRef/name is missing: name a BackupStorage.',
    },
    {
      it: 'stalls on a path that climbs out of the storage',
      repository: { spec: { path: '../other' } },
      sees: SURROUNDINGS,
      says: 'NotReady Stalled PathInvalid: Repository demo/local: "../other" climbs out of its folder; write it without ".."',
    },
    {
      it: 'is no longer ready when its storage has stopped admitting its namespace, although its directory was prepared',
      repository: { spec: { storageRef: { name: 'storage', namespace: 'shared' } }, status: INITIALIZED },
      sees: [...around, storage({ phase: 'Ready' }, {}, { namespace: 'shared' })],
      says: 'NotReady Reconciling StorageNotAllowed: BackupStorage shared/storage does not exist or does not admit namespace demo: its spec.usagePolicy has to; ask its owner, or use a storage of this namespace.',
    },
    {
      it: 'is not usable while its storage is gone, although its directory was prepared',
      repository: { status: INITIALIZED },
      sees: around,
      says: 'Ready Reconciling WaitingForBackupStorage: BackupStorage demo/storage does not exist yet.',
    },
  ];
  for (const { it: sentence, repository: parts, sees, says } of cases) {
    it(sentence, () => {
      const answer = syncRepository(requestOf(repository(parts), sees), minutesIn(0));
      assert.equal(said(answer), says);
      assert.ok((answer.resyncAfterSeconds ?? 0) > 0 && (answer.resyncAfterSeconds ?? 0) <= 300);
    });
  }
});

describe('the image of our own tasks', () => {
  it('comes from a Function, which a Repository waits for', () => {
    const sees = SURROUNDINGS.filter((object) => object !== MOVER_FUNCTION);
    const answer = syncRepository(requestOf(repository(), sees), minutesIn(0));
    assert.match(said(answer), /^NotReady Reconciling WaitingForFunction: Function metastash-mover /);
    assert.deepEqual(namesOf(answer, 'Job'), []);
  });
});

describe('what a Repository warns of', () => {
  it('says beforehand that WipeOut takes the data along', () => {
    const parent = repository({ status: INITIALIZED, spec: { deletionPolicy: 'WipeOut' } });
    const { status } = syncRepository(requestOf(parent, SURROUNDINGS), minutesIn(1));
    assert.deepEqual(status.warnings, [
      'spec.deletionPolicy is WipeOut: deleting this Repository, or its BackupConfiguration, removes its data from the storage.',
    ]);
  });

  it('says that it is paused', () => {
    const parent = repository({ status: INITIALIZED, spec: { paused: true } });
    const { status } = syncRepository(requestOf(parent, SURROUNDINGS), minutesIn(1));
    assert.deepEqual(status.warnings, ['spec.paused is true: no Snapshot and no Job is made for this Repository.']);
  });
});
