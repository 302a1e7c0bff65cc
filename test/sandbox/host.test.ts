import assert from 'node:assert/strict';
import { mapOf, type JsonMap } from '../../sandbox/api-server/values.ts';
import { LAST_APPLIED } from '../../sandbox/metacontroller/apply.ts';
import { createHost } from '../../sandbox/metacontroller/host.ts';
import { configMap, widget, WIDGETS } from './cluster-of-tests.ts';
import { composite, hostedCluster, type HostedCluster } from './hosted.ts';

const PARENT = { apiVersion: WIDGETS, kind: 'Widget', namespace: 'default', name: 'w' };
const CHILD = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };

function child(data: object = { k: 'v' }, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata }, data };
}

function answering(children: readonly object[], rest: object = {}): () => JsonMap {
  return () => ({ status: { phase: 'Good' }, children, ...rest });
}

/** A cluster in which Widget `w` was synced with these children. */
function synced(children: readonly object[], controller: object = composite()): HostedCluster {
  const cluster = hostedCluster(answering(children));
  cluster.api.create(controller);
  cluster.api.create(widget('w'));
  cluster.pass(1000);
  return cluster;
}

function touched(cluster: HostedCluster, answer: HostedCluster['answer']): void {
  cluster.answer = answer;
  cluster.api.patch(PARENT, { metadata: { annotations: { touched: 'yes' } } });
  cluster.pass(1000);
}

describe('the host', () => {
  it('posts a desired child with label, last-applied and owner, and writes the status', () => {
    const { api } = synced([child()]);
    const parent = api.get(PARENT);
    const made = api.get(CHILD);
    const uid = parent?.metadata.uid;
    assert.deepEqual(parent?.['status'], { phase: 'Good', observedGeneration: 1 });
    assert.deepEqual(made?.metadata.labels, { 'controller-uid': uid });
    assert.deepEqual(made?.metadata.ownerReferences, [
      { apiVersion: WIDGETS, kind: 'Widget', name: 'w', uid, controller: true, blockOwnerDeletion: true },
    ]);
    const applied = `{"apiVersion":"v1","data":{"k":"v"},"kind":"ConfigMap","metadata":{"labels":{"controller-uid":"${uid}"},"name":"a","namespace":"default"}}`;
    assert.equal(made?.metadata.annotations?.[LAST_APPLIED], applied);
  });

  it('comes to rest', () => {
    const cluster = synced([child()]);
    const calls = cluster.requests.length;
    cluster.pass(60_000);
    assert.equal(cluster.requests.length, calls);
  });

  it('deletes what is no longer desired', () => {
    const cluster = synced([child()]);
    touched(cluster, answering([]));
    assert.equal(cluster.api.get(CHILD), undefined);
  });

  const methods: readonly (readonly [method: string, data: unknown, sameObject: boolean])[] = [
    ['InPlace', { k: 'new' }, true],
    ['OnDelete', { k: 'v' }, true],
    ['Recreate', { k: 'new' }, false],
  ];
  for (const [method, data, sameObject] of methods) {
    it(`carries a change out as ${method} says`, () => {
      const cluster = synced([child()], composite({}, ['sync'], method));
      const before = cluster.api.get(CHILD);
      touched(cluster, answering([child({ k: 'new' })]));
      const after = cluster.api.get(CHILD);
      assert.deepEqual(after?.['data'], data);
      assert.equal(after?.metadata.uid === before?.metadata.uid, sameObject);
    });
  }

  it('leaves a name to whoever has it, without an error', () => {
    const cluster = hostedCluster(answering([child()]));
    cluster.api.create(configMap('a', {}, { theirs: 'yes' }));
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    assert.deepEqual(cluster.api.get(CHILD)?.['data'], { theirs: 'yes' });
    assert.deepEqual(mapOf(cluster.requests.at(-1)?.['children'])['ConfigMap.v1'], {});
    assert.deepEqual(
      cluster.events.filter((event) => event.type === 'Warning'),
      [],
    );
  });

  it('holds a parent with its finalizer until finalize lets it go, children first', () => {
    const cluster = synced([child()], composite({}, ['sync', 'finalize']));
    assert.deepEqual(cluster.api.get(PARENT)?.metadata.finalizers, ['metacontroller.io/compositecontroller-c']);
    cluster.answer = (request) => {
      const left = Object.keys(mapOf(mapOf(request['children'])['ConfigMap.v1'])).length;
      return { status: {}, children: [], finalized: left === 0 };
    };
    cluster.api.delete(PARENT);
    cluster.pass(1000);
    assert.equal(cluster.api.get(PARENT), undefined);
    assert.equal(cluster.api.get(CHILD), undefined);
    assert.deepEqual(
      cluster.requests.filter((request) => request['finalizing'] === true).map((request) => request['hook']),
      ['finalize', 'finalize'],
    );
  });

  it('calls a parent again after resyncAfterSeconds', () => {
    const cluster = hostedCluster(answering([], { resyncAfterSeconds: 30 }));
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    const calls = cluster.requests.length;
    cluster.pass(29_000);
    assert.equal(cluster.requests.length, calls);
    cluster.pass(2000);
    assert.equal(cluster.requests.length, calls + 1);
  });

  it('touches nothing on an answer it cannot use, says so, and tries again', () => {
    const cluster = hostedCluster(() => ({ code: 500, headers: {}, body: 'boom' }));
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(100_000);
    const message =
      'Sync error: sync hook failed for Widget default/w: sync hook failed (version=v2): unsupported status code: 500 body: boom';
    assert.ok(cluster.requests.length > 10);
    assert.ok(cluster.events.filter((event) => event.type === 'Warning').every((event) => event.message === message));
    assert.equal(cluster.api.get(PARENT)?.['status'], undefined);
    const [stored] = cluster.api.list('v1', 'Event').filter((event) => event['type'] === 'Warning');
    assert.ok(Number(stored?.['count']) > 1);
  });

  it('waits as long as 429 says, silently', () => {
    const cluster = hostedCluster(() => ({ code: 429, headers: { 'retry-after': '7' }, body: '' }));
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(6000);
    assert.equal(cluster.requests.length, 1);
    cluster.pass(7000);
    assert.equal(cluster.requests.length, 2);
    assert.deepEqual(
      cluster.events.filter((event) => event.type === 'Warning'),
      [],
    );
  });

  it('dies of a null child, and does nothing more', () => {
    const cluster = hostedCluster(() => ({ status: {}, children: [null] }));
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    assert.match(cluster.panics.join(), /nil pointer dereference/);
    touched(cluster, answering([]));
    assert.equal(cluster.requests.length, 1);
  });

  it('shows related objects, asks customize once per generation, and wakes parents when they change', () => {
    const rules = { relatedResources: [{ apiVersion: WIDGETS, resource: 'gadgets', names: ['g'] }] };
    const cluster = hostedCluster((_request, hook) => (hook === 'customize' ? rules : answering([])()));
    cluster.api.create({ ...widget('g'), kind: 'Gadget' });
    cluster.api.create(composite({ childResources: [] }, ['sync', 'customize']));
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    const asked = (): number => cluster.requests.filter((request) => request['hook'] === 'customize').length;
    const shown = (): unknown =>
      mapOf(mapOf(cluster.requests.at(-1)?.['related'])['Gadget.test.example.com/v1'])['default/g'];
    assert.deepEqual(mapOf(shown())['spec'], { n: 1 });
    const before = asked();
    cluster.api.patch({ ...PARENT, kind: 'Gadget', name: 'g' }, { spec: { n: 2 } });
    cluster.pass(1000);
    assert.deepEqual(mapOf(shown())['spec'], { n: 2 });
    assert.equal(asked(), before);
    cluster.api.patch(PARENT, { spec: { n: 5 } });
    cluster.pass(1000);
    assert.equal(asked(), before + 1);
  });

  it('wakes only the parents whose rules a changed object fits', () => {
    const cluster = hostedCluster((request, hook) => {
      const name = `for-${String(mapOf(mapOf(request['parent'])['metadata'])['name'])}`;
      const relatedResources = [{ apiVersion: WIDGETS, resource: 'gadgets', names: [name] }];
      return hook === 'customize' ? { relatedResources } : answering([])();
    });
    cluster.api.create(composite({ childResources: [] }, ['sync', 'customize']));
    for (const name of ['w', 'x']) cluster.api.create(widget(name));
    cluster.pass(1000);
    const before = cluster.requests.length;
    cluster.api.create({ ...widget('for-x'), kind: 'Gadget' });
    cluster.pass(1000);
    const woken = cluster.requests.slice(before).map((request) => mapOf(mapOf(request['parent'])['metadata'])['name']);
    assert.deepEqual(woken, ['x']);
  });

  it('attaches nothing in a sync whose write of the decorated object came too late', () => {
    const cluster = hostedCluster(() => {
      if (cluster.requests.length === 1) cluster.api.patch(PARENT, { metadata: { annotations: { racing: 'yes' } } });
      const late = cluster.requests.length === 1;
      return { labels: { decorated: 'yes' }, attachments: [child({ late: String(late) })] };
    });
    cluster.api.create({
      apiVersion: 'metacontroller.k8s.io/v1alpha1',
      kind: 'DecoratorController',
      metadata: { name: 'd' },
      spec: {
        resources: [{ apiVersion: WIDGETS, resource: 'widgets' }],
        attachments: [{ apiVersion: 'v1', resource: 'configmaps' }],
        hooks: { sync: { version: 'v2', webhook: { url: 'http://hook/dsync' } } },
      },
    });
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    assert.deepEqual(cluster.api.get(CHILD)?.['data'], { late: 'false' });
    assert.deepEqual(
      cluster.events.filter((event) => event.type === 'Warning'),
      [],
    );
  });

  it('lets a decorator label its object before it attaches anything, and mark what it attaches', () => {
    const cluster = hostedCluster(() => ({ labels: { decorated: 'yes' }, attachments: [child()] }));
    cluster.api.create({
      apiVersion: 'metacontroller.k8s.io/v1alpha1',
      kind: 'DecoratorController',
      metadata: { name: 'd' },
      spec: {
        resources: [
          { apiVersion: WIDGETS, resource: 'widgets', annotationSelector: { matchAnnotations: { decorate: 'yes' } } },
        ],
        attachments: [{ apiVersion: 'v1', resource: 'configmaps' }],
        hooks: { sync: { version: 'v2', webhook: { service: { name: 'hooks', namespace: 'x' }, path: '/dsync' } } },
      },
    });
    cluster.api.create(widget('plain'));
    cluster.api.create(widget('w', {}, { annotations: { decorate: 'yes' } }));
    cluster.pass(1000);
    assert.deepEqual(cluster.api.get(PARENT)?.metadata.labels, { decorated: 'yes' });
    assert.equal(cluster.api.get(CHILD)?.metadata.annotations?.['metacontroller.k8s.io/decorator-controller'], 'd');
    assert.deepEqual(
      [...new Set(cluster.requests.map((request) => mapOf(mapOf(request['object'])['metadata'])['name']))],
      ['w'],
    );
  });

  it('does nothing while it is stopped, and needs nothing but the API server to go on', () => {
    const cluster = synced([child()]);
    cluster.host.stop();
    touched(cluster, answering([child({ k: 'new' })]));
    assert.deepEqual(cluster.api.get(CHILD)?.['data'], { k: 'v' });
    createHost(cluster.api, cluster.clock, {
      hook: () => ({ code: 200, headers: {}, body: answering([child({ k: 'new' })])() }),
    });
    cluster.pass(1000);
    assert.deepEqual(cluster.api.get(CHILD)?.['data'], { k: 'new' });
  });
});
