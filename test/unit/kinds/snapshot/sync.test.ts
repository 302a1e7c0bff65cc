import assert from 'node:assert/strict';
import { customizeSnapshot } from '../../../../hooks/kinds/snapshot/customize.ts';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import { jobsIn, jobNamed, reachedJobs, readyOf, synced } from './steps.ts';
import * as the from './world.ts';
import { at, START } from './world.ts';

const MINUTE = 60_000;

describe('Snapshot: from the list of components to their Jobs', () => {
  it('lists the components as Pending before any Job exists', () => {
    const answer = syncSnapshot(the.requestOf(the.world('StatefulSet')), START);
    assert.deepEqual(Object.keys(answer.status.components ?? {}), ['dump-pod-0', 'dump-pod-1']);
    assert.deepEqual(
      Object.values(answer.status.components ?? {}).map((one) => one.phase),
      ['Pending', 'Pending'],
    );
    assert.equal(answer.status.totalComponents, 2);
    assert.deepEqual(answer.children, []);
  });

  it('makes one Job and one report per component that stands in the observed status', () => {
    const world = synced(the.world('StatefulSet'), START);
    const answer = syncSnapshot(the.requestOf(world), START);
    assert.deepEqual(answer.children.map((one) => one.kind).sort(), ['Job', 'Job', 'TaskReport', 'TaskReport']);
    assert.equal(new Set(answer.children.map((one) => one.metadata.name)).size, 2);
  });

  it('keeps Jobs of which its own, older view knows nothing: a restarted host may see the past (faults.md F10)', () => {
    const running = reachedJobs('Deployment');
    const before = { ...running, snapshot: the.world('Deployment').snapshot };
    const names = running.children.map((one) => one.metadata.name);
    assert.ok(names.length > 0);
    const answer = syncSnapshot(the.requestOf(before), START + 1000);
    assert.deepEqual(answer.children.map((one) => one.metadata.name).sort(), [...names].sort());
  });

  it('keeps the list when the target is scaled while it runs', () => {
    const scaled = the.changed(reachedJobs('StatefulSet'), 'StatefulSet', { spec: { replicas: 5 } });
    const answer = syncSnapshot(the.requestOf(scaled), START + 1000);
    assert.deepEqual(Object.keys(answer.status.components ?? {}), ['dump-pod-0', 'dump-pod-1']);
  });

  it('asks where a claim is mounted before it backs it up', () => {
    const listed = synced(the.world('PersistentVolumeClaim'), START);
    const locating = synced(listed, START);
    assert.deepEqual(jobsIn(locating), ['locate']);
    const located = the.reported(locating, jobNamed(locating, 'locate'), {
      ...the.runningReport(1),
      phase: 'Succeeded',
      finishedAt: at(2),
      result: { located: { components: [{ component: 'dump', node: 'n7', pod: 'reader' }] } },
    });
    const placed = synced(located, START + 3000);
    assert.equal(placed.snapshot.status?.components?.['dump']?.nodeName, 'n7');
    const running = synced(placed, START + 3000);
    assert.deepEqual(jobsIn(running), ['backup', 'locate']);
    const job = running.children.find((one) => one.metadata.name === jobNamed(running, 'backup') && one.kind === 'Job');
    assert.match(JSON.stringify(job?.spec), /"metadata.name","operator":"In","values":\["n7"\]/);
  });

  it('lists the nodes of a DaemonSet from what the locate Job found', () => {
    const locating = synced(synced(the.world('DaemonSet'), START), START);
    const located = the.reported(locating, jobNamed(locating, 'locate'), {
      ...the.runningReport(1),
      phase: 'Succeeded',
      finishedAt: at(2),
      result: {
        located: {
          components: [
            { component: 'dump-n2', node: 'n2' },
            { component: 'dump-n1', node: 'n1' },
          ],
        },
      },
    });
    const answer = syncSnapshot(the.requestOf(located), START + 3000);
    assert.deepEqual(Object.keys(answer.status.components ?? {}), ['dump-n1', 'dump-n2']);
  });

  it('fails when the target turns out to have no Pod at all', () => {
    const locating = synced(synced(the.world('DaemonSet'), START), START);
    const located = the.reported(locating, jobNamed(locating, 'locate'), {
      ...the.runningReport(1),
      phase: 'Succeeded',
      finishedAt: at(2),
      result: { located: { components: [] } },
    });
    const { status } = syncSnapshot(the.requestOf(located), START + 3000);
    assert.equal(status.phase, 'Failed');
    assert.equal(conditionOf(status, 'BackupIncomplete')?.reason, 'TargetHasNoComponents');
  });
});

describe('Snapshot: what becomes of its components', () => {
  it('is Succeeded with ids, sizes and times from the report, and drops its bookkeeping', () => {
    const world = reachedJobs('Deployment');
    const { status } = syncSnapshot(
      the.requestOf(the.reported(world, jobNamed(world, 'backup'), the.goodReport(10))),
      START + 30_000,
    );
    assert.equal(status.phase, 'Succeeded');
    const component = status.components?.['dump'];
    assert.equal(component?.path, 'repository/v1/nightly/dump');
    assert.equal(component?.duration, '12s');
    assert.deepEqual(component?.resticStats?.[0]?.summary, {
      id: the.ID_ONE,
      uploaded: '10.242 MiB',
      hostPath: '/srv/books',
      size: '10.240 MiB',
      startTime: at(11),
      endTime: at(20),
    });
    assert.deepEqual([status.size, status.integrity, status.snapshotTime], ['10.242 MiB', true, at(11)]);
    assert.equal(conditionOf(status, 'SnapshotMetadataUploaded')?.status, 'True');
    assert.equal(status.metastash, undefined);
    assert.equal(component?.metastash, undefined);
  });

  it('waits for the Repository to store the manifest of several components without holding up the phase', () => {
    const world = reachedJobs('StatefulSet');
    const done = world.children
      .filter((one) => one.kind === 'Job')
      .reduce((before, job) => the.reported(before, job.metadata.name, the.goodReport(10)), world);
    const ended = synced(done, START + 30_000);
    assert.equal(ended.snapshot.status?.phase, 'Succeeded');
    const pending = conditionOf(ended.snapshot.status, 'SnapshotMetadataUploaded');
    assert.deepEqual([pending?.status, pending?.reason], ['Unknown', 'UploadPending']);
    assert.deepEqual(
      customizeSnapshot({ parent: ended.snapshot }, START).relatedResources.map((one) => one.resource),
      ['repositories'],
    );
    const stored = the.changed(ended, 'Repository', {
      status: {
        metastash: { uploaded: [ended.snapshot.metadata.name] },
      },
    });
    const { status } = syncSnapshot(the.requestOf(stored), START + 60_000);
    assert.equal(conditionOf(status, 'SnapshotMetadataUploaded')?.status, 'True');
    assert.equal(status.phase, 'Succeeded');
  });

  it('sees the one storage that its Repository wrote down, and all where nobody did or what is there cannot be read', () => {
    const asked = (storage?: string): object | undefined => {
      const annotations = storage === undefined ? {} : { 'metastash.dev/storage': storage };
      const { snapshot } = the.snapshotChanged(reachedJobs('Deployment'), { metadata: { annotations } });
      return customizeSnapshot({ parent: snapshot }, START).relatedResources.find(
        (one) => one.resource === 'backupstorages',
      );
    };
    const all = { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'backupstorages' };
    assert.deepEqual(asked('vault/main'), { ...all, namespace: 'vault', names: ['main'] });
    for (const storage of [undefined, '', '/', 'main', 'vault/', '/main', 'a/b/c'])
      assert.deepEqual(asked(storage), all);
  });

  it('says that a source was empty, and is then no choice for latest', () => {
    const world = reachedJobs('Deployment');
    const report = the.goodReport(10, the.ID_ONE, {
      paths: [{ hostPath: '/srv/books', snapshotID: the.ID_ONE, snapshotTime: at(11), empty: true }],
    });
    const { status } = syncSnapshot(
      the.requestOf(the.reported(world, jobNamed(world, 'backup'), report)),
      START + 30_000,
    );
    assert.equal(status.phase, 'Succeeded');
    assert.equal(conditionOf(status, 'SourceEmpty')?.status, 'True');
    assert.match(status.suspectReason ?? '', /no file at all was found in \/srv\/books \(component dump\)/);
    assert.equal(status.suspect, true);
  });

  const FAILURES: readonly (readonly [name: string, report: the.Overlay, error: RegExp])[] = [
    [
      'a report of success with an id that is none is unreadable, not Succeeded',
      the.goodReport(10, 'deadbeef'),
      /^ResultUnreadable: the mover reported success without restic snapshots that can be read$/,
    ],
    [
      'files that could not be read fail the component, named and counted',
      the.goodReport(10, the.ID_ONE, { unreadable: { count: 12, names: ['/srv/books/a', '/srv/books/b'] } }),
      /^SourceUnreadable: 12 files could not be read: \/srv\/books\/a, \/srv\/books\/b and 10 more$/,
    ],
    [
      'a repository that did not pass its check fails the component',
      the.goodReport(10, the.ID_ONE, { integrity: false }),
      /^IntegrityCheckFailed: restic check found damage/,
    ],
    [
      'a failure that another attempt cannot cure is final at once',
      the.badReport(10, 'WrongPassword', 'Secret encrypt-secret does not open the repository', false),
      /^WrongPassword: Secret encrypt-secret does not open the repository$/,
    ],
  ];
  for (const [name, report, error] of FAILURES) {
    it(name, () => {
      let world = reachedJobs('Deployment');
      for (let attempt = 0; attempt < 3 && world.snapshot.status?.phase === 'Running'; attempt += 1) {
        const later = START + (attempt + 1) * 2 * MINUTE;
        world = synced(the.reported(world, jobNamed(world, 'backup', attempt), report), later);
        world = synced(synced(world, later), later + MINUTE);
      }
      assert.equal(world.snapshot.status?.phase, 'Failed');
      assert.match(world.snapshot.status?.components?.['dump']?.error ?? '', error);
    });
  }

  it('tries again under another name, a while after the failure stands in the observed status, and no more than twice', () => {
    let world = reachedJobs('Deployment');
    const names = new Set<string>();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const name = jobNamed(world, 'backup', attempt);
      names.add(name);
      world = the.reported(world, name, the.badReport(10, 'ResticFailed', 'unexpected end of file', true));
      const failedAt = START + (attempt + 1) * 2 * MINUTE;
      const pause = attempt === 0 ? 30_000 : MINUTE;
      for (const now of attempt === 2 ? [] : [failedAt, failedAt + pause - 1000]) {
        const answer = syncSnapshot(the.requestOf(world), now);
        const jobs = answer.children.filter((one) => one.kind === 'Job');
        assert.equal(jobs.length, attempt + 1, 'no new Job beside the failure, nor before its time');
        world = the.applied(world, answer, now);
      }
      world = synced(world, failedAt + pause);
    }
    assert.equal(names.size, 3);
    assert.equal(world.snapshot.status?.phase, 'Failed');
    assert.equal(world.snapshot.status?.components?.['dump']?.attempts, 3);
  });

  it('asks a diagnose Job after two minutes of silence and shows what it found', () => {
    const silent = synced(reachedJobs('Deployment'), START + 3 * MINUTE);
    assert.deepEqual(jobsIn(silent), ['backup', 'diagnose']);
    const told = the.reported(silent, jobNamed(silent, 'diagnose'), {
      ...the.runningReport(185),
      phase: 'Succeeded',
      finishedAt: at(190),
      result: { diagnosis: { reason: 'Unschedulable', message: '0/3 nodes have enough memory' } },
    });
    const { status } = syncSnapshot(the.requestOf(told), START + 4 * MINUTE);
    assert.equal(readyOf(status), 'Unschedulable: 0/3 nodes have enough memory');
    const late = syncSnapshot(the.requestOf(told), START + 31 * MINUTE).status;
    assert.equal(late.phase, 'Failed');
    assert.match(late.components?.['dump']?.error ?? '', /^Unschedulable: .*0\/3 nodes have enough memory/);
    assert.equal(conditionOf(late, 'BackupIncomplete')?.reason, 'BackupExecutorTerminatedBeforeCompletion');
  });

  it('fails a component whose Job somebody deleted, and never makes that Job again', () => {
    const seen = synced(reachedJobs('Deployment'), START + 15_000);
    const deleted = { ...seen, children: [] };
    const first = syncSnapshot(the.requestOf(deleted), START + 20_000);
    assert.deepEqual(
      first.children.filter((one) => one.kind === 'Job'),
      [],
    );
    const later = the.applied(deleted, first, START + 20_000);
    const { status } = syncSnapshot(the.requestOf(later), START + 3 * MINUTE);
    assert.match(status.components?.['dump']?.error ?? '', /^JobDeleted: its Job was deleted before it ended/);
  });

  it('writes nothing when its Job comes to be, and makes one again that vanishes before its mover spoke', () => {
    const listed = reachedJobs('Deployment');
    const seen = synced(listed, START + 5000);
    assert.deepEqual(seen.snapshot.status, listed.snapshot.status);
    const again = syncSnapshot(the.requestOf({ ...seen, children: [] }), START + 6000);
    assert.deepEqual(
      again.children.filter((one) => one.kind === 'Job').map((one) => one.metadata.name),
      [jobNamed(seen, 'backup')],
    );
  });
});
