/** Somebody deletes CustomResourceDefinitions: every object goes with its own, none hangs, and all data stays. */
import assert from 'node:assert/strict';
import type { VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { afterFirstBackups } from './wipe-story.ts';

const DEFINITIONS = ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'] as const;
const STORAGE = 'storage.kubestash.com/v1alpha1';
const OURS = /\.(kubestash\.com|metastash\.dev)$/;

describe('definitions that are deleted', function () {
  this.timeout(120_000);
  let cluster: VirtualCluster;
  let removals: string[];
  const started = (policy: 'Delete' | 'WipeOut'): void => {
    removals = [];
    cluster = afterFirstBackups({ storage: policy, repository: policy }, ({ task }) => {
      if (task === 'wipe' || task === 'forget') removals.push(task);
      return { outcome: 'succeeds' };
    });
    for (const { metadata, spec, ...snapshot } of cluster.api.list(STORAGE, 'Snapshot')) {
      const key = {
        apiVersion: STORAGE,
        kind: snapshot.kind,
        name: metadata.name,
        namespace: metadata.namespace ?? '',
      };
      cluster.api.patch(key, { spec: { ...(spec as object), deletionPolicy: policy } });
    }
    cluster.run(60);
  };
  afterEach(() => cluster.stop());
  const definitions = (): readonly string[] =>
    cluster.api
      .list(...DEFINITIONS)
      .map(({ metadata }) => metadata.name)
      .filter((name) => OURS.test(name));
  const drop = (names: readonly string[]): void => {
    const [apiVersion, kind] = DEFINITIONS;
    for (const name of names) cluster.api.delete({ apiVersion, kind, name });
  };
  const hanging = (names: readonly string[]): readonly string[] => definitions().filter((name) => names.includes(name));

  for (const policy of ['Delete', 'WipeOut'] as const) {
    it(`all at once, under ${policy}`, () => {
      started(policy);
      const all = definitions();
      assert.equal(all.length, 15);
      drop(all);
      cluster.run(90 * 60);
      assert.deepEqual(hanging(all), []);
      assert.deepEqual(removals, []);
    });

    it(`those first whose objects have no finalizer, which the others ask for, under ${policy}`, () => {
      started(policy);
      const all = definitions();
      // Kinds without a finalizer go at once, and others ask for them.
      const first = all.filter((name) => !/^(repositories|backupstorages|snapshots|backupsessions)\./.test(name));
      drop(first);
      cluster.run(60);
      assert.deepEqual(hanging(first), []);
      drop(all.filter((name) => !first.includes(name)));
      cluster.run(120 * 60);
      assert.deepEqual(hanging(all), []);
      assert.deepEqual(removals, []);
    });
  }
});
