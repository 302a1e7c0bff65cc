import assert from 'node:assert/strict';
import { ApiError, type StoredObject } from '../../sandbox/api-server/api.ts';
import { configMap, testCluster, widget, WIDGETS, type TestCluster } from './cluster-of-tests.ts';

const KEY = { apiVersion: WIDGETS, kind: 'Widget', namespace: 'default', name: 'w' };

interface Refusal {
  readonly name: string;
  readonly act: (cluster: TestCluster, stored: StoredObject) => unknown;
  readonly code: number;
  readonly reason: string;
  readonly says: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'a second object of a name',
    act: ({ api }) => api.create(widget('w')),
    code: 409,
    reason: 'AlreadyExists',
    says: /^widgets\.test\.example\.com "w" already exists$/,
  },
  {
    name: 'an update of an old version',
    act: ({ api }, stored) => {
      api.patch(KEY, { spec: { n: 2 } });
      api.update({ ...stored, spec: { n: 3 } });
    },
    code: 409,
    reason: 'Conflict',
    says: /the object has been modified; please apply your changes to the latest version/,
  },
  {
    name: 'an update of a custom resource without a version',
    act: ({ api }) => api.update(widget('w', { n: 2 })),
    code: 422,
    reason: 'Invalid',
    says: /metadata\.resourceVersion: .*must be specified for an update/,
  },
  {
    name: 'an update that names another uid',
    act: ({ api }, stored) => api.update({ ...stored, metadata: { ...stored.metadata, uid: 'another' } }),
    code: 409,
    reason: 'Conflict',
    says: /the UID in the precondition \(another\) does not match/,
  },
  {
    name: 'a delete whose uid precondition fails',
    act: ({ api }) => api.delete(KEY, { uid: 'another' }),
    code: 409,
    reason: 'Conflict',
    says: /^Operation cannot be fulfilled on Widget "w": the UID in the precondition/,
  },
  {
    name: 'a delete of nothing',
    act: ({ api }) => api.delete({ ...KEY, name: 'x' }),
    code: 404,
    reason: 'NotFound',
    says: /"x" not found/,
  },
  {
    name: 'a resource version on a new object',
    act: ({ api }) => api.create(widget('x', {}, { resourceVersion: '1' })),
    code: 500,
    reason: '',
    says: /resourceVersion should not be set/,
  },
  {
    name: 'an object in a namespace that is not there',
    act: ({ api }) => api.create(widget('x', {}, { namespace: 'nowhere' })),
    code: 404,
    reason: 'NotFound',
    says: /^namespaces "nowhere" not found$/,
  },
  {
    name: 'an object of a namespaced kind without namespace',
    act: ({ api }) => api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }),
    code: 405,
    reason: 'MethodNotAllowed',
    says: /does not allow this method/,
  },
  {
    name: 'a kind that nothing defines',
    act: ({ api }) => api.create({ apiVersion: 'nope.example.com/v1', kind: 'Nope', metadata: { name: 'x' } }),
    code: 404,
    reason: 'NotFound',
    says: /could not find the requested resource/,
  },
  {
    name: 'a name that is no DNS name',
    act: ({ api }) => api.create(widget('Not_A_Name')),
    code: 422,
    reason: 'Invalid',
    says: /metadata\.name/,
  },
  {
    name: 'a finalizer whose name is too long',
    act: ({ api }) => api.patch(KEY, { metadata: { finalizers: [`a.example.com/${'x'.repeat(64)}`] } }),
    code: 422,
    reason: 'Invalid',
    says: /name part must be no more than 63 bytes/,
  },
  {
    name: 'a label value that is too long',
    act: ({ api }) => api.patch(KEY, { metadata: { labels: { a: 'x'.repeat(64) } } }),
    code: 422,
    reason: 'Invalid',
    says: /must be no more than 63 bytes/,
  },
  {
    name: 'more than 256 KiB of annotations',
    act: ({ api }) => api.patch(KEY, { metadata: { annotations: { a: 'x'.repeat(262144) } } }),
    code: 422,
    reason: 'Invalid',
    says: /may not be more than 262144 bytes/,
  },
  {
    name: 'two controllers',
    act: ({ api }) => {
      const owner = (uid: string): object => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid, controller: true });
      return api.create(widget('x', {}, { ownerReferences: [owner('a'), owner('b')] }));
    },
    code: 422,
    reason: 'Invalid',
    says: /Only one reference can have Controller set to true/,
  },
  {
    name: 'a new finalizer on a terminating object',
    act: ({ api }) => {
      api.patch(KEY, { metadata: { finalizers: ['a.example.com/hold'] } });
      api.delete(KEY);
      api.patch(KEY, { metadata: { finalizers: ['a.example.com/hold', 'a.example.com/more'] } });
    },
    code: 422,
    reason: 'Invalid',
    says: /no new finalizers can be added if the object is being deleted/,
  },
];

describe('the API server refuses', () => {
  for (const { name, act, code, reason, says } of REFUSALS) {
    it(name, () => {
      const cluster = testCluster();
      const stored = cluster.api.create(widget('w'));
      assert.throws(
        () => act(cluster, stored),
        (error) =>
          error instanceof ApiError && error.code === code && error.reason === reason && says.test(error.message),
      );
    });
  }
});

describe('the API server', () => {
  it('gives a new object uid, generation, creation time and a version, and drops a status', () => {
    const { api } = testCluster();
    const stored = api.create({ ...widget('w'), status: { phase: 'Forged' } });
    assert.match(stored.metadata.uid, /^[0-9a-f-]{36}$/);
    assert.equal(stored.metadata.generation, 1);
    assert.equal(stored.metadata.creationTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(stored['status'], undefined);
    assert.ok(Object.isFrozen(stored) && Object.isFrozen(stored['spec']));
  });

  it('keeps version, generation and silence where a write changes nothing', () => {
    const { api, pass } = testCluster();
    const stored = api.create(widget('w'));
    pass(1);
    const events: string[] = [];
    api.watch(WIDGETS, 'Widget', ({ type }) => events.push(type));
    assert.equal(api.update({ ...stored, spec: { n: 1 } }).metadata.resourceVersion, stored.metadata.resourceVersion);
    assert.equal(
      api.patch(KEY, { metadata: { labels: {} } }).metadata.resourceVersion,
      stored.metadata.resourceVersion,
    );
    pass(1);
    assert.deepEqual(events, []);
  });

  it('counts a generation for a changed spec only, and keeps status and main resource apart', () => {
    const { api } = testCluster();
    const stored = api.create(widget('w'));
    const labelled = api.patch(KEY, { metadata: { labels: { a: 'b' } }, status: { ignored: true } });
    assert.equal(labelled.metadata.generation, 1);
    assert.equal(labelled['status'], undefined);
    const reported = api.updateStatus({ ...labelled, spec: { n: 9 }, status: { phase: 'Good' } });
    assert.deepEqual(
      [reported['spec'], reported['status'], reported.metadata.generation],
      [{ n: 1 }, { phase: 'Good' }, 1],
    );
    assert.equal(api.patch(KEY, { spec: { n: 2 } }).metadata.generation, 2);
    assert.equal(stored.metadata.generation, 1);
  });

  it('removes an object with its last finalizer, and a terminating one counts a generation', () => {
    const { api } = testCluster();
    api.create(widget('w', {}, { finalizers: ['a.example.com/hold'] }));
    api.delete(KEY);
    const terminating = api.get(KEY);
    assert.equal(terminating?.metadata.deletionTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(terminating?.metadata.generation, 2);
    api.delete(KEY);
    assert.equal(api.get(KEY), terminating);
    api.patch(KEY, { metadata: { finalizers: null } });
    assert.equal(api.get(KEY), undefined);
    assert.notEqual(api.create(widget('w')).metadata.uid, terminating?.metadata.uid);
  });

  it('tells watchers every change once, in order, after the write', () => {
    const { api, pass } = testCluster();
    const seen: string[] = [];
    const stop = api.watch(WIDGETS, 'Widget', ({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
    api.create(widget('a'));
    api.patch({ ...KEY, name: 'a' }, { spec: { n: 2 } });
    api.delete({ ...KEY, name: 'a' });
    assert.deepEqual(seen, []);
    pass(1);
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED a', 'DELETED a']);
    stop();
    api.create(widget('b'));
    pass(1);
    assert.equal(seen.length, 3);
  });

  it('does not tell a watcher what happened before it began', () => {
    const { api, pass } = testCluster();
    api.create(widget('a'));
    const seen: string[] = [];
    api.watch(WIDGETS, 'Widget', ({ object }) => seen.push(object.metadata.name));
    pass(1);
    assert.deepEqual(seen, []);
  });

  it('makes names from generateName', () => {
    const { api } = testCluster();
    const make = (): string =>
      api.create({ apiVersion: WIDGETS, kind: 'Widget', metadata: { generateName: 'w-', namespace: 'default' } })
        .metadata.name;
    const [first, second] = [make(), make()];
    assert.match(first, /^w-[a-z0-9]{5}$/);
    assert.notEqual(first, second);
  });

  it('merges a patch as RFC 7396 says', () => {
    const { api } = testCluster();
    api.create(configMap('c', {}, { a: '1', b: '2' }));
    const patched = api.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'c' },
      { data: { a: null, c: '3' } },
    );
    assert.deepEqual(patched['data'], { b: '2', c: '3' });
  });

  it('serves one object in every version of its kind', () => {
    const { api } = testCluster();
    const version = (name: string, storage: boolean): object => ({
      ...{ name, served: true, storage, subresources: { status: {} } },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      },
    });
    const names = { kind: 'Pair', plural: 'pairs' };
    const spec = {
      group: 'test.example.com',
      scope: 'Namespaced',
      names,
      versions: [version('v1', true), version('v1beta1', false)],
    };
    api.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'pairs.test.example.com' },
      spec,
    });
    api.create({
      apiVersion: 'test.example.com/v1beta1',
      kind: 'Pair',
      metadata: { name: 'p', namespace: 'default' },
      spec: { a: 1 },
    });
    const found = api.get({ apiVersion: WIDGETS, kind: 'Pair', namespace: 'default', name: 'p' });
    assert.equal(found?.apiVersion, WIDGETS);
    assert.equal(api.list('test.example.com/v1beta1', 'Pair')[0]?.apiVersion, 'test.example.com/v1beta1');
  });
});
