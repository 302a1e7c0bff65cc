import assert from 'node:assert/strict';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { KIND } from '../../../../hooks/kube/references.ts';
import { namesOf, one, type Answer } from './answers.ts';
import {
  INITIALIZED,
  minutesIn,
  MOVER_FUNCTION,
  namespace,
  repository,
  requestOf,
  session,
  SNAPSHOT,
  snapshot,
  storage,
  SURROUNDINGS,
  timeIn,
  type RepositoryParts,
} from './objects.ts';

describe('Snapshots of a Repository', () => {
  const ready = repository({ status: INITIALIZED });
  const pending = { name: SNAPSHOT, phase: 'Pending', repository: 'local' } as const;
  const after = (sees: readonly KubeObject[], children: readonly KubeObject[] = [], parent = ready): Answer =>
    syncRepository(requestOf(parent, [...SURROUNDINGS, ...sees], children), minutesIn(10));

  it('makes the Snapshot that a session lists as Pending', () => {
    const answer = after([session([pending])]);
    assert.deepEqual(one(answer, 'Snapshot'), {
      apiVersion: 'storage.kubestash.com/v1alpha1',
      kind: 'Snapshot',
      metadata: {
        name: SNAPSHOT,
        namespace: 'demo',
        annotations: { 'metastash.dev/storage': 'demo/storage' },
        labels: {
          'app.kubernetes.io/managed-by': 'kubestash.com',
          'kubestash.com/repo-name': 'local',
          'kubestash.com/app-ref-kind': 'StatefulSet',
          'kubestash.com/app-ref-namespace': 'demo',
          'kubestash.com/app-ref-name': 'app',
          'kubestash.com/invoker-kind': 'BackupConfiguration',
          'kubestash.com/invoker-namespace': 'demo',
          'kubestash.com/invoker-name': 'app',
          'kubestash.com/session-name': 'nightly',
          'metastash.dev/backup-session': 'app-nightly-1767578400',
        },
      },
      spec: {
        snapshotID: '01KE5YD27005G4R8CTD1KB8XPH',
        type: 'FullBackup',
        repository: 'local',
        session: 'nightly',
        backupSession: 'app-nightly-1767578400',
        version: 'v1',
        appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'app', namespace: 'demo' },
        deletionPolicy: 'Delete',
      },
    });
    assert.equal(answer.resyncAfterSeconds, 10);
  });

  const refused: readonly (readonly [sentence: string, sees: readonly KubeObject[], parent?: RepositoryParts])[] = [
    ['makes none for an entry that was seen before', [session([{ ...pending, phase: 'Running', uid: 'gone' }])]],
    ['makes none for an entry that has a uid, whatever its phase says', [session([{ ...pending, uid: 'gone' }])]],
    ['makes none for another Repository', [session([{ ...pending, repository: 'remote' }])]],
    ['makes none for a session that has ended', [session([pending], 'Failed')]],
    ['makes none for a session that is going', [session([pending], 'Pending', { deletionTimestamp: timeIn(6) })]],
    ['makes none for a copy', [session([pending], 'Pending', { annotations: { 'metastash.dev/uid': 'original' } })]],
    ['makes none for a session of another namespace', [session([pending], 'Pending', { namespace: 'other' })]],
    ['makes none while it is paused', [session([pending])], { status: INITIALIZED, spec: { paused: true } }],
    [
      'makes none while it is going',
      [session([pending])],
      { status: INITIALIZED, meta: { deletionTimestamp: timeIn(6) } },
    ],
    ['makes none for a session that lists nothing yet', [session([])]],
  ];
  for (const [sentence, sees, parts] of refused) {
    it(sentence, () => {
      assert.deepEqual(namesOf(after(sees, [], parts ? repository(parts) : ready), 'Snapshot'), []);
    });
  }

  it('makes none in a dying Namespace, and restates what is there', () => {
    const dying = [
      storage(),
      MOVER_FUNCTION,
      namespace('demo', 'u', { deletionTimestamp: timeIn(6) }),
      session([pending]),
    ];
    const answer = syncRepository(requestOf(ready, dying, [snapshot('old')]), minutesIn(10));
    assert.deepEqual(
      answer.children.map((child) => `${child.kind} ${child.metadata.name}`),
      ['Snapshot old'],
    );
  });

  it('restates a Snapshot by identity alone, also one that is going', () => {
    const answer = after([], [snapshot('a'), snapshot('b', {}, { deletionTimestamp: timeIn(7) })]);
    assert.deepEqual(
      answer.children.filter((child) => child.kind === 'Snapshot'),
      ['a', 'b'].map((name) => ({
        apiVersion: 'storage.kubestash.com/v1alpha1',
        kind: 'Snapshot',
        metadata: { name, namespace: 'demo' },
      })),
    );
  });

  it('does not make a second one beside the one that is there', () => {
    assert.deepEqual(namesOf(after([session([pending])], [snapshot(SNAPSHOT)]), 'Snapshot'), [SNAPSHOT]);
  });

  it('leaves everything as it is when a group of related objects is missing', () => {
    const { parent, children, related, finalizing } = requestOf(ready, SURROUNDINGS, [snapshot('a')]);
    const rest = Object.fromEntries(Object.entries(related).filter(([kind]) => kind !== KIND.backupSession));
    const answer = syncRepository({ parent, children, related: rest, finalizing }, minutesIn(10));
    assert.deepEqual(answer.status, INITIALIZED);
    assert.deepEqual(namesOf(answer, 'Snapshot'), ['a']);
    assert.equal(answer.children.length, 1);
  });
});

describe('who may move data for a Repository', () => {
  it('gives the same rights to the ServiceAccounts that users name', () => {
    const configuration: KubeObject = {
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'BackupConfiguration',
      metadata: { name: 'app', namespace: 'demo', uid: 'configuration-uid', creationTimestamp: timeIn(0) },
      spec: {
        sessions: [
          {
            name: 'nightly',
            repositories: [{ name: 'local' }],
            addon: { name: 'a', jobTemplate: { spec: { serviceAccountName: 'my-account' } } },
          },
          {
            name: 'weekly',
            repositories: [{ name: 'remote' }],
            addon: { name: 'a', jobTemplate: { spec: { serviceAccountName: 'other-account' } } },
          },
        ],
      },
    };
    const answer = syncRepository(
      requestOf(repository({ status: INITIALIZED }), [...SURROUNDINGS, configuration]),
      minutesIn(1),
    );
    assert.deepEqual(one(answer, 'RoleBinding')['subjects'], [
      { kind: 'ServiceAccount', name: 'mover-local', namespace: 'demo' },
      { kind: 'ServiceAccount', name: 'my-account', namespace: 'demo' },
    ]);
  });

  it('puts the cloud identity of the storage on the ServiceAccount', () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/backup' };
    const withIdentity = storage(
      { phase: 'Ready' },
      { runtimeSettings: { pod: { serviceAccountAnnotations: annotations } } },
    );
    const answer = syncRepository(
      requestOf(repository({ status: INITIALIZED }), [...SURROUNDINGS.slice(1), withIdentity]),
      minutesIn(1),
    );
    assert.deepEqual(one(answer, 'ServiceAccount').metadata.annotations, annotations);
  });
});
