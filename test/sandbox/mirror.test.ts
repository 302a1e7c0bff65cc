/** The cache of a real API server's resource: what a server answers a watch with that is no event. */
import assert from 'node:assert/strict';
import type { WatchEvent } from '../../sandbox/api-server/api.ts';
import type { JsonMap } from '../../sandbox/api-server/values.ts';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';
import type { Connection } from '../../sandbox/on-cluster/connection.ts';
import { Mirror } from '../../sandbox/on-cluster/mirror.ts';

const RESOURCE = {
  apiVersion: 'metastash.dev/v1alpha1',
  kind: 'TaskReport',
  plural: 'taskreports',
  namespaced: true,
  statusSubresource: true,
};

/** As Kubernetes 1.36 said it right after a definition was established, and killed the host. */
const REFUSED: JsonMap = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'storage is (re)initializing',
  reason: 'TooManyRequests',
  code: 429,
};
const TOO_OLD: JsonMap = { type: 'ERROR', object: { kind: 'Status', metadata: {}, reason: 'Expired', code: 410 } };

describe('a mirror whose watch is not served', () => {
  for (const [how, answer] of [
    ['is refused as a whole', REFUSED],
    ['is too old', TOO_OLD],
  ] as const) {
    it(`${how} lists anew after half a second and goes on`, async () => {
      const server = playedServer([answer]);
      const clock = virtualClock(0);
      const told: string[] = [];
      const mirror = new Mirror(server.connection, clock, RESOURCE);
      mirror.listen(({ type, object }: WatchEvent) => told.push(`${type} ${object.metadata.name}`));
      await settled();
      assert.deepEqual(server.asked, ['list', 'watch']);
      clock.runUntil(1000);
      await settled();
      assert.deepEqual(server.asked, ['list', 'watch', 'list', 'watch']);
      server.send({ type: 'ADDED', object: { metadata: { name: 'second', resourceVersion: '9' } } });
      assert.deepEqual(told, ['ADDED first', 'ADDED second']);
      mirror.stop();
    });
  }
});

/** A server with one object that gives each of the first watches one of `answers`, and ends it. */
function playedServer(answers: readonly JsonMap[]): {
  readonly connection: Connection;
  readonly asked: readonly string[];
  readonly send: (event: JsonMap) => void;
} {
  const asked: string[] = [];
  const left = [...answers];
  let send: (event: JsonMap) => void = () => undefined;
  const connection: Connection = {
    request: () => {
      asked.push('list');
      const items = [{ metadata: { name: 'first', uid: 'f', resourceVersion: '7' } }];
      return Promise.resolve({ metadata: { resourceVersion: '8' }, items });
    },
    watch: (_path, onEvent, ended) => {
      asked.push('watch');
      const answer = left.shift();
      send = onEvent;
      if (answer) {
        onEvent(answer);
        ended();
      }
      return () => undefined;
    },
  };
  return { connection, asked, send: (event) => send(event) };
}

/** Promises that are due have been kept. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
