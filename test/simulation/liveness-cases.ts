/** Scenes in which something does not come to be, for invariants.test.ts. */
import {
  calls,
  configuration,
  cronJob,
  declared,
  job,
  rests,
  running,
  session,
  snapshotOf,
  stored,
  succeeds,
} from './invariant-scenes.ts';
import { NOW, objectOf, type Case, type Scene } from './invariants.ts';

export const LIVENESS_CASES: readonly Case[] = [
  {
    id: 'L01',
    says: /^BackupSession run is Running/,
    play: (scene) => rests(scene, session('run', { phase: 'Running' })),
    fine: (scene) => rests(scene, session('run', { phase: 'Skipped' })),
  },
  {
    id: 'L02',
    says: /^session main of web has 0 CronJobs$/,
    play: (scene) => rests(scene, configuration, objectOf('Repository', 'web-main', { status: { phase: 'Ready' } })),
    fine: (scene) =>
      rests(scene, configuration, cronJob, objectOf('Repository', 'web-main', { status: { phase: 'Ready' } })),
  },
  {
    id: 'L03',
    says: /^BackupSession run is Failed/,
    play: (scene) => scene.watching.atProbe?.(session('run', { phase: 'Failed' })),
    fine: (scene) => scene.watching.atProbe?.(session('run', { phase: 'Succeeded' })),
  },
  {
    id: 'L04',
    says: /^Snapshot old is deleted since .*, held by example.com\/held$/,
    play: (scene) => rests(scene, objectOf('Snapshot', 'old', { deletionTimestamp: '2026-01-05T10:00:00Z' })),
    fine: (scene) => rests(scene, objectOf('Snapshot', 'old')),
  },
  {
    id: 'L08',
    says: /^4000 hook calls within a minute$/,
    play: (scene) => calls(scene, 4000),
    fine: (scene) => calls(scene, 3999),
  },
  {
    id: 'L10',
    says: /^Job left outlives its owner one$/,
    play: (scene: Scene): void => {
      scene.has(job('left', running, {}));
      scene.watching.atEnd?.();
    },
    fine: (scene: Scene): void => {
      scene.has(running, job('left', running, {}));
      scene.watching.atEnd?.();
    },
  },
  {
    id: 'L14',
    says: /^Snapshot one dump holds 3 files, the source never was in that state$/,
    play: (scene: Scene): void => {
      declared(scene);
      const id = stored(scene, 'uid-one');
      scene.volume.change(NOW - 3600_000, 'data/new', 'new');
      scene.happens('ADDED', snapshotOf('one', id));
    },
    fine: (scene) => succeeds(scene),
  },
];
