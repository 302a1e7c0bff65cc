import assert from 'node:assert/strict';
import { customizeRestoreSession } from '../../../../hooks/kinds/restoresession/customize.ts';
import { syncRestoreSession } from '../../../../hooks/kinds/restoresession/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import { jobNamed, jobsIn } from '../snapshot/steps.ts';
import { badReport, reported, runningReport } from '../snapshot/world.ts';
import type { Target } from '../snapshot/objects.ts';
import * as the from './world.ts';
import { at, START } from './world.ts';

function synced(world: the.World, now: number = START): the.World {
  return the.applied(world, syncRestoreSession(the.requestOf(world), now), now);
}

function reachedJobs(target: Target = 'Deployment', world: the.World = the.world(target)): the.World {
  return synced(synced(world));
}

function chosen(world: the.World): string | undefined {
  return syncRestoreSession(the.requestOf(world), START).status.snapshot;
}

function orderIn(world: the.World): { readonly points: unknown; readonly resticPath: string } {
  const job = world.children.find((one) => one.kind === 'Job');
  const text = /"METASTASH_TASK","value":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(job))?.[1] ?? '"{}"';
  return JSON.parse(JSON.parse(text) as string) as { readonly points: unknown; readonly resticPath: string };
}

describe('RestoreSession: which Snapshot', () => {
  const tuesday = the.goodSnapshot('tuesday', 'Deployment', 60);

  it('takes the newest good one for latest', () => {
    assert.equal(chosen(the.having(the.world(), tuesday)), 'tuesday');
  });

  it('passes a suspect one over and says so', () => {
    const suspect = the.goodSnapshot('tuesday', 'Deployment', 60, {
      status: { suspect: true, suspectReason: 'it was empty' },
    });
    const { status } = syncRestoreSession(the.requestOf(the.having(the.world(), suspect)), START);
    assert.equal(status.snapshot, 'monday');
    assert.deepEqual(status.warnings, ['newer Snapshot tuesday (it was empty) was passed over']);
  });

  it('takes a suspect one where the RestoreSession allows it, and says so', () => {
    const suspect = the.goodSnapshot('tuesday', 'Deployment', 60, {
      status: { suspect: true, suspectReason: 'it was empty' },
    });
    const allowing = the.sessionChanged(the.having(the.world(), suspect), {
      metadata: { annotations: { 'metastash.dev/allow-suspect': 'true' } },
    });
    const { status } = syncRestoreSession(the.requestOf(allowing), START);
    assert.equal(status.snapshot, 'tuesday');
    assert.deepEqual(status.warnings, ['Snapshot tuesday is suspect: it was empty']);
  });

  it('waits while the Repository reads its storage: a newer one may be on its way', () => {
    const conditions = [
      { type: 'SnapshotsSynced', status: 'False', reason: 'SnapshotsAreBeingRead', message: 'read.' },
    ];
    const reading = the.changed(the.world(), 'Repository', 'library', { status: { conditions } });
    const { status } = syncRestoreSession(the.requestOf(reading), START);
    assert.deepEqual([status.phase, status.snapshot], ['Pending', undefined]);
    const ready = status.conditions?.find((one) => one.type === 'Ready');
    assert.equal(ready?.reason, 'SnapshotsNotRead');
    assert.equal(ready?.message, 'Repository demo/library has not read all Snapshots of its storage yet: read.');
    const named = the.sessionChanged(reading, { spec: { dataSource: { snapshot: 'monday' } } });
    assert.equal(chosen(named), 'monday');
  });

  it('passes over what is being deleted, has failed, or belongs to another Repository', () => {
    const others = [
      the.goodSnapshot('a', 'Deployment', 60, { metadata: { deletionTimestamp: at(0) } }),
      the.goodSnapshot('b', 'Deployment', 60, { status: { phase: 'Failed' } }),
      the.goodSnapshot('c', 'Deployment', 60, { spec: { repository: 'other' } }),
    ];
    assert.equal(chosen(the.having(the.world(), ...others)), 'monday');
  });

  it('uses the Repository of a named Snapshot and warns when another one is named', () => {
    const world = the.changed(the.world(), 'Snapshot', 'monday', { spec: { repository: 'attic' } });
    const named = the.sessionChanged(world, { spec: { dataSource: { snapshot: 'monday' } } });
    const attic = {
      ...named.others.find((one) => one.kind === 'Repository'),
      metadata: { name: 'attic', namespace: 'demo', uid: 'attic', creationTimestamp: at(-1) },
    };
    const { status } = syncRestoreSession(the.requestOf(the.having(named, attic as (typeof named.others)[0])), START);
    assert.deepEqual(status.warnings, [
      'Snapshot monday belongs to Repository attic, not library; its own Repository is used',
    ]);
    assert.equal(status.dependencies?.find((one) => one.kind === 'Repository')?.name, 'attic');
  });

  it('never chooses again once the plan is pinned', () => {
    const pinned = synced(the.world());
    const newer = the.having(pinned, tuesday);
    assert.equal(synced(newer).session.status?.snapshot, 'monday');
    assert.equal(synced(the.without(newer, 'Snapshot')).session.status?.snapshot, 'monday');
  });

  it('B72 ignores edits of the spec once the plan is pinned, and says so', () => {
    const pinned = synced(the.world());
    const edited = the.sessionChanged(pinned, {
      spec: { target: { name: 'other' }, dataSource: { snapshot: 'tuesday' } },
    });
    assert.deepEqual(orderIn(synced(edited)), orderIn(synced(pinned)));
    assert.deepEqual(synced(edited).session.status?.warnings, [
      'The spec was edited after this restore had begun, which goes on as it was: create another RestoreSession.',
    ]);
    const asBefore = synced({ ...synced(edited), session: { ...synced(edited).session, spec: pinned.session.spec } });
    assert.equal(asBefore.session.status?.warnings, undefined);
    const rules = customizeRestoreSession({ parent: edited.session }).relatedResources;
    assert.deepEqual(rules.find((one) => one.resource === 'deployments')?.names, ['library']);
  });
});

describe('RestoreSession: from the plan to the Jobs', () => {
  it('pins the plan before any Job exists', () => {
    const answer = syncRestoreSession(the.requestOf(the.world('StatefulSet')), START);
    assert.deepEqual(answer.children, []);
    assert.deepEqual(Object.keys(answer.status.components ?? {}), ['dump-pod-0', 'dump-pod-1']);
    assert.equal(answer.status.totalComponents, 2);
  });

  it('makes its identity and one Job per component from the pinned plan', () => {
    const world = reachedJobs('StatefulSet');
    const kinds = world.children.map((one) => one.kind).sort();
    assert.deepEqual(kinds, ['Job', 'Job', 'Role', 'RoleBinding', 'ServiceAccount', 'TaskReport', 'TaskReport']);
  });

  it('takes path and ids literally from the Snapshot, old component names too', () => {
    const old = {
      phase: 'Succeeded',
      path: 'repository/v1/nightly/pod-0',
      resticStats: [{ summary: { id: the.ID_TWO, hostPath: '/srv/books' } }],
    };
    const world = the.changed(the.world('StatefulSet'), 'Snapshot', 'monday', {
      status: { components: { 'dump-pod-0': undefined, 'dump-pod-1': undefined, 'pod-0': old } },
    });
    const order = orderIn(reachedJobs('StatefulSet', world));
    assert.equal(order.resticPath, 'repository/v1/nightly/pod-0');
    assert.deepEqual(order.points, [{ id: the.ID_TWO, hostPath: '/srv/books' }]);
  });

  it('restores only the components that are asked for', () => {
    const world = the.sessionChanged(the.world('StatefulSet'), {
      spec: { dataSource: { components: ['dump-pod-1'] } },
    });
    assert.deepEqual(Object.keys(synced(world).session.status?.components ?? {}), ['dump-pod-1']);
  });

  it('mounts the volumes to write', () => {
    const job = reachedJobs().children.find((one) => one.kind === 'Job');
    assert.match(JSON.stringify(job), /\{"name":"books","mountPath":"\/srv\/books"\}/);
  });

  it('binds the rights to an account that the user names', () => {
    const world = the.sessionChanged(the.world(), {
      spec: { addon: { jobTemplate: { spec: { serviceAccountName: 'mine' } } } },
    });
    const binding = reachedJobs('Deployment', world).children.find((one) => one.kind === 'RoleBinding') as unknown as {
      readonly subjects: readonly { readonly name: string }[];
    };
    assert.deepEqual(
      binding.subjects.map((one) => one.name),
      ['mine', 'restore-library-restore'],
    );
  });

  it('fails a component whose path the target does not mount, before any Job runs', () => {
    const world = the.changed(the.world(), 'Snapshot', 'monday', {
      status: { components: { dump: { resticStats: [{ summary: { id: the.ID_ONE, hostPath: '/var/lib/old' } }] } } },
    });
    const { status, children } = syncRestoreSession(the.requestOf(world), START);
    assert.equal(status.phase, 'Failed');
    assert.equal(
      status.components?.['dump']?.error,
      'PathNotMounted: /var/lib/old of component dump lies on no volume that Deployment library mounts (/srv/books); ' +
        'restore into a target that mounts a volume there',
    );
    assert.deepEqual(children, []);
  });

  it('fails a component whose ordinal the target does not have, and restores the others', () => {
    const world = the.changed(the.world('StatefulSet'), 'StatefulSet', 'library', { spec: { replicas: 1 } });
    const { status } = syncRestoreSession(the.requestOf(world), START);
    assert.equal(status.components?.['dump-pod-0']?.phase, 'Pending');
    assert.equal(
      status.components?.['dump-pod-1']?.error,
      'ComponentHasNoPlace: StatefulSet library has no ordinal 1 (it has 0 to 0); scale it up, or list dataSource.components',
    );
  });

  it('asks which node uses a claim before it writes to it', () => {
    assert.deepEqual(jobsIn(reachedJobs('PersistentVolumeClaim')), ['locate']);
  });
});

describe('RestoreSession: its outcome', () => {
  const OUTCOMES: readonly (readonly [name: string, report: the.Overlay, error: RegExp])[] = [
    [
      'files that did not come back fail it, named and counted',
      the.goodRestore(10, { missing: { count: 2, names: ['/srv/books/a', '/srv/books/b'] } }),
      /^FilesMissing: 2 files \(\/srv\/books\/a, \/srv\/books\/b\) did not come back$/,
    ],
    [
      'lost owners fail it, with what would help',
      the.goodRestore(10, { ownership: { count: 1, names: ['/srv/books/a'] } }),
      /^OwnershipLost: 1 file \(\/srv\/books\/a\) came back with another owner or mode; run the mover as root/,
    ],
    [
      'fewer files than the snapshot holds fail it',
      the.goodRestore(10, {
        paths: [{ hostPath: '/srv/books', snapshotID: the.ID_ONE, filesExpected: 42, filesRestored: 41 }],
      }),
      /^FilesMissing: 41 of 42 files came back$/,
    ],
    [
      'a mover that failed is believed',
      badReport(10, 'WrongPassword', 'the Secret does not open it', false),
      /^WrongPassword: the Secret does not open it$/,
    ],
  ];
  for (const [name, report, error] of OUTCOMES) {
    it(name, () => {
      const world = reachedJobs();
      const { status } = syncRestoreSession(
        the.requestOf(reported(world, jobNamed(world, 'restore'), report)),
        START + 30_000,
      );
      assert.equal(status.phase, 'Failed');
      assert.match(status.components?.['dump']?.error ?? '', error);
    });
  }

  it('is Succeeded once everything is back, with duration and amount', () => {
    const world = reachedJobs();
    const { status } = syncRestoreSession(
      the.requestOf(reported(world, jobNamed(world, 'restore'), the.goodRestore(10))),
      START + 25_000,
    );
    assert.deepEqual(
      [status.phase, status.duration, status.components?.['dump']?.progress?.filesDone],
      ['Succeeded', '25s', 42],
    );
    assert.equal(conditionOf(status, 'MetricsPushed')?.status, 'True');
    assert.equal(status.metastash, undefined);
  });

  it('fails at its deadline and drops the Job once that is observed', () => {
    const timed = the.sessionChanged(the.world(), { spec: { restoreTimeout: '1m' } });
    const world = reachedJobs('Deployment', timed);
    const running = reported(world, jobNamed(world, 'restore'), runningReport(5));
    const failed = synced(running, START + 61_000);
    assert.equal(failed.session.status?.phase, 'Failed');
    assert.equal(conditionOf(failed.session.status, 'RestoreIncomplete')?.status, 'True');
    assert.match(
      failed.session.status?.components?.['dump']?.error ?? '',
      /^RestoreTimedOut: the restoreTimeout of 1m passed/,
    );
    assert.deepEqual(jobsIn(failed), ['restore']);
    assert.deepEqual(synced(failed, START + 62_000).children, []);
  });

  it('fails at its deadline while it still waits, and says for what', () => {
    const world = the.without(the.sessionChanged(the.world(), { spec: { restoreTimeout: '1m' } }), 'Snapshot');
    const { status } = syncRestoreSession(the.requestOf(world), START + 61_000);
    assert.equal(status.phase, 'Failed');
    assert.match(
      conditionOf(status, 'Ready')?.message ?? '',
      /until then it waited: Repository demo\/library has no good Snapshot yet$/,
    );
  });

  it('never runs as a copy, and ends when cancelled', () => {
    const copy = the.sessionChanged(the.world(), { metadata: { annotations: { 'metastash.dev/uid': 'other' } } });
    const answer = syncRestoreSession(the.requestOf(copy), START);
    assert.deepEqual(
      [answer.status.phase, conditionOf(answer.status, 'RestoreIncomplete')?.reason, answer.children.length],
      ['Failed', 'CopiedObject', 0],
    );
    const cancelled = the.sessionChanged(reachedJobs(), {
      metadata: { annotations: { 'metastash.dev/cancel': 'true' } },
    });
    assert.equal(synced(cancelled, START + 5000).session.status?.phase, 'Failed');
  });

  it('asks for nothing and changes nothing once it has ended', () => {
    const world = reachedJobs();
    const done = synced(reported(world, jobNamed(world, 'restore'), the.goodRestore(10)), START + 25_000);
    assert.deepEqual(customizeRestoreSession({ parent: done.session }), { relatedResources: [] });
    const edited = the.sessionChanged(done, { spec: { dataSource: { snapshot: 'tuesday' } } });
    const answer = syncRestoreSession({ ...the.requestOf(edited), related: {} }, START + 90_000);
    assert.deepEqual({ ...answer.status, observedGeneration: 1 }, done.session.status);
  });
});
