/** A BackupStorage, the cluster around it, and what its Jobs leave behind. */
import type { BackupStorage } from '../../../../hooks/generated/types/backupstorage.ts';
import { initJobName, placeOf } from '../../../../hooks/kinds/backupstorage/init-record.ts';
import { storageIdentity } from '../../../../hooks/kinds/backupstorage/init-job.ts';
import type { ObjectMap, SyncRequest } from '../../../../hooks/kube/metacontroller.ts';
import type { KubeObject, ObjectMeta } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';

export const NOW = Date.parse('2026-01-05T02:00:00Z');
const CHILD_KINDS = [KIND.job, KIND.taskReport, KIND.serviceAccount, KIND.role, KIND.roleBinding];
const RELATED_KINDS = [KIND.namespace, KIND.backupStorage, KIND.function];

/** An object with the metadata that the API server always sets. */
export function stored(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
  readonly [field: string]: unknown;
}): KubeObject {
  const { kind, metadata } = object;
  const uid = `${kind.toLowerCase()}-${metadata.name}`;
  return { ...object, metadata: { uid, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata } };
}

export const S3 = {
  provider: 's3',
  s3: { endpoint: 'https://s3.example.com', bucket: 'backups', prefix: 'demo', secretName: 's3-secret' },
};
export const LOCAL = { provider: 'local', local: { mountPath: '/safe/data', hostPath: { path: '/data/backups' } } };

/** The sample; `spec` replaces whole fields of its spec, `rest` of the object. */
export function storage(
  spec: object = {},
  rest: { readonly metadata?: object; readonly status?: object } = {},
): BackupStorage {
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'BackupStorage',
    spec: { storage: S3, ...spec },
    ...rest,
    metadata: {
      name: 's3-storage',
      namespace: 'demo',
      uid: 'storage-uid',
      generation: 1,
      creationTimestamp: '2026-01-05T01:00:00Z',
      ...rest.metadata,
    },
  } as BackupStorage;
}

export function namespace(name: string, changes: object = {}): KubeObject {
  return stored({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' }, ...changes });
}

export const AROUND: readonly KubeObject[] = [
  namespace('demo'),
  namespace('kube-system'),
  stored({
    apiVersion: 'addons.kubestash.com/v1alpha1',
    kind: 'Function',
    metadata: { name: 'metastash-mover' },
    spec: { image: 'metastash/mover:v0.1.0' },
  }),
];

/** Name of the sample's init Job of this attempt. */
export function jobName(run: number, parent: BackupStorage = storage()): string {
  return initJobName(parent, { place: placeOf(parent), run: { run, since: '2026-01-05T02:00:00Z' } });
}

export function identities(parent: BackupStorage = storage()): readonly KubeObject[] {
  return storageIdentity(parent).map((one) => stored(one));
}

/** The Job of an attempt, made at this time. */
export function job(run: number, status: object = {}, creationTimestamp: string = '2026-01-05T01:59:00Z'): KubeObject {
  return stored({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(run), namespace: 'demo', creationTimestamp },
    spec: {},
    status,
  });
}

/** The TaskReport of an attempt. */
export function report(run: number, status?: object): KubeObject {
  return stored({
    apiVersion: 'metastash.dev/v1alpha1',
    kind: 'TaskReport',
    metadata: { name: jobName(run), namespace: 'demo', creationTimestamp: '2026-01-05T01:59:00Z' },
    spec: { task: 'init-storage', jobName: jobName(run), run },
    ...(status === undefined
      ? {}
      : {
          status: {
            schemaVersion: 1,
            podUID: 'pod-1',
            startedAt: '2026-01-05T01:59:10Z',
            heartbeatAt: '2026-01-05T01:59:20Z',
            ...status,
          },
        }),
  });
}

export const SUCCEEDED = {
  phase: 'Succeeded',
  finishedAt: '2026-01-05T01:59:20Z',
  result: { storage: { created: true, repositories: [] } },
};

export function failedWith(code: string, message: string): object {
  return { phase: 'Failed', finishedAt: '2026-01-05T01:59:50Z', error: { code, message, retryable: true } };
}

/** A status whose record says this of the sample's place. */
export function withRecord(record: object, rest: object = {}): { readonly status: object } {
  return {
    status: {
      ...rest,
      metastash: { init: { place: placeOf(storage()), run: { run: 0, since: '2026-01-05T01:59:00Z' }, ...record } },
    },
  };
}

/** The request for these objects; every group is there, empty or not. */
export function request(
  parent: BackupStorage = storage(),
  children: readonly KubeObject[] = [],
  related: readonly KubeObject[] = AROUND,
): SyncRequest<BackupStorage> {
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
