/**
 * What a prune of Argo CD or a garbage collection by Flux does: any part of the quickstart's manifests vanishes, in any order and
 * in the foreground or background. Data and the record of it stay, nothing hangs, and the same manifests bring everything back.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { manifestsAt, QUICKSTART, unsettled } from './virtual-stories.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';
/** Tasks of movers that take data away. */
const TAKING = ['wipe', 'forget', 'prune'];
const MINUTE = 60;
/** Argo CD deletes in the foreground unless told otherwise, Flux in the background; neither leaves orphans. */
const POLICIES = ['Background', 'Foreground'] as const;
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);

const manifests = manifestsAt(QUICKSTART);

interface Pruned {
  readonly manifest: Manifest;
  readonly policy: (typeof POLICIES)[number];
  readonly pauseSeconds: number;
}

const subset: fc.Arbitrary<readonly Pruned[]> = fc
  .shuffledSubarray([...manifests], { minLength: 1 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((manifest) =>
        fc.record({ manifest: fc.constant(manifest), policy: fc.constantFrom(...POLICIES), pauseSeconds: pauses }),
      ),
    ),
  );
const pauses = fc.constantFrom(0, 0, 1, 30);

describe('pruning any part of the quickstart', function () {
  this.timeout(600_000);

  it('takes no data, keeps its record unless the namespace went, and all is back after the next apply', () => {
    fc.assert(
      fc.property(subset, (pruned) => {
        const taken: string[] = [];
        const cluster = startVirtualCluster({
          onCall: ({ code, answer }) => assert.equal(code, 200, answer),
          outcomeOf: (task) => {
            if (TAKING.includes(task.task)) taken.push(task.task);
            return { outcome: 'succeeds' };
          },
        });
        try {
          for (const manifest of manifests) apply(cluster.api, manifest);
          cluster.run(10 * MINUTE);
          assert.deepEqual(unsettled(cluster), []);
          const before = recordOf(cluster);
          assert.equal(before.length, 4);
          taken.length = 0;
          prune(cluster, pruned);
          cluster.run(10 * MINUTE);
          assertGone(cluster, pruned);
          assert.deepEqual(taken, [], 'nothing took data');
          const hasNamespace = !pruned.some(({ manifest }) => manifest.kind === 'Namespace');
          if (hasNamespace)
            assert.deepEqual(recordOf(cluster), before, 'Repositories and Snapshots are the same objects');
          for (const manifest of manifests) apply(cluster.api, manifest);
          cluster.run(15 * MINUTE);
          assert.deepEqual(unsettled(cluster), []);
          assert.deepEqual(
            taken.filter((task) => task === 'wipe'),
            [],
          );
          if (hasNamespace) for (const one of before) assert.ok(recordOf(cluster).includes(one), one);
        } finally {
          cluster.stop();
        }
      }),
      { numRuns: RUNS, seed: Number(process.env['FUZZ_SEED'] ?? 4), endOnFailure: true },
    );
  });
});

function prune({ api, run }: VirtualCluster, pruned: readonly Pruned[]): void {
  for (const { manifest, policy, pauseSeconds } of pruned) {
    const { apiVersion, kind, metadata } = manifest;
    const key = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' };
    // It may have gone with its namespace.
    if (api.get(key)) api.delete(key, { propagation: policy });
    if (pauseSeconds > 0) run(pauseSeconds);
  }
}

/** Repositories and Snapshots by uid: the same objects, not others of the same name. */
function recordOf({ api }: VirtualCluster): readonly string[] {
  return ['Repository', 'Snapshot'].flatMap((kind) =>
    api.list(STORAGE, kind).map(({ metadata }) => `${kind} ${metadata.name} ${metadata.uid}`),
  );
}

/** Nothing that was pruned hangs on a finalizer. */
function assertGone({ api }: VirtualCluster, pruned: readonly Pruned[]): void {
  const left = pruned
    .map(({ manifest: { apiVersion, kind, metadata } }) =>
      api.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' }),
    )
    .filter((one) => one !== undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}: ${(metadata.finalizers ?? []).join(', ')}`);
  assert.deepEqual(left, []);
}
