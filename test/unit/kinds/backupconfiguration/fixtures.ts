/** A BackupConfiguration and the cluster around it, whole and healthy; each test changes what it is about. */
import type { BackupConfiguration } from '../../../../hooks/generated/types/backupconfiguration.ts';
import type { Session } from '../../../../hooks/generated/types/shared.ts';
import type { ObjectMap, SyncRequest } from '../../../../hooks/kube/metacontroller.ts';
import { triggerIdentity } from '../../../../hooks/kinds/backupconfiguration/trigger-account.ts';
import { triggerName } from '../../../../hooks/kube/names.ts';
import type { KubeObject, ObjectMeta } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';

export const NOW = Date.parse('2026-01-05T02:00:00Z');
export const BC_UID = 'bc-uid';

const CHILD_KINDS = [
  KIND.repository,
  KIND.cronJob,
  KIND.backupSession,
  KIND.lease,
  KIND.serviceAccount,
  KIND.role,
  KIND.roleBinding,
];
const RELATED_KINDS = [
  ...[KIND.namespace, KIND.backupStorage, KIND.retentionPolicy, KIND.hookTemplate, KIND.addon, KIND.function],
  ...[KIND.statefulSet, KIND.repository],
];

/** An object with the metadata that the API server always sets. */
export function stored(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
  readonly [field: string]: unknown;
}): KubeObject {
  const { kind, metadata } = object;
  const uid = `${kind.toLowerCase()}-${metadata.name}`;
  return {
    ...object,
    metadata: { uid, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  } as unknown as KubeObject;
}

export const OWNER = {
  apiVersion: 'core.kubestash.com/v1alpha1',
  kind: 'BackupConfiguration',
  name: 'sample-backup',
  uid: BC_UID,
  controller: true,
  blockOwnerDeletion: true,
};

/** The session of the sample; `changes` win. */
export function session(changes: object = {}): Session {
  return {
    name: 'frequent',
    scheduler: { schedule: '*/5 * * * *', jobTemplate: { backoffLimit: 1 } },
    repositories: [
      {
        name: 'sample-repo',
        backend: 's3-backend',
        directory: '/demo/sample',
        encryptionSecret: { name: 'encrypt-secret', namespace: 'demo' },
      },
    ],
    addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup' }] },
    ...changes,
  } as Session;
}

/** The sample; `spec` replaces whole fields of its spec. */
export function configuration(spec: object = {}, rest: object = {}): BackupConfiguration {
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupConfiguration',
    metadata: {
      name: 'sample-backup',
      namespace: 'demo',
      uid: BC_UID,
      generation: 1,
      creationTimestamp: '2026-01-05T01:00:00Z',
    },
    spec: {
      target: { apiGroup: 'apps', kind: 'StatefulSet', name: 'sample', namespace: 'demo' },
      backends: [
        {
          name: 's3-backend',
          storageRef: { name: 's3-storage', namespace: 'demo' },
          retentionPolicy: { name: 'keep', namespace: 'demo' },
        },
      ],
      sessions: [session()],
      ...spec,
    },
    ...rest,
  } as BackupConfiguration;
}

export function namespace(name: string, changes: object = {}): KubeObject {
  return stored({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    status: { phase: 'Active' },
    ...changes,
  });
}

export function storage(
  name: string,
  spec: object = {},
  status: object = { phase: 'Ready' },
  inNamespace: string = 'demo',
): KubeObject {
  return stored({
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'BackupStorage',
    metadata: { name, namespace: inNamespace, uid: `storage-${inNamespace}-${name}` },
    spec: {
      storage: { provider: 's3', s3: { endpoint: 'https://s3.example.com', bucket: 'backups', prefix: name } },
      ...spec,
    },
    status,
  });
}

export function retentionPolicy(name: string, spec: object = {}, inNamespace: string = 'demo'): KubeObject {
  return stored({
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'RetentionPolicy',
    metadata: { name, namespace: inNamespace },
    spec: { maxRetentionPeriod: '2mo', successfulSnapshots: { last: 5 }, ...spec },
  });
}

export function addon(name: string): KubeObject {
  return stored({
    apiVersion: 'addons.kubestash.com/v1alpha1',
    kind: 'Addon',
    metadata: { name },
    spec: { backupTasks: [{ name: 'logical-backup', function: 'workload-backup' }] },
  });
}

export function moverFunction(): KubeObject {
  return stored({
    apiVersion: 'addons.kubestash.com/v1alpha1',
    kind: 'Function',
    metadata: { name: 'metastash-mover' },
    spec: { image: 'metastash/mover:v0.1.0' },
  });
}

export function statefulSet(name: string = 'sample'): KubeObject {
  return stored({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'demo' },
    spec: { replicas: 2 },
  });
}

/** The Repository of the sample as its own hook and the API server keep it. */
export function repository(
  changes: { readonly metadata?: object; readonly spec?: object; readonly status?: object } = {},
): KubeObject {
  return stored({
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: {
      name: 'sample-repo',
      namespace: 'demo',
      creationTimestamp: '2026-01-05T01:00:05Z',
      labels: { 'controller-uid': BC_UID },
      ownerReferences: [
        OWNER,
        { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid: 'namespace-kube-system' },
      ],
      ...changes.metadata,
    },
    spec: {
      appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'sample', namespace: 'demo' },
      storageRef: { name: 's3-storage', namespace: 'demo' },
      path: '/demo/sample',
      deletionPolicy: 'Delete',
      encryptionSecret: { name: 'encrypt-secret', namespace: 'demo' },
      ...changes.spec,
    },
    status: { phase: 'Ready', snapshotsFound: 0, snapshotCount: 3, ...changes.status },
  });
}

export function cronJob(session: string = 'frequent', changes: object = {}): KubeObject {
  return stored({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name: triggerName('sample-backup', session),
      namespace: 'demo',
      labels: { 'controller-uid': BC_UID },
      ownerReferences: [OWNER],
    },
    spec: { schedule: '*/5 * * * *', timeZone: 'UTC', suspend: false, jobTemplate: {} },
    ...changes,
  });
}

/** A BackupSession of the sample, `minutes` before NOW. */
export function backupSession(
  minutes: number,
  status: object = {},
  changes: { readonly metadata?: object; readonly spec?: object } = {},
): KubeObject {
  const at = NOW - minutes * 60_000;
  const sessionName = (changes.spec as { session?: string } | undefined)?.session ?? 'frequent';
  const name = `sample-backup-${sessionName}-${at / 1000}`;
  return stored({
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupSession',
    metadata: {
      name,
      namespace: 'demo',
      uid: `session-${sessionName}-${minutes}`,
      creationTimestamp: new Date(at).toISOString().replace('.000', ''),
      labels: { 'controller-uid': BC_UID, 'kubestash.com/invoker-name': 'sample-backup' },
      ownerReferences: [OWNER],
      ...changes.metadata,
    },
    spec: {
      invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'sample-backup' },
      session: 'frequent',
      ...changes.spec,
    },
    status,
  });
}

export function lease(holder: string, changes: object = {}): KubeObject {
  return stored({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'turn-sample-backup',
      namespace: 'demo',
      labels: { 'controller-uid': BC_UID },
      ownerReferences: [OWNER],
    },
    spec: { holderIdentity: holder },
    ...changes,
  });
}

/** What a healthy configuration sees of others. */
export const HEALTHY: readonly KubeObject[] = [
  namespace('demo'),
  namespace('kube-system'),
  storage('s3-storage'),
  retentionPolicy('keep'),
  addon('workload-addon'),
  moverFunction(),
  statefulSet(),
];

/** What a healthy configuration has made. */
export const MADE: readonly KubeObject[] = [
  repository(),
  cronJob(),
  ...triggerIdentity(configuration()).map((one) => stored(one)),
];

/** The request for these objects; every group that customize asked for is there, empty or not. */
export function request(
  parent: BackupConfiguration = configuration(),
  children: readonly KubeObject[] = MADE,
  related: readonly KubeObject[] = HEALTHY,
): SyncRequest<BackupConfiguration> {
  return { parent, children: mapOf(CHILD_KINDS, children), related: mapOf(RELATED_KINDS, related), finalizing: false };
}

function mapOf(kinds: readonly string[], objects: readonly KubeObject[]): ObjectMap {
  const map: Record<string, Record<string, KubeObject>> = Object.fromEntries(kinds.map((kind) => [kind, {}]));
  for (const object of objects) {
    const { name, namespace: inNamespace } = object.metadata;
    (map[kindOf(object)] ??= {})[inNamespace === undefined ? name : `${inNamespace}/${name}`] = object;
  }
  return map;
}
