/** The objects around one Snapshot, as the API server would show them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Snapshot } from '../../../../hooks/generated/types/snapshot.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';

export const START = Date.parse('2026-01-05T02:15:00Z');
export const SNAPSHOT_UID = '5f0c1d3a-0001-4000-8000-000000000001';
export const ID_ONE = 'cb64ffb35297f15cd93cfedc280b7e10267aaef283626fa564a32f69468a6bc2';
export const ID_TWO = '489d5a7614daa663df0c69a53a36d353936b6c8be61b8472694eeabcedbde16f';

export type Overlay = { readonly [key: string]: unknown };
export type Target = 'Deployment' | 'StatefulSet' | 'PersistentVolumeClaim' | 'DaemonSet';

/** RFC 3339 text of an instant that lies so many seconds after START. */
export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** `base` with the fields of `overlay`, maps merged; undefined removes a field. */
export function overlaid<Value>(base: Value, overlay: Overlay): Value {
  const result: Record<string, unknown> = { ...(base as Overlay) };
  for (const [key, value] of Object.entries(overlay)) {
    const before = result[key];
    if (value === undefined) delete result[key];
    else if (isMap(before) && isMap(value)) result[key] = overlaid(before, value);
    else result[key] = value;
  }
  return result as Value;
}

export const TARGETS: Readonly<Record<Target, KubeObject>> = {
  Deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'library', namespace: 'demo', uid: 'target', creationTimestamp: at(-9000) },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'library' } },
      template: podTemplate([{ name: 'books', persistentVolumeClaim: { claimName: 'library-books' } }]),
    },
    status: { readyReplicas: 1 },
  },
  StatefulSet: {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'library', namespace: 'demo', uid: 'target', creationTimestamp: at(-9000) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'library' } },
      template: podTemplate([]),
      volumeClaimTemplates: [{ metadata: { name: 'books' } }],
    },
    status: { readyReplicas: 2 },
  },
  PersistentVolumeClaim: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'library', namespace: 'demo', uid: 'target', creationTimestamp: at(-9000) },
    spec: { accessModes: ['ReadWriteOnce'] },
  },
  DaemonSet: {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'library', namespace: 'demo', uid: 'target', creationTimestamp: at(-9000) },
    spec: {
      selector: { matchLabels: { app: 'library' } },
      template: podTemplate([{ name: 'books', hostPath: { path: '/srv/books' } }]),
    },
    status: { numberReady: 2 },
  },
};

/** The Snapshot that the session asked for. */
export function snapshotOf(target: Target): Snapshot {
  const apiGroup = target === 'PersistentVolumeClaim' ? '' : 'apps';
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: {
      name: 'library-library-nightly-1767579300',
      namespace: 'demo',
      uid: SNAPSHOT_UID,
      generation: 1,
      creationTimestamp: at(0),
      labels: {
        'kubestash.com/invoker-name': 'library',
        'kubestash.com/repo-name': 'library',
        'metastash.dev/backup-session': 'library-nightly-1767579300',
      },
      annotations: { 'metastash.dev/uid': SNAPSHOT_UID },
    },
    spec: {
      snapshotID: '01KE6B7F8000000000000000AA',
      type: 'FullBackup',
      repository: 'library',
      session: 'nightly',
      backupSession: 'library-nightly-1767579300',
      version: 'v1',
      appRef: { apiGroup, kind: target, name: 'library', namespace: 'demo' },
      deletionPolicy: 'Delete',
    },
  };
}

/** Session, configuration, Repository, storage, Namespaces and catalog. */
export function shared(isClaim: boolean): readonly KubeObject[] {
  const addon = isClaim ? 'pvc-addon' : 'workload-addon';
  const meta = (name: string): KubeObject['metadata'] => ({
    name,
    namespace: 'demo',
    uid: `uid-${name}`,
    generation: 1,
    creationTimestamp: at(-60),
  });
  return [
    {
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'BackupSession',
      metadata: meta('library-nightly-1767579300'),
      spec: {
        invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'library' },
        session: 'nightly',
      },
      status: {
        phase: 'Running',
        snapshots: [{ name: 'library-library-nightly-1767579300', phase: 'Pending', repository: 'library' }],
      },
    },
    {
      apiVersion: 'core.kubestash.com/v1alpha1',
      kind: 'BackupConfiguration',
      metadata: meta('library'),
      spec: {
        target: { apiGroup: isClaim ? '' : 'apps', kind: 'Deployment', name: 'library', namespace: 'demo' },
        sessions: [
          {
            name: 'nightly',
            scheduler: { schedule: '15 2 * * *', jobTemplate: {} },
            repositories: [{ name: 'library', directory: 'library' }],
            addon: {
              name: addon,
              tasks: [{ name: 'logical-backup', ...(isClaim ? {} : { params: { paths: '/srv/books' } }) }],
            },
          },
        ],
      },
    },
    {
      apiVersion: 'storage.kubestash.com/v1alpha1',
      kind: 'Repository',
      metadata: meta('library'),
      spec: {
        storageRef: { name: 'storage', namespace: 'demo' },
        path: 'library',
        encryptionSecret: { name: 'encrypt-secret', namespace: 'demo' },
      },
      status: { phase: 'Ready' },
    },
    {
      apiVersion: 'storage.kubestash.com/v1alpha1',
      kind: 'BackupStorage',
      metadata: meta('storage'),
      spec: { storage: { provider: 'local', local: { mountPath: '/backup', hostPath: { path: '/var/backups' } } } },
      status: { phase: 'Ready' },
    },
    namespace('demo'),
    namespace('kube-system'),
    ...catalog([
      `addon-${addon}`,
      isClaim ? 'function-pvc-backup' : 'function-workload-backup',
      'function-metastash-mover',
    ]),
  ];
}

/** Objects of our own catalog, so that tests meet what users install. */
export function catalog(files: readonly string[]): readonly KubeObject[] {
  return files.map((file) => {
    const path = fileURLToPath(new URL(`../../../../catalog/${file}.yaml`, import.meta.url));
    const object = parse(readFileSync(path, 'utf8')) as KubeObject;
    const { name } = object.metadata;
    return { ...object, metadata: { name, uid: `uid-${name}`, generation: 1, creationTimestamp: at(-9000) } };
  });
}

/** A living Namespace. */
export function namespace(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: at(-9000),
      labels: { 'kubernetes.io/metadata.name': name },
    },
    status: { phase: 'Active' },
  };
}

function podTemplate(volumes: readonly object[]): object {
  return {
    metadata: { labels: { app: 'library' } },
    spec: {
      containers: [{ name: 'server', volumeMounts: [{ name: 'books', mountPath: '/srv/books' }] }],
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

function isMap(value: unknown): value is Overlay {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
