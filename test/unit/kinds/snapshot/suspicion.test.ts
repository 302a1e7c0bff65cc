import assert from 'node:assert/strict';
import type { SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import { jobNamed, reachedJobs } from './steps.ts';
import * as the from './world.ts';
import { START } from './world.ts';

const ALLOW = 'metastash.dev/allow-shrink';
const LAST_GOOD = {
  'repository/v1/nightly/dump': {
    snapshot: 'monday',
    at: '2026-01-04T02:15:00Z',
    paths: [{ hostPath: '/srv/books', files: 100, bytes: 10_000_000 }],
  },
};
type Change = (world: the.World) => the.World;

/** The status once the mover has reported 42 files of 10 MB, where the last good Snapshot found 100. */
function ended(change: Change = (world) => world, lastGood: unknown = LAST_GOOD): SnapshotStatus {
  const measured = the.changed(reachedJobs('Deployment'), 'Repository', { status: { metastash: { lastGood } } });
  const world = change(measured);
  return syncSnapshot(the.requestOf(the.reported(world, jobNamed(world, 'backup'), the.goodReport(10))), START + 30_000)
    .status;
}

const annotated =
  (kind: string, value: string): Change =>
  (world) =>
    the.changed(world, kind, { metadata: { annotations: { [ALLOW]: value } } });

describe('a Snapshot that found much less than the last good one', () => {
  it('Succeeded, is suspect, and says why and how to accept it', () => {
    const status = ended();
    const reason = '100 files of Snapshot monday became 42, more than 50 % are gone (component dump)';
    assert.deepEqual([status.phase, status.suspect, status.suspectReason], ['Succeeded', true, reason]);
    const { status: is, message } = conditionOf(status, 'Suspect') ?? {};
    assert.equal(is, 'True');
    assert.match(message ?? '', /kubectl annotate snapshot -n demo \S+ metastash\.dev\/allow-shrink=true$/);
    assert.equal(conditionOf(status, 'Ready')?.message, `1 component saved, but suspect: ${reason}`);
  });

  const trusted: readonly (readonly [when: string, change: Change, lastGood?: unknown])[] = [
    ['its session allows it', annotated('BackupSession', '60%')],
    ['its BackupConfiguration allows it', annotated('BackupConfiguration', 'true')],
    ['there is no good Snapshot to compare with', (world) => world, undefined],
    ['the record of the last good one is garbage', (world) => world, { 'repository/v1/nightly/dump': [7] }],
    ['only another component shrank', (world) => world, { 'repository/v1/nightly/dump-pod-0': LAST_GOOD }],
  ];
  for (const [when, change, lastGood] of trusted) {
    it(`is trusted when ${when}`, () => {
      const status = ended(change, lastGood === undefined && !when.startsWith('its') ? {} : (lastGood ?? LAST_GOOD));
      assert.deepEqual([status.phase, status.suspect], ['Succeeded', undefined]);
      assert.equal(conditionOf(status, 'Suspect'), undefined);
    });
  }

  it('is judged by the default, and says so, when the annotation cannot be read', () => {
    assert.match(
      ended(annotated('BackupConfiguration', 'a bit')).suspectReason ?? '',
      /; annotation metastash\.dev\/allow-shrink is ignored: "a bit" is neither true nor a share such as 80%$/,
    );
  });

  it('hands the same measure to the mover that stores the manifest', () => {
    const listed = the.changed(reachedJobs('Deployment'), 'Repository', {
      status: { metastash: { lastGood: LAST_GOOD } },
    });
    const answer = syncSnapshot(the.requestOf({ ...listed, children: [] }), START);
    const job = answer.children.find((one) => one.kind === 'Job');
    const { env } = JSON.parse(JSON.stringify(job)).spec.template.spec.containers[0];
    const task = JSON.parse(env.find((one: { name: string }) => one.name === 'METASTASH_TASK').value);
    const { snapshot, paths } = LAST_GOOD['repository/v1/nightly/dump'];
    assert.deepEqual(task.judgement, { allowedShrinkPercent: 50, reference: { snapshot, paths } });
  });

  it('is suspect no more once its user accepts it, and stays so', () => {
    const before = { ...reachedJobs('Deployment'), children: [] };
    const accepted = the.snapshotChanged(before, { metadata: { annotations: { [ALLOW]: 'true' } } });
    const of = (status: SnapshotStatus, world: the.World): SnapshotStatus =>
      syncSnapshot(the.requestOf({ ...world, snapshot: { ...world.snapshot, status } }), START + 60_000).status;
    const suspect = of(ended(), before);
    assert.equal(suspect.suspect, true);
    const good = of(suspect, accepted);
    assert.deepEqual([good.phase, good.suspect, good.suspectReason], ['Succeeded', undefined, undefined]);
    assert.equal(conditionOf(good, 'Suspect')?.status, 'False');
    assert.match(conditionOf(good, 'Ready')?.message ?? '', /^saved; accepted by annotation/);
    assert.deepEqual(of(good, before), good);
  });
});

describe('an imported Snapshot', () => {
  const imported = (stored: unknown): SnapshotStatus =>
    syncSnapshot(
      the.requestOf(
        the.snapshotChanged(the.world(), {
          metadata: { annotations: { 'metastash.dev/imported': JSON.stringify(stored) } },
        }),
      ),
      START,
    ).status;
  const summary = { id: the.ID_ONE, hostPath: '/srv', size: '12 B', startTime: '2025-12-01T00:00:00.123Z' };
  const dump = { phase: 'Succeeded', path: 'p', resticStats: [{ summary, progress: { totalFiles: 3 } }] };

  it('is Failed where the storage does not hold its data any more', () => {
    const lost = [`repository/v1/nightly/dump: ${the.ID_ONE}`];
    const status = imported({ phase: 'Succeeded', components: { dump }, lost });
    assert.equal(status.phase, 'Failed');
    const { reason, message } = conditionOf(status, 'Ready') ?? {};
    assert.equal(reason, 'DataLost');
    assert.equal(message, `the storage does not hold the data any more that the stored Snapshot names: ${lost.join()}`);
  });

  it('stays suspect where it was, until it is accepted', () => {
    const status = imported({ phase: 'Succeeded', components: { dump }, suspect: true, suspectReason: 'it shrank' });
    assert.deepEqual([status.phase, status.suspect, status.suspectReason], ['Succeeded', true, 'it shrank']);
  });

  it('takes over nothing that the API server would refuse or drop', () => {
    const odd = { ...dump, driver: 'Restic', size: 7, integrity: 'yes', jobName: 'x', metastash: {}, nodeName: 'n' };
    assert.deepEqual(imported({ phase: 'Succeeded', components: { dump: odd } }).components, {
      dump: {
        path: 'p',
        nodeName: 'n',
        phase: 'Succeeded',
        driver: 'Restic',
        resticStats: [
          {
            summary: { id: the.ID_ONE, hostPath: '/srv', size: '12 B', startTime: '2025-12-01T00:00:00Z' },
            progress: { totalFiles: 3 },
          },
        ],
      },
    });
  });
});
