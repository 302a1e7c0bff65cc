/** Objects that a Repository sees, whole as the API server would send them, with the fields a test is about on top. */
import type { BackupSession, SessionSnapshot } from '../../../../hooks/generated/types/backupsession.ts';
import type { BackupStorage } from '../../../../hooks/generated/types/backupstorage.ts';
import type { Repository, RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import type { Snapshot, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import type { ReportError, ReportResult } from '../../../../hooks/domain/report.ts';
import type { Condition, ConditionStatus } from '../../../../hooks/kube/conditions.ts';
import type { ObjectMap, SyncRequest } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject, ObjectMeta } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';

export const CREATED = '2026-01-05T02:00:00Z';

/** Milliseconds of the Repository's creation plus this many minutes. */
export function minutesIn(minutes: number): number {
  return Date.parse(CREATED) + minutes * 60_000;
}

/** The instant `minutes` after the Repository's creation, as the API server writes it. */
export function timeIn(minutes: number): string {
  return new Date(minutesIn(minutes)).toISOString().replace('.000Z', 'Z');
}

export interface RepositoryParts {
  readonly meta?: Partial<ObjectMeta>;
  readonly spec?: Partial<Repository['spec']>;
  readonly status?: RepositoryStatus;
}

export function repository({ meta, spec, status }: RepositoryParts = {}): Repository {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: {
      name: 'local',
      namespace: 'demo',
      uid: 'repository-uid',
      generation: 1,
      creationTimestamp: CREATED,
      labels: { 'kubestash.com/invoker-name': 'app', 'controller-uid': 'configuration-uid' },
      ...meta,
    },
    spec: {
      appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'app', namespace: 'demo' },
      storageRef: { name: 'storage', namespace: 'demo' },
      path: 'demo/app',
      deletionPolicy: 'Delete',
      encryptionSecret: { name: 'encrypt', namespace: 'demo' },
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}

export const INITIALIZED: RepositoryStatus = {
  phase: 'Ready',
  snapshotsFound: 0,
  conditions: [
    condition('RepositoryInitialized', 'True', 'RepositoryInitializationSucceeded', 'Directory demo/app is claimed.'),
    condition('Ready', 'True', 'RepositoryReady', 'Directory demo/app is claimed.'),
  ],
};

export function storage(
  status: BackupStorage['status'] = { phase: 'Ready' },
  spec: Partial<BackupStorage['spec']> = {},
  meta: Partial<ObjectMeta> = {},
): BackupStorage {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'BackupStorage',
    metadata: { name: 'storage', namespace: 'demo', uid: 'storage-uid', creationTimestamp: CREATED, ...meta },
    spec: {
      storage: { provider: 'local', local: { hostPath: { path: '/srv/backups' }, mountPath: '/backups' } },
      ...spec,
    },
    status,
  };
}

export function namespace(name: string, uid: string, more: Partial<ObjectMeta> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid, creationTimestamp: CREATED, ...more } };
}

export const MOVER_FUNCTION: KubeObject = {
  apiVersion: 'addons.kubestash.com/v1alpha1',
  kind: 'Function',
  metadata: { name: 'metastash-mover', uid: 'function-uid', creationTimestamp: CREATED },
  spec: { image: 'metastash/mover:test' },
};

/** All that a Repository needs before its first Job can be made. */
export const SURROUNDINGS: readonly KubeObject[] = [
  storage(),
  MOVER_FUNCTION,
  namespace('demo', 'namespace-uid'),
  namespace('kube-system', 'cluster-uid'),
];

export const SESSION = 'app-nightly-1767578400';
export const SNAPSHOT = `local-${SESSION}`;

export function session(
  entries: readonly SessionSnapshot[],
  phase: 'Pending' | 'Running' | 'Failed' = 'Pending',
  meta: Partial<ObjectMeta> = {},
): BackupSession {
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupSession',
    metadata: { name: SESSION, namespace: 'demo', uid: 'session-uid', creationTimestamp: timeIn(5), ...meta },
    spec: {
      invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'app' },
      session: 'nightly',
    },
    status: { phase, snapshots: entries },
  };
}

export function snapshot(name: string, status?: SnapshotStatus, meta: Partial<ObjectMeta> = {}): Snapshot {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: { name, namespace: 'demo', uid: `${name}-uid`, creationTimestamp: timeIn(6), ...meta },
    spec: { repository: 'local', session: 'nightly', backupSession: SESSION, version: 'v1' },
    ...(status === undefined ? {} : { status }),
  };
}

export function condition(type: string, status: ConditionStatus, reason: string, message: string): Condition {
  return { type, status, reason, message, lastTransitionTime: CREATED };
}

/** A desired child as the API server stores it. */
export function stored(child: DesiredObject, uid = `${child.kind}-uid`, creationTimestamp = CREATED): KubeObject {
  return { ...child, metadata: { ...child.metadata, uid, creationTimestamp } };
}

/** The TaskReport that a mover has ended, made from the one that was desired. */
export function reported(
  report: DesiredObject,
  end: { readonly result: ReportResult } | { readonly error: ReportError },
  at: string = timeIn(1),
): KubeObject {
  const phase = 'result' in end ? 'Succeeded' : 'Failed';
  return {
    ...stored(report),
    status: { schemaVersion: 1, phase, podUID: 'pod-uid', startedAt: at, heartbeatAt: at, finishedAt: at, ...end },
  };
}

const RELATED = [KIND.backupStorage, KIND.backupConfiguration, KIND.backupSession, KIND.function, KIND.namespace];
const CHILDREN = [KIND.snapshot, KIND.job, KIND.taskReport, KIND.serviceAccount, KIND.role, KIND.roleBinding];

/** A request with every group that the manifest declares and customize asks for. */
export function requestOf(
  parent: Repository,
  related: readonly KubeObject[],
  children: readonly KubeObject[] = [],
): SyncRequest<Repository> {
  return { parent, children: mapOf(CHILDREN, children), related: mapOf(RELATED, related), finalizing: false };
}

function mapOf(kinds: readonly string[], objects: readonly KubeObject[]): ObjectMap {
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      Object.fromEntries(objects.filter((one) => kindOf(one) === kind).map((one) => [keyOf(one), one])),
    ]),
  );
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}
