import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import {
  configMap,
  controlledBy,
  definition,
  testCluster,
  widget,
  WIDGETS,
  type TestCluster,
} from './cluster-of-tests.ts';

const PARENT = { apiVersion: WIDGETS, kind: 'Widget', namespace: 'default', name: 'w' };

function names({ api }: TestCluster): readonly string[] {
  return api.list('v1', 'ConfigMap').map((object) => object.metadata.name);
}

function family(extra: readonly object[] = []): TestCluster & { readonly parent: StoredObject } {
  const cluster = testCluster();
  const parent = cluster.api.create(widget('w'));
  cluster.api.create(configMap('child', { ownerReferences: [controlledBy(parent), ...extra] }));
  cluster.pass(10);
  return { ...cluster, parent };
}

describe('the garbage collector', () => {
  it('deletes what its deleted owner leaves behind', () => {
    const cluster = family();
    cluster.api.delete(PARENT);
    cluster.pass(10);
    assert.deepEqual(names(cluster), []);
  });

  it('keeps a child with another living owner, and strips the dead reference', () => {
    const keeper = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' };
    const probe = testCluster().api.get(keeper);
    const cluster = family([{ ...keeper, uid: probe?.metadata.uid }]);
    cluster.api.delete(PARENT);
    cluster.pass(10);
    const [child] = cluster.api.list('v1', 'ConfigMap');
    assert.deepEqual(
      child?.metadata.ownerReferences?.map((owner) => owner.name),
      ['kube-system'],
    );
  });

  it('lets an owner deleted in the foreground go after its dependants', () => {
    const cluster = family();
    cluster.api.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'child' },
      { metadata: { finalizers: ['a.example.com/hold'] } },
    );
    cluster.api.delete(PARENT, { propagation: 'Foreground' });
    cluster.pass(10);
    assert.deepEqual(cluster.api.get(PARENT)?.metadata.finalizers, ['foregroundDeletion']);
    cluster.api.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'child' },
      { metadata: { finalizers: null } },
    );
    cluster.pass(10);
    assert.equal(cluster.api.get(PARENT), undefined);
    assert.deepEqual(names(cluster), []);
  });

  it('frees dependants of an owner that orphans them', () => {
    const cluster = family();
    cluster.api.delete(PARENT, { propagation: 'Orphan' });
    cluster.pass(10);
    assert.equal(cluster.api.get(PARENT), undefined);
    assert.equal(cluster.api.list('v1', 'ConfigMap')[0]?.metadata.ownerReferences, undefined);
  });

  it('deletes an object whose owner is in another namespace', () => {
    const cluster = testCluster();
    const parent = cluster.api.create(widget('w'));
    cluster.api.create(configMap('stray', { namespace: 'kube-system', ownerReferences: [controlledBy(parent)] }));
    cluster.pass(10);
    assert.deepEqual(names(cluster), []);
  });

  it('goes down a chain of owners', () => {
    const cluster = family();
    const [child] = cluster.api.list('v1', 'ConfigMap');
    assert.ok(child);
    cluster.api.create(configMap('grandchild', { ownerReferences: [controlledBy(child)] }));
    cluster.api.delete(PARENT);
    cluster.pass(10);
    assert.deepEqual(names(cluster), []);
  });
});

describe('a deleted namespace', () => {
  it('refuses new objects at once, is emptied, and goes when the last finalizer lets it', () => {
    const cluster = testCluster();
    const { api, pass } = cluster;
    api.create(configMap('a'));
    api.create(widget('w', {}, { finalizers: ['a.example.com/hold'] }));
    api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
    assert.throws(
      () => api.create(configMap('b')),
      /configmaps "b" is forbidden: unable to create new content in namespace default because it is being terminated/,
    );
    pass(10_000);
    assert.deepEqual(names(cluster), []);
    assert.equal(api.list('v1', 'Namespace').length, 2);
    api.patch(PARENT, { metadata: { finalizers: null } });
    pass(10_000);
    assert.deepEqual(
      api.list('v1', 'Namespace').map((object) => object.metadata.name),
      ['kube-system'],
    );
  });
});

describe('a CustomResourceDefinition', () => {
  const KEY = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'widgets.test.example.com',
  };

  it('is established, and deletes its objects before it goes', () => {
    const { api, pass } = testCluster();
    assert.match(JSON.stringify(api.get(KEY)?.['status']), /"type":"Established","status":"True"/);
    api.create(widget('w', {}, { finalizers: ['a.example.com/hold'] }));
    api.delete(KEY);
    pass(10);
    assert.ok(api.get(PARENT)?.metadata.deletionTimestamp);
    api.patch(PARENT, { metadata: { finalizers: null } });
    pass(10);
    assert.equal(api.get(KEY), undefined);
    assert.throws(() => api.create(widget('x')), /could not find the requested resource/);
  });

  it('can be made again, empty', () => {
    const { api, pass } = testCluster();
    api.create(widget('w'));
    api.delete(KEY);
    pass(10);
    api.create(definition('Widget'));
    assert.deepEqual(api.list(WIDGETS, 'Widget'), []);
  });
});
