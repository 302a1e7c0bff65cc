/** What happens in a scene: the objects, restic snapshots and locks that invariants look at. */
import { createHash } from 'node:crypto';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { NOW, objectOf, type Scene } from './invariants.ts';

export const ROOT = 'web/repository/v1/main/dump';

export function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A restic snapshot of these blobs on the disk, with its packs where `whole`; its id. */
export function stored(scene: Scene, uid: string, whole = true): string {
  const nodes = [...scene.volume.files].map(([path, { blob, sizeBytes }]) => ({
    path: `/data/${path}`,
    blob,
    sizeBytes,
  }));
  const blobs = ['tree', ...nodes.map((one) => one.blob)];
  const tags = [`metastash.dev/snapshot=${uid}`];
  const text = JSON.stringify({ time: new Date(NOW).toISOString(), tags, tree: 'tree', nodes });
  const pack = sha(uid);
  scene.disk.objects.set(`${ROOT}/snapshots/${sha(text)}`, { text, at: NOW, by: 'backup' });
  scene.disk.objects.set(`${ROOT}/index/${pack}`, { text: JSON.stringify({ [pack]: blobs }), at: NOW, by: 'backup' });
  if (whole) scene.disk.objects.set(`${ROOT}/data/${pack.slice(0, 2)}/${pack}`, { text: '', at: NOW, by: 'backup' });
  return sha(text);
}

export function snapshotOf(name: string, id: string, phase = 'Succeeded'): StoredObject {
  return objectOf('Snapshot', name, {
    spec: { repository: 'web', session: 'main', backupSession: 'run', appRef: { name: 'web' } },
    status: {
      phase,
      snapshotTime: `2026-01-05T11:00:0${name.length}Z`,
      components: { dump: { path: 'repository/v1/main/dump', resticStats: [{ summary: { id, hostPath: '/data' } }] } },
    },
  });
}

export function declared(scene: Scene, status: object = {}): void {
  scene.has(
    objectOf('BackupStorage', 'store', { spec: { storage: { local: { hostPath: { path: '/srv/store' } } } } }),
    objectOf('Repository', 'web', { spec: { storageRef: { name: 'store' }, path: 'web' }, status }),
  );
}

/** A good Snapshot whose restic snapshot is tagged for `uid`. */
export function succeeds(scene: Scene, whole = true, uid = 'uid-one'): void {
  declared(scene);
  scene.happens('ADDED', snapshotOf('one', stored(scene, uid, whole)));
}

export function removed(scene: Scene, uid: string, leaving: readonly string[]): void {
  declared(scene, { retentionPlan: leaving.map((one) => ({ uid: one })) });
  scene.changes('delete', `${ROOT}/snapshots/${stored(scene, uid)}`, 'forget');
}

export function lock(scene: Scene, process: string, exclusive: boolean, minutes = 0): string {
  const text = JSON.stringify({
    time: new Date(NOW - minutes * 60_000).toISOString(),
    exclusive,
    hostname: process,
    process,
  });
  const key = `${ROOT}/locks/${sha(text)}`;
  scene.disk.objects.set(key, { text, at: NOW, by: process });
  return key;
}

export function session(name: string, status: object): StoredObject {
  return objectOf('BackupSession', name, {
    spec: { session: 'main', invoker: { name: 'web' } },
    status,
    owner: objectOf('BackupConfiguration', 'web'),
  });
}

export const configuration = objectOf('BackupConfiguration', 'web', {
  spec: {
    sessions: [{ name: 'main', scheduler: { schedule: '0 3 * * *' }, repositories: [{ name: 'web-main' }] }],
  },
  status: { phase: 'Ready' },
});

export const cronJob = objectOf('CronJob', 'trigger-web-main', { spec: { schedule: '0 3 * * *' } });

export function job(name: string, owner: StoredObject, labels: Readonly<Record<string, string>>): StoredObject {
  return objectOf('Job', name, { owner, labels: { 'app.kubernetes.io/managed-by': 'metastash', ...labels } });
}

export const running = snapshotOf('one', sha('x'), 'Running');
export const JOB_KEY = { kind: 'Job', name: 'dump-1', namespace: 'shop' };

export function restores(scene: Scene, phase: string): void {
  const owner = objectOf('RestoreSession', 'back', { status: { phase } });
  scene.has(owner);
  scene.happens('ADDED', job('again', owner, { 'metastash.dev/task': 'restore' }));
}

export function reported(scene: Scene, run: number): void {
  scene.has(objectOf('TaskReport', 'dump-1', { spec: { run } }));
  const components = { dump: { jobName: 'dump-1', metastash: { run: 1, started: true } } };
  scene.happens('MODIFIED', objectOf('Snapshot', 'one', { status: { phase: 'Running', components } }));
}

export function ticked(scene: Scene, lastScheduleTime: string): void {
  scene.happens('MODIFIED', objectOf('BackupConfiguration', 'web', { spec: { paused: true } }));
  const labels = { 'kubestash.com/invoker-name': 'web' };
  scene.happens(
    'MODIFIED',
    objectOf('CronJob', 'trigger-web-main', { labels, spec: { suspend: true }, status: { lastScheduleTime } }),
  );
}

export function triggered(scene: Scene, name: string): void {
  const pod = { metadata: { labels: { 'batch.kubernetes.io/job-name': 'tick' } } };
  scene.watching.onStep?.({ pod } as never, 'api: create backupsessions');
  scene.happens('ADDED', session(name, {}));
}

export function rests(scene: Scene, ...objects: readonly StoredObject[]): void {
  scene.has(...objects);
  scene.watching.atRest?.();
}

export function calls(scene: Scene, count: number): void {
  for (let call = 0; call < count; call += 1) scene.watching.onAsked?.({ code: 500, hook: 'sync' } as never);
}

/** A hook that desires its Job, and `whenBlind` says whether also where it sees no storage, asked as often as samples need. */
export function asks(scene: Scene, whenBlind: boolean): void {
  const parent = objectOf('Snapshot', 'one');
  const child = job('dump-1', parent, {});
  const related = {
    'BackupStorage.storage.kubestash.com/v1alpha1': { 'shop/store': objectOf('BackupStorage', 'store') },
  };
  const request = { parent, children: { 'Job.batch/v1': { 'shop/dump-1': child } }, related, finalizing: false };
  const desired = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'dump-1' } };
  const sync = (view: typeof request): object => {
    const seesStorage = Object.keys(view.related['BackupStorage.storage.kubestash.com/v1alpha1']).length > 0;
    return { status: {}, children: seesStorage || whenBlind ? [desired] : [] };
  };
  const row = {
    kind: 'snapshot',
    controllerKind: 'CompositeController',
    parent: { apiVersion: parent.apiVersion, kind: 'Snapshot' },
    isClusterScoped: false,
    children: ['Job.batch/v1'],
    hooks: { sync },
  };
  const asked = { row, hook: 'sync', request, code: 200, answer: JSON.stringify(sync(request)) };
  for (let call = 0; call < 500; call += 1) scene.watching.onAsked?.(asked as never);
}

/** Metacontroller deletes a configuration's CronJob of this session. */
export function drops(scene: Scene, sessionName: string): void {
  const labels = { 'kubestash.com/session-name': sessionName };
  const cron = objectOf('CronJob', 'trigger-web-main', { owner: configuration, labels });
  scene.has(configuration, cron);
  scene.watching.onHostWrite?.('delete', { kind: 'CronJob', name: 'trigger-web-main', namespace: 'shop' });
}
