import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { mapOf, type JsonMap } from '../../sandbox/api-server/values.ts';
import { createHost } from '../../sandbox/metacontroller/host.ts';
import { testCluster, widget, WIDGETS } from './cluster-of-tests.ts';
import { composite, hostedCluster, type HostedCluster } from './hosted.ts';

const PARENT = { apiVersion: WIDGETS, kind: 'Widget', namespace: 'default', name: 'w' };

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

describe('a host that dies or runs again', () => {
  it('reaches the same state whichever write it dies after', () => {
    const children = [child(), { ...child({ k: '2' }), metadata: { name: 'b' } }];
    const state = ({ api }: HostedCluster): unknown =>
      ['ConfigMap', 'Widget'].flatMap((kind) =>
        api
          .list(kind === 'Widget' ? WIDGETS : 'v1', kind)
          .map(({ metadata, ...body }) => [metadata.name, metadata.finalizers, body]),
      );
    const calm = synced(children, composite({}, ['sync', 'finalize']));
    for (let fatal = 1; fatal <= 4; fatal++) {
      const cluster = hostedCluster(answering(children));
      let writes = 0;
      cluster.api.create(composite({}, ['sync', 'finalize']));
      cluster.api.create(widget('w'));
      const stop = cluster.api.watchAll(({ object }: { object: StoredObject }) => {
        if (object.kind === 'ConfigMap' || object.kind === 'Widget') writes++;
        if (writes === fatal + 1) cluster.host.stop();
      });
      cluster.pass(1000);
      stop();
      createHost(cluster.api, cluster.clock, { hook: () => ({ code: 200, headers: {}, body: answering(children)() }) });
      cluster.pass(1000);
      assert.deepEqual(state(cluster), state(calm), `after write ${fatal}`);
    }
  });

  it('sends nothing more after it was stopped inside a request', () => {
    const cluster = testCluster();
    const api = Object.create(cluster.api) as typeof cluster.api;
    let writes = 0;
    const host = createHost(
      Object.assign(api, {
        resource: cluster.api.resource.bind(cluster.api),
        list: cluster.api.list.bind(cluster.api),
        get: cluster.api.get.bind(cluster.api),
        watch: cluster.api.watch.bind(cluster.api),
        updateStatus: cluster.api.updateStatus.bind(cluster.api),
        create(object: object) {
          const stored = cluster.api.create(object);
          if (stored.kind === 'ConfigMap' && ++writes === 1) host.stop();
          return stored;
        },
      }),
      cluster.clock,
      {
        hook: () => ({ code: 200, headers: {}, body: answering([child(), { ...child(), metadata: { name: 'b' } }])() }),
      },
    );
    cluster.api.create(composite());
    cluster.api.create(widget('w'));
    cluster.pass(1000);
    assert.equal(writes, 1);
    assert.equal(cluster.api.get(PARENT)?.['status'], undefined);
  });

  it('does the same twice from the same beginning', () => {
    const trace = (): string => {
      const cluster = hostedCluster(
        (request) => answering([child({ n: JSON.stringify(mapOf(request['parent'])['spec']) })])(),
        { requestMs: 1 },
      );
      const changes: string[] = [];
      cluster.api.watchAll(({ type, object }: { type: string; object: StoredObject }) =>
        changes.push(`${cluster.clock.now()} ${type} ${JSON.stringify(object)}`),
      );
      cluster.api.create(composite());
      for (const name of ['w', 'x', 'y']) cluster.api.create({ ...widget(name), kind: 'Widget' });
      cluster.pass(500);
      cluster.api.delete(PARENT);
      cluster.pass(500);
      return changes.join('\n');
    };
    assert.equal(trace(), trace());
  });
});
