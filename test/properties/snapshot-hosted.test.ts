import assert from 'node:assert/strict';
import type { RestoreSession } from '../../hooks/generated/types/restoresession.ts';
import type { Snapshot } from '../../hooks/generated/types/snapshot.ts';
import { shared, snapshotOf, TARGETS, type Target } from '../unit/kinds/snapshot/objects.ts';
import { goodReport } from '../unit/kinds/snapshot/world.ts';
import { goodRestore, world as restoreWorld } from '../unit/kinds/restoresession/world.ts';
import type { KubeObject } from '../../hooks/kube/objects.ts';
import { hostedWorld, type HostedWorld } from './hosted-world.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';
const CORE = 'core.kubestash.com/v1alpha1';
const SNAPSHOT = 'library-library-nightly-1767579300';

/** A cluster with a running BackupSession, in which only Snapshots and RestoreSessions are served. */
function preparedWorld(target: Target): HostedWorld {
  const world = hostedWorld(['snapshot', 'restoresession']);
  const around = shared(target === 'PersistentVolumeClaim').filter(
    (one) => !['Namespace', 'Addon', 'Function'].includes(one.kind),
  );
  for (const object of [...around, TARGETS[target]]) {
    const stored = world.apply(bare(object));
    if (object.status !== undefined) world.setStatus(stored, object.status as object);
  }
  return world;
}

/** Without what only an API server sets. */
function bare({ apiVersion, kind, metadata, spec }: KubeObject): object {
  const { name, namespace, labels } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, ...(labels ? { labels } : {}) }, spec };
}

/** Plays the movers: every open report of this task gets this status, its Job ends. */
function moversReport(world: HostedWorld, task: string, status: object): void {
  for (const report of world.list('metastash.dev/v1alpha1', 'TaskReport')) {
    if (report.metadata.labels?.['metastash.dev/task'] !== task || report['status'] !== undefined) continue;
    world.setStatus(report, status);
    const job = world.get('batch/v1', 'Job', report.metadata.name);
    const finishedAt = (status as { readonly finishedAt: string }).finishedAt;
    world.setStatus(job, { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: finishedAt }] });
  }
}

/** Once finished Jobs that hold a claim are gone (the reports' clock is two hours ahead of the world's), hours in which nothing happens must write nothing, not even what changes nothing. */
function isAtRest(world: HostedWorld): void {
  world.run(3 * 3600);
  const before = world.writes.length;
  world.run(8 * 3600);
  assert.deepEqual(world.writes.slice(before), []);
}

function snapshotIn(world: HostedWorld): Snapshot {
  return world.get(STORAGE, 'Snapshot', SNAPSHOT) as unknown as Snapshot;
}

function located(seconds: number): object {
  return { ...goodReport(seconds), result: { located: { components: [{ component: 'dump', node: 'n1' }] } } };
}

const LEFTOVERS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['batch/v1', 'Job'],
  ['metastash.dev/v1alpha1', 'TaskReport'],
  ['v1', 'ServiceAccount'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
];

describe('Snapshots and RestoreSessions under Metacontroller', () => {
  for (const target of ['Deployment', 'StatefulSet', 'PersistentVolumeClaim'] as const) {
    it(`a backup and a restore of a ${target} end well, make no write in vain, and come to rest`, () => {
      const world = preparedWorld(target);
      try {
        world.apply(bare(snapshotOf(target)));
        world.run(30);
        moversReport(world, 'locate', located(10));
        world.run(30);
        moversReport(world, 'backup', target === 'PersistentVolumeClaim' ? claimReport() : goodReport(60));
        world.run(30);
        assert.equal(snapshotIn(world).status?.phase, 'Succeeded', JSON.stringify(snapshotIn(world).status));
        isAtRest(world);
        world.apply(bare(restoreWorld(target).session));
        world.run(30);
        moversReport(world, 'locate', located(10));
        world.run(30);
        moversReport(world, 'restore', goodRestore(60));
        world.run(30);
        const session = world.get(CORE, 'RestoreSession', 'library-restore') as unknown as RestoreSession;
        assert.equal(session.status?.phase, 'Succeeded', JSON.stringify(session.status));
        assert.equal(session.status?.snapshot, SNAPSHOT);
        isAtRest(world);
        world.run(30 * 3600);
        const left = LEFTOVERS.flatMap(([apiVersion, kind]) => world.list(apiVersion, kind));
        assert.deepEqual(
          left.map((one) => one.metadata.name),
          [],
          'a day later nothing of it is left',
        );
        assert.deepEqual(world.errors, []);
      } finally {
        world.stop();
      }
    });
  }

  it('a Snapshot under way is at rest between its movers words', () => {
    const world = preparedWorld('StatefulSet');
    try {
      world.apply(bare(snapshotOf('StatefulSet')));
      world.run(30);
      assert.equal(world.list('batch/v1', 'Job').length, 2);
      const before = world.writes.length;
      world.run(60);
      assert.deepEqual(world.writes.slice(before), []);
    } finally {
      world.stop();
    }
  });
});

function claimReport(): object {
  return JSON.parse(JSON.stringify(goodReport(60)).replaceAll('/srv/books', '/kubestash-data')) as object;
}
