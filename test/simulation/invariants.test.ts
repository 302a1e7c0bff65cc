/** Each invariant of the simulation fails where what it forbids happens, and is silent beside it: no rule is blind. */
import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { INVARIANTS } from '../../sandbox/simulation/invariants/catalogue.ts';
import { CANARY } from '../../sandbox/simulation/workload.ts';
import {
  JOB_KEY,
  ROOT,
  asks,
  configuration,
  cronJob,
  declared,
  drops,
  job,
  lock,
  removed,
  reported,
  restores,
  running,
  session,
  sha,
  snapshotOf,
  stored,
  succeeds,
  ticked,
  triggered,
} from './invariant-scenes.ts';
import { objectOf, said, type Case } from './invariants.ts';
import { LIVENESS_CASES } from './liveness-cases.ts';

const CASES: readonly Case[] = [
  {
    id: 'S01',
    says: /^Snapshot one is Succeeded, but blob .* is in no pack$/,
    play: (scene) => succeeds(scene, false),
    fine: (scene) => succeeds(scene),
  },
  {
    id: 'S02',
    says: /names restic snapshot .*, which is tagged metastash.dev\/snapshot=uid-other$/,
    play: (scene) => succeeds(scene, true, 'uid-other'),
    fine: (scene) => succeeds(scene),
  },
  {
    id: 'S03',
    says: /^BackupSession run is Succeeded with 0 of 1 repositories$/,
    play: (scene) => {
      scene.has(configuration);
      scene.happens('ADDED', session('run', {}));
      scene.happens('MODIFIED', session('run', { phase: 'Succeeded', snapshots: [] }), session('run', {}));
    },
    fine: (scene) => {
      scene.has(configuration);
      scene.happens('ADDED', session('run', {}));
      const snapshots = [{ name: 'one', phase: 'Succeeded' }];
      scene.happens('MODIFIED', session('run', { phase: 'Succeeded', snapshots }), session('run', {}));
    },
  },
  {
    id: 'S05',
    says: /^2 Snapshots of run in web$/,
    play: (scene) => {
      scene.has(snapshotOf('one', sha('x')));
      scene.happens('ADDED', snapshotOf('second', sha('y')));
    },
    fine: (scene) => scene.happens('ADDED', snapshotOf('one', sha('x'))),
  },
  {
    id: 'S06',
    says: /^the data of Snapshot one is removed, the newest good one of web$/,
    play: (scene) => {
      declared(scene);
      const id = stored(scene, 'uid-one');
      scene.has(snapshotOf('one', id));
      scene.changes('delete', `${ROOT}/snapshots/${id}`, 'forget');
    },
    fine: (scene) => {
      declared(scene);
      const id = stored(scene, 'uid-one');
      scene.has(snapshotOf('one', id), snapshotOf('newer', sha('newer')));
      scene.changes('delete', `${ROOT}/snapshots/${id}`, 'forget');
    },
  },
  {
    id: 'S07',
    says: /of Snapshot uid-one, which no published plan lists$/,
    play: (scene) => removed(scene, 'uid-one', ['uid-other']),
    fine: (scene) => removed(scene, 'uid-one', ['uid-one']),
  },
  {
    id: 'S08',
    says: /^prune deletes .* while 2 locks are held$/,
    play: (scene) => {
      lock(scene, 'prune', true);
      lock(scene, 'backup', false);
      scene.changes('delete', `${ROOT}/data/aa/aa`, 'prune');
    },
    fine: (scene) => {
      lock(scene, 'prune', true);
      scene.changes('delete', `${ROOT}/data/aa/aa`, 'prune');
    },
  },
  {
    id: 'S09',
    says: /^mover \(backup\) deletes web\/snapshots\/one.yaml$/,
    play: (scene) => {
      scene.processes.set('1', { name: 'mover', isAlive: true, task: { task: 'backup' } });
      scene.changes('delete', 'web/snapshots/one.yaml', 'mover');
    },
    fine: (scene) => {
      scene.processes.set('1', { name: 'mover', isAlive: true, task: { task: 'forget' } });
      scene.changes('delete', 'web/snapshots/one.yaml', 'mover');
    },
  },
  {
    id: 'S10',
    says: /^other removes the lock of mover, which is alive$/,
    play: (scene) => {
      scene.processes.set('1', { name: 'mover', isAlive: true, task: { task: 'backup' } });
      scene.changes('delete', lock(scene, 'mover', false, 40), 'other');
    },
    fine: (scene) => scene.changes('delete', lock(scene, 'mover', false, 40), 'other'),
  },
  {
    id: 'S11',
    says: /^init makes a repository at .*, where there are 3 objects$/,
    play: (scene) => {
      stored(scene, 'uid-one');
      scene.changes('put', `${ROOT}/config`, 'init');
    },
    fine: (scene) => scene.changes('put', `${ROOT}/config`, 'init'),
  },
  {
    id: 'S12',
    says: /^Job again is made for RestoreSession back, which is Failed$/,
    play: (scene) => restores(scene, 'Failed'),
    fine: (scene) => restores(scene, 'Running'),
  },
  {
    id: 'S14',
    says: /^BackupSession first and BackupSession second run at once$/,
    play: (scene) => {
      scene.has(session('first', { phase: 'Running' }));
      scene.happens('MODIFIED', session('second', { phase: 'Running' }));
    },
    fine: (scene) => {
      scene.has(session('first', { phase: 'Succeeded' }));
      scene.happens('MODIFIED', session('second', { phase: 'Running' }));
    },
  },
  {
    id: 'S16',
    says: /^BackupSession run went from Failed to Running$/,
    play: (scene) =>
      scene.happens('MODIFIED', session('run', { phase: 'Running' }), session('run', { phase: 'Failed' })),
    fine: (scene) =>
      scene.happens('MODIFIED', session('run', { phase: 'Failed' }), session('run', { phase: 'Running' })),
  },
  {
    id: 'S17',
    says: /^Job dump-1 is dropped while Snapshot one is Running and does not say how it ended$/,
    play: (scene) => {
      scene.has(running, job('dump-1', running, { 'metastash.dev/component': 'dump', 'metastash.dev/task': 'backup' }));
      scene.watching.onHostWrite?.('delete', JOB_KEY);
    },
    fine: (scene) => {
      const ended = { ...running, status: { phase: 'Succeeded' } } as unknown as StoredObject;
      scene.has(ended, job('dump-1', ended, { 'metastash.dev/component': 'dump', 'metastash.dev/task': 'backup' }));
      scene.watching.onHostWrite?.('delete', JOB_KEY);
    },
  },
  {
    id: 'S18',
    says: /^attempt 1 of dump of Snapshot one is told by the report of attempt 0$/,
    play: (scene) => reported(scene, 0),
    fine: (scene) => reported(scene, 1),
  },
  {
    id: 'S20',
    says: /^Metacontroller updates CronJob trigger-web-main at rest$/,
    play: (scene) => {
      scene.watching.atRest?.();
      scene.watching.onHostWrite?.('update', cronJob);
    },
    fine: (scene) => {
      scene.watching.onHostWrite?.('update', cronJob);
      scene.watching.atRest?.();
    },
  },
  {
    id: 'S21',
    says: /^snapshot drops Job\.batch\/v1 dump-1 when it sees no BackupStorage\./,
    play: (scene) => asks(scene, false),
    fine: (scene) => asks(scene, true),
  },
  {
    id: 'S22',
    says: /^Metacontroller deletes CronJob trigger-web-main of BackupConfiguration web, which is not deleted itself$/,
    play: (scene) => drops(scene, 'main'),
    fine: (scene) => drops(scene, 'gone'),
  },
  {
    id: 'S23',
    says: /^Metacontroller updates Secret shop\/mine$/,
    play: (scene) => scene.watching.onHostWrite?.('update', objectOf('Secret', 'mine')),
    fine: (scene) => scene.watching.onHostWrite?.('update', cronJob),
  },
  {
    id: 'S24',
    says: /^CronJob trigger-web-main ticked while it was suspended$/,
    play: (scene) => ticked(scene, '2026-01-05T12:30:00Z'),
    fine: (scene) => ticked(scene, '2026-01-05T11:30:00Z'),
  },
  {
    id: 'S25',
    says: /^the tick of Job tick made run-1 and run-2$/,
    play: (scene) => ['run-1', 'run-2'].forEach((name) => triggered(scene, name)),
    fine: (scene) => ['run-1', 'run-1'].forEach((name) => triggered(scene, name)),
  },
  {
    id: 'S28',
    says: /^BackupStorage store holds a Secret's bytes$/,
    play: (scene) => {
      scene.has(objectOf('BackupStorage', 'store', { status: { message: `wrong key ${CANARY}` } }));
      scene.watching.atRest?.();
    },
    fine: (scene) => {
      scene.has(objectOf('Secret', 'keys', { spec: { data: CANARY } }));
      scene.watching.atRest?.();
    },
  },
  ...LIVENESS_CASES,
];

describe('the invariants', () => {
  for (const { id, says, play, fine } of CASES) {
    it(`${id} is seen to fail: ${says.source}`, () => {
      const messages = said(id, play);
      assert.ok(
        messages.some((one) => says.test(one)),
        `said: ${messages.join(' | ') || 'nothing'}`,
      );
      assert.deepEqual(said(id, fine), [], 'with nothing wrong');
    });
  }

  it('have a case each', () => {
    const covered = new Set(CASES.map((one) => one.id));
    assert.deepEqual(
      [...new Set(INVARIANTS.map((one) => one.id))].filter((id) => !covered.has(id)),
      [],
    );
  });
});
