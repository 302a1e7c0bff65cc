/** A small cluster around one Snapshot, for tests: every object as the API server would show it, changed by overlays. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Snapshot, SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import type { ObjectMap, SyncRequest, SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { KIND, kindOf } from '../../../../hooks/kube/references.ts';

export const START = Date.parse('2026-01-05T02:15:00Z');
export const SNAPSHOT_UID = '5f0c1d3a-0001-4000-8000-000000000001';
export const ID_ONE = 'cb64ffb35297f15cd93cfedc280b7e10267aaef283626fa564a32f69468a6bc2';
export const ID_TWO = '489d5a7614daa663df0c69a53a36d353936b6c8be61b8472694eeabcedbde16f';

export type Overlay = { readonly [key: string]: unknown };
type Target = 'Deployment' | 'StatefulSet' | 'PersistentVolumeClaim' | 'DaemonSet';

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

export interface World {
  readonly snapshot: Snapshot;
  /** Everything that customize shows. */
  readonly others: readonly KubeObject[];
  readonly children: readonly KubeObject[];
}

const TARGETS: Readonly<Record<Target, KubeObject>> = {
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

/** A running session that lists the Snapshot, its Repository ready, and a target of this kind. */
export function world(target: Target = 'Deployment'): World {
  const isClaim = target === 'PersistentVolumeClaim';
  return { snapshot: snapshotOf(target), others: [...shared(isClaim), TARGETS[target]], children: [] };
}

/** The world with one of its objects changed, found by kind (and name, where there are several). */
export function changed(before: World, kind: string, overlay: Overlay, name?: string): World {
  const others = before.others.map((one) =>
    one.kind === kind && (name === undefined || one.metadata.name === name) ? overlaid(one, overlay) : one,
  );
  return { ...before, others };
}

/** The world without the objects of a kind. */
export function without(before: World, kind: string): World {
  return { ...before, others: before.others.filter((one) => one.kind !== kind) };
}

/** The world with the Snapshot changed. */
export function snapshotChanged(before: World, overlay: Overlay): World {
  return { ...before, snapshot: overlaid(before.snapshot, overlay) };
}

/** What Metacontroller would post for this world. */
export function requestOf({ snapshot, others, children }: World): SyncRequest<Snapshot> {
  const groups = [KIND.backupSession, KIND.backupConfiguration, KIND.repository, KIND.namespace, KIND.backupStorage];
  const target = others.find((one) => one.metadata.uid === 'target');
  const keys = [...groups, KIND.addon, KIND.function, ...(target === undefined ? [] : [kindOf(target)])];
  return {
    parent: snapshot,
    children: mapOf(children, [KIND.job, KIND.taskReport]),
    related: mapOf(others, keys),
    finalizing: false,
  };
}

/** The world after the host has applied an answer: status stored, children made and dropped, as the API server shows them. */
export function applied(before: World, answer: SyncResponse<SnapshotStatus>, now: number): World {
  const kept = before.children.filter((one) => answer.children.some((other) => isSame(one, other)));
  const made = answer.children.filter((one) => !before.children.some((other) => isSame(other, one)));
  const children = [...kept, ...made.map((one) => storedFrom(one, now))];
  const snapshot: Snapshot = {
    ...before.snapshot,
    status: { ...answer.status, observedGeneration: before.snapshot.metadata.generation ?? 1 },
  };
  return { ...before, snapshot, children };
}

/** The world in which the mover of a Job has written this into its report; the Job is finished where the report is. */
export function reported(before: World, jobName: string, status: Overlay): World {
  const phase = status['phase'];
  const end = phase === 'Succeeded' ? 'Complete' : phase === 'Failed' ? 'Failed' : undefined;
  const conditions = end === undefined ? [] : [{ type: end, status: 'True', lastTransitionTime: status['finishedAt'] }];
  return {
    ...before,
    children: before.children.map((one) => {
      if (one.metadata.name !== jobName) return one;
      return one.kind === 'Job' ? { ...one, status: { conditions } } : { ...one, status };
    }),
  };
}

/** A report that a mover has claimed. */
export function runningReport(seconds: number): Overlay {
  return { schemaVersion: 1, phase: 'Running', podUID: 'pod', startedAt: at(seconds), heartbeatAt: at(seconds) };
}

/** A report of a backup that went well. */
export function goodReport(seconds: number, id: string = ID_ONE, more: Overlay = {}): Overlay {
  return {
    ...runningReport(seconds),
    phase: 'Succeeded',
    finishedAt: at(seconds + 12),
    result: {
      backup: {
        paths: [
          {
            hostPath: '/srv/books',
            snapshotID: id,
            snapshotTime: at(seconds + 1),
            sizeBytes: 10_737_419,
            uploadedBytes: 10_739_516,
            files: 42,
            directories: 3,
            startedAt: at(seconds + 1),
            finishedAt: at(seconds + 10),
          },
        ],
        repositoryBytes: 10_739_516,
        integrity: true,
        manifestUploaded: true,
        ...more,
      },
    },
  };
}

/** A report of a failure. */
export function badReport(seconds: number, code: string, message: string, retryable: boolean): Overlay {
  return {
    ...runningReport(seconds),
    phase: 'Failed',
    finishedAt: at(seconds + 12),
    error: { code, message, retryable },
  };
}

function snapshotOf(target: Target): Snapshot {
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

function shared(isClaim: boolean): readonly KubeObject[] {
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

export function mapOf(objects: readonly KubeObject[], keys: readonly string[]): ObjectMap {
  return Object.fromEntries(
    keys.map((key) => [
      key,
      Object.fromEntries(
        objects
          .filter((one) => kindOf(one) === key)
          .map((one) => [[one.metadata.namespace, one.metadata.name].filter((part) => part).join('/'), one]),
      ),
    ]),
  );
}

function isSame(one: KubeObject | DesiredObject, other: KubeObject | DesiredObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

function storedFrom(desired: DesiredObject, now: number): KubeObject {
  const creationTimestamp = new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const uid = `uid-${desired.kind}-${desired.metadata.name}`;
  return { ...desired, metadata: { ...desired.metadata, uid, generation: 1, creationTimestamp } } as KubeObject;
}

function isMap(value: unknown): value is Overlay {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
