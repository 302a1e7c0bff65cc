/** Order never matters (design law 7): the quickstart in thirty orders, each in a namespace of its own. */
import assert from 'node:assert/strict';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { manifestsAt, QUICKSTART, QUICKSTART_RESTORE, statusOf, unsettled } from './virtual-stories.ts';

/** Several at once in one cluster, where they meet in its queues; few enough that a storage is not one of dozens. */
const ORDERS_PER_CLUSTER = 5;
const CLUSTERS = 6;
const LONGEST_PAUSE_SECONDS = 200;
const KINDS = [
  ['batch/v1', 'CronJob'],
  ['core.kubestash.com/v1alpha1', 'BackupConfiguration'],
  ['core.kubestash.com/v1alpha1', 'BackupSession'],
  ['core.kubestash.com/v1alpha1', 'RestoreSession'],
  ['coordination.k8s.io/v1', 'Lease'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['storage.kubestash.com/v1alpha1', 'BackupStorage'],
  ['storage.kubestash.com/v1alpha1', 'Repository'],
  ['storage.kubestash.com/v1alpha1', 'Snapshot'],
  ['v1', 'ServiceAccount'],
] as const;

describe('the quickstart, applied in any order and with pauses', function () {
  this.timeout(120_000);
  const ends: { readonly order: string; readonly end: readonly string[] }[] = [];

  for (let seed = 1; seed <= CLUSTERS; seed++) {
    it(`comes to an end everywhere in cluster ${seed}, without a refused sync`, () => {
      const random = randomOf(seed);
      const cluster = startVirtualCluster({
        onCall: ({ code, answer }) => assert.equal(code, 200, answer),
        shuffled: (items) => shuffled(items, random),
      });
      try {
        const namespaces = Array.from({ length: ORDERS_PER_CLUSTER }, (_, index) => `order-${seed}-${index}`);
        for (const name of namespaces) applyInto(cluster, name, random);
        cluster.run(45 * 60);
        assert.deepEqual(unsettled(cluster), []);
        assert.deepEqual(cluster.warnings, []);
        ends.push(...namespaces.map((order) => ({ order, end: endOf(cluster, order) })));
      } finally {
        cluster.stop();
      }
    });
  }

  it('comes to the same end everywhere, but for uids and times', () => {
    const [first, ...others] = ends;
    assert.ok(first && first.end.length > 20, 'the end of the first order is not empty');
    assert.equal(others.length, CLUSTERS * ORDERS_PER_CLUSTER - 1);
    for (const { order, end } of others) assert.deepEqual(end, first.end, order);
  });
});

/** The namespace first, as every tool does it; each object after a pause that is often none. */
function applyInto({ api, clock }: VirtualCluster, namespace: string, random: () => number): void {
  const [own, ...rest] = [...manifestsAt(QUICKSTART), ...manifestsAt(QUICKSTART_RESTORE)].map((one) =>
    moved(one, namespace),
  );
  if (own) apply(api, own);
  let at = 0;
  for (const manifest of shuffled(rest, random)) {
    if (random() < 0.5) at += Math.floor(random() * LONGEST_PAUSE_SECONDS);
    clock.after(at * 1000, () => void apply(api, manifest));
  }
}

/** The same manifest for another namespace, and for a directory of the node that nobody else uses. */
function moved(manifest: Manifest, namespace: string): Manifest {
  const text = JSON.stringify(manifest)
    .replaceAll('"namespace":"demo"', `"namespace":"${namespace}"`)
    .replaceAll('/var/backups/metastash', `/var/backups/${namespace}`);
  const other = JSON.parse(text) as Manifest;
  return other.kind === 'Namespace' ? { ...other, metadata: { name: namespace } } : other;
}

/** Everything of ours in the namespace, without what every run has for itself. */
function endOf({ api }: VirtualCluster, namespace: string): readonly string[] {
  const objects = KINDS.flatMap(([apiVersion, kind]) => api.list(apiVersion, kind, namespace));
  return objects.map((object) => timeless(object, namespace)).sort();
}

function timeless(object: StoredObject, namespace: string): string {
  const { apiVersion, kind, metadata, spec } = object;
  const { name, labels } = metadata;
  const { phase, conditions = [] } = statusOf(object);
  const said = conditions.map(({ type, status, reason, message }) => [type, status, reason, message].join(' ')).sort();
  return JSON.stringify({ apiVersion, kind, name, labels: sorted(labels), spec, phase, said })
    .replaceAll(namespace, 'demo')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replaceAll(/-1767\d{6}/g, '-<tick>')
    .replaceAll(/-[0-9a-f]{8}\b/g, '-<hash>')
    .replaceAll(/"snapshotID":"\w{26}"/g, '"snapshotID":"<ulid>"');
}

function sorted(labels: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** mulberry32: a small generator of numbers below one, for orders that can be had again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
