/** A Repository with a thousand finished Snapshots of two components each: 6 MB that come with every change of one of them. */
import type { KubeObject } from '../hooks/kube/objects.ts';
import { ROUTES } from '../hooks/routes.ts';
import { againstBare } from './against-bare.ts';
import { CREATED, objectMap, settled, stored, storedFrom, type SettledRequest } from './observed.ts';
import type { BenchRow } from './row.ts';

const SNAPSHOTS = 1000;
const STORAGE = 'storage.kubestash.com/v1alpha1';
const CORE = 'core.kubestash.com/v1alpha1';

/** Requests per second against a bare server. */
export async function run(): Promise<readonly BenchRow[]> {
  const load = { path: '/v1/repository/sync', atLeast: 0.7, connections: 2, sliceMs: 700 };
  return [await againstBare({ ...load, name: 'repository-1000', request: repositoryRequest() })];
}

function repositoryRequest(): SettledRequest {
  const repository = stored(
    {
      apiVersion: STORAGE,
      kind: 'Repository',
      metadata: { name: 'library', namespace: 'demo', labels: { 'kubestash.com/invoker-name': 'library' } },
      spec: {
        appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'library', namespace: 'demo' },
        storageRef: { name: 'storage', namespace: 'demo' },
        path: 'library',
        deletionPolicy: 'Delete',
        encryptionSecret: { name: 'encrypt-secret', namespace: 'demo' },
      },
    },
    {
      status: {
        phase: 'Ready',
        snapshotsFound: 0,
        conditions: [succeeded('RepositoryInitialized', 'RepositoryInitializationSucceeded')],
      },
    },
  );
  const namespaces = ['demo', 'kube-system'].map((name) =>
    stored({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  const related = objectMap(
    [`BackupConfiguration.${CORE}`, `BackupSession.${CORE}`],
    [
      ...namespaces,
      ...storedFrom('examples/quickstart/backupstorage.yaml').map((object) => ({
        ...object,
        status: { phase: 'Ready' },
      })),
      ...storedFrom('catalog/function-metastash-mover.yaml'),
    ],
  );
  const children = objectMap(ROUTES.find((row) => row.kind === 'repository')?.children ?? [], snapshots());
  return settled('repository', { parent: repository, children, related, finalizing: false }, () => ({}));
}

function snapshots(): readonly KubeObject[] {
  return Array.from({ length: SNAPSHOTS }, (_, index) => {
    const session = `library-nightly-${1_767_578_400 + index * 86_400}`;
    const desired = {
      apiVersion: STORAGE,
      kind: 'Snapshot',
      metadata: {
        name: `library-${session}`,
        namespace: 'demo',
        labels: {
          'app.kubernetes.io/managed-by': 'kubestash.com',
          'kubestash.com/app-ref-kind': 'StatefulSet',
          'kubestash.com/app-ref-name': 'library',
          'kubestash.com/app-ref-namespace': 'demo',
          'kubestash.com/invoker-name': 'library',
          'kubestash.com/repo-name': 'library',
          'kubestash.com/session-name': 'nightly',
          'metastash.dev/backup-session': session,
          'controller-uid': 'uid-of-repository-library',
        },
      },
      spec: {
        snapshotID: `01KE${String(index).padStart(22, '0')}`,
        type: 'FullBackup',
        repository: 'library',
        session: 'nightly',
        backupSession: session,
        version: 'v1',
        appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'library', namespace: 'demo' },
        deletionPolicy: 'Delete',
      },
    };
    const owner = {
      apiVersion: STORAGE,
      kind: 'Repository',
      name: 'library',
      uid: 'uid-of-repository-library',
      controller: true,
    };
    const metadata = {
      ...desired.metadata,
      annotations: { 'metacontroller.k8s.io/last-applied-configuration': JSON.stringify(desired) },
      ownerReferences: [owner],
    };
    return stored({ ...desired, metadata }, { status: snapshotStatus(index) });
  });
}

function snapshotStatus(index: number): object {
  const hex = index.toString(16).padStart(8, '0');
  const component = (name: string): object => ({
    path: `repository/v1/nightly/${name}`,
    phase: 'Succeeded',
    driver: 'Restic',
    size: '1.204 GiB',
    duration: '42s',
    integrity: true,
    nodeName: 'node-1',
    podName: `library-${name.at(-1)}`,
    jobName: `library-nightly-${hex}-${name}-0`,
    attempts: 1,
    resticStats: ['/srv/books', '/srv/covers'].map((hostPath) => ({
      summary: {
        id: hex.repeat(8),
        hostPath,
        size: '602.112 MiB',
        uploaded: '3.021 MiB',
        startTime: CREATED,
        endTime: CREATED,
      },
    })),
  });
  return {
    observedGeneration: 1,
    phase: 'Succeeded',
    verificationStatus: 'NotVerified',
    snapshotTime: new Date(Date.parse(CREATED) + index * 86_400_000).toISOString().replace('.000Z', 'Z'),
    lastUpdateTime: CREATED,
    size: '2.408 GiB',
    integrity: true,
    totalComponents: 2,
    components: { 'dump-pod-0': component('dump-pod-0'), 'dump-pod-1': component('dump-pod-1') },
    conditions: [
      succeeded('Ready', 'SnapshotSucceeded'),
      succeeded('BackendMetadataWritten', 'SuccessfullyWroteBackendMetadata'),
      succeeded('SnapshotMetadataUploaded', 'SuccessfullyUploadedSnapshotMetadata'),
    ],
  };
}

function succeeded(type: string, reason: string): object {
  const message = 'Both components are stored and were read back from the repository.';
  return { type, status: 'True', reason, message, lastTransitionTime: CREATED, observedGeneration: 1 };
}
