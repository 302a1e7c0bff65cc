import assert from 'node:assert/strict';
import { CATALOGUE } from '../../hooks/http/errors.ts';
import { createGate } from '../../hooks/http/gate.ts';
import { createMetrics } from '../../hooks/http/metrics.ts';
import { everythingFrom, post, served, until } from './sockets.ts';
import { SYNC, toyApp, toyRequest } from './toy.ts';

const body = JSON.stringify(toyRequest());
const OK = /^HTTP\/1\.1 200 OK\r\n/;

/** Statuses of all answers in a stream of them, `100 Continue` included. */
function statusesOf(answers: string): readonly number[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

describe('connections', () => {
  it('B07 ends a request that announces more than it sends with 400 or 408, and does not hang', async () => {
    await served(toyApp(), { requestTimeoutMs: 300, checkIntervalMs: 50 }, async ({ exchange, connection }) => {
      const bytes = post(SYNC, body, { 'Content-Length': String(body.length + 10) });
      assert.deepEqual(statusesOf(await exchange(bytes)), [CATALOGUE.RequestTooSlow.status]);
      const socket = await connection();
      socket.end(bytes);
      assert.deepEqual(statusesOf(await everythingFrom(socket)), [400]);
    });
  });

  it('B07 reads no more than was announced: what follows is not taken for a request', async () => {
    await served(toyApp(), {}, async ({ exchange }) => {
      const keepAlive = { 'Content-Length': String(body.length), Connection: 'keep-alive' };
      assert.equal(statusesOf(await exchange(`${post(SYNC, body, keepAlive)}surplus\r\n\r\n`)).at(-1), 400);
      assert.deepEqual(statusesOf(await exchange(post(SYNC, body, { 'Content-Length': '5' }))), [400]);
      assert.deepEqual(statusesOf(await exchange(post(SYNC, body, { 'Content-Length': '-5' }))), [400]);
    });
  });

  it('B14 cuts a client that sends its headers or its body byte by byte', async () => {
    await served(toyApp(), { requestTimeoutMs: 300, checkIntervalMs: 50 }, async ({ connection }) => {
      for (const start of ['POST /v1/toy/sync HTTP/1.1\r\nHost: a\r\n', post(SYNC, '', { 'Content-Length': '1000' })]) {
        const socket = await connection();
        socket.write(start);
        const dripping = setInterval(() => socket.write('x'), 40);
        const answer = await everythingFrom(socket);
        clearInterval(dripping);
        assert.deepEqual(statusesOf(answer), [408]);
        assert.match(answer, /\{"error":"RequestTooSlow: /);
      }
    });
  });

  it('B15 answers others while clients vanish before, in and after their answer', async () => {
    const metrics = createMetrics(false);
    const gate = createGate({ requests: 2, bufferedBytes: 1 << 20 });
    await served(toyApp({ metrics, gate }), {}, async ({ connection, exchange }) => {
      for (const bytes of [post(SYNC, body).slice(0, -5), post(SYNC, body), post(SYNC, body).slice(0, 40)]) {
        for (let round = 0; round < 5; round += 1) {
          const socket = await connection();
          socket.write(bytes, () => socket.resetAndDestroy());
          await everythingFrom(socket);
        }
      }
      // Places are given back when the server sees the reset, which may be after the client saw its own.
      for (let tries = 0; gate.load().requests > 0 && tries < 200; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(gate.load(), { requests: 0, bufferedBytes: 0 });
      assert.match(await exchange(post(SYNC, body)), OK);
    });
  });

  it('B16 of 1000 parallel requests reads as many as its limit allows and tells the others when to come again', async () => {
    const gate = createGate({ requests: 50, bufferedBytes: 1 << 26 });
    await served(toyApp({ gate }), {}, async ({ connection }) => {
      const bytes = post(SYNC, body);
      const all = await Promise.all(
        Array.from({ length: 1000 }, async () => {
          const socket = await connection();
          socket.write(bytes.slice(0, -1));
          return socket;
        }),
      );
      let refusedCount = 0;
      const answers = all.map((socket) => everythingFrom(socket));
      await Promise.race([
        Promise.all(answers.map((answer) => answer.then((text) => (refusedCount += text.includes(' 429 ') ? 1 : 0)))),
        new Promise<void>((resolve) => {
          const look = setInterval(() => {
            if (refusedCount < 950) return;
            clearInterval(look);
            resolve();
          }, 10);
        }),
      ]);
      assert.equal(gate.load().requests, 50);
      for (const socket of all) if (!socket.destroyed) socket.write(bytes.slice(-1));
      const texts = await Promise.all(answers);
      const counts = [200, 429].map((status) => texts.filter((text) => statusesOf(text)[0] === status).length);
      assert.deepEqual(counts, [50, 950]);
      assert.ok(texts.every((text) => OK.test(text) || /\r\nRetry-After: [1-9]\d*\r\n/.test(text)));
    });
  });

  it('B16 bounds the bytes that it holds for all requests together', async () => {
    const gate = createGate({ requests: 50, bufferedBytes: 150_000 });
    await served(toyApp({ gate }), {}, async ({ connection, exchange }) => {
      const first = await connection();
      first.write(post(SYNC, 'x'.repeat(100_000), { 'Content-Length': '200000' }));
      while (gate.load().bufferedBytes < 100_000) await new Promise((resolve) => setTimeout(resolve, 5));
      const second = await exchange(post(SYNC, 'x'.repeat(100_000)));
      assert.deepEqual(statusesOf(second), [429]);
      assert.match(second, /\r\nRetry-After: 1\r\n/);
      first.destroy();
      while (gate.load().requests > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(gate.load().bufferedBytes, 0);
    });
  });

  it('B17 answers pipelined requests in order, HTTP/1.0, chunks and Expect: 100-continue', async () => {
    await served(toyApp(), {}, async ({ exchange, connection }) => {
      const named = (name: string): string => JSON.stringify({ ...toyRequest(), parent: parentNamed(name) });
      const pipelined = await exchange(
        post('/v1/toy-labels/sync', labels('a'), { Connection: 'keep-alive' }) +
          post('/v1/toy-labels/sync', 'broken', { Connection: 'keep-alive' }) +
          post('/v1/toy-labels/sync', labels('b')),
      );
      assert.deepEqual(statusesOf(pipelined), [200, 400, 200]);
      assert.ok(pipelined.indexOf('"seen":"a"') < pipelined.indexOf('"seen":"b"'));

      assert.deepEqual(statusesOf(await exchange(post(SYNC, named('x')).replace('HTTP/1.1', 'HTTP/1.0'))), [200]);

      const half = body.length >> 1;
      const chunks = [body.slice(0, half), body.slice(half)].map(
        (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
      );
      const chunked = post(SYNC, '', { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' });
      assert.deepEqual(statusesOf(await exchange(`${chunked}${chunks.join('')}0\r\n\r\n`)), [200]);
      assert.deepEqual(statusesOf(await exchange(`${chunked}zz\r\n${body}\r\n0\r\n\r\n`)), [400]);

      const socket = await connection();
      const expecting = post(SYNC, body, { Expect: '100-continue' });
      socket.write(expecting.slice(0, -body.length));
      await until(socket, /100 Continue\r\n\r\n$/);
      socket.write(body);
      assert.deepEqual(statusesOf(await everythingFrom(socket)), [200]);
    });
  });

  it('B17 refuses a body over the limit before the client has sent it, when the client asks first', async () => {
    await served(toyApp(), {}, async ({ connection }) => {
      const socket = await connection();
      socket.write(post(SYNC, '', { Expect: '100-continue', 'Content-Length': String(2 << 20) }));
      assert.match(await until(socket, /requestId/), /^HTTP\/1\.1 413 /);
      socket.destroy();
    });
  });

  it('B29 refuses 64 KiB of headers with 431 and broken header lines with 400, in JSON and without a stack', async () => {
    await served(toyApp(), {}, async ({ exchange }) => {
      const large = await exchange(post(SYNC, body, { 'X-Large': 'x'.repeat(65_536) }));
      assert.deepEqual(statusesOf(large), [431]);
      assert.match(large, /\{"error":"HeadersTooLarge: /);
      for (const header of ['a\r\nX-Other : b', 'a\nX: b\0', 'a\r\n continued', '\u0001']) {
        const answer = await exchange(post(SYNC, body, { 'X-Injected': header }));
        assert.deepEqual(statusesOf(answer), [400], JSON.stringify(header));
        assert.doesNotMatch(answer, /\bat .*:\d|\.[jt]s:/);
      }
    });
  });

  it('gives every request that is refused before its body was read an id of its own', async () => {
    await served(toyApp(), {}, async ({ exchange }) => {
      const tooLarge = (): string => post(SYNC, '', { 'Content-Length': '999999999' });
      const requests = [tooLarge(), tooLarge(), post('/no/such', ''), post('/no/such', '')];
      const answers = await Promise.all(requests.map((one) => exchange(one)));
      assert.deepEqual(answers.flatMap(statusesOf), [413, 413, 404, 404]);
      const ids = answers.map((answer) => /"requestId":"([\w-]{36})"/.exec(answer)?.[1]);
      assert.ok(ids.every((id) => id !== undefined));
      assert.equal(new Set(ids).size, requests.length);
    });
  });

  it('B29 gives back no request id that could forge a header', async () => {
    await served(toyApp(), {}, async ({ exchange }) => {
      const answer = await exchange(post(SYNC, '', { 'X-Request-Id': 'a b\tSet-Cookie: c' }));
      assert.deepEqual(statusesOf(answer), [400]);
      assert.doesNotMatch(answer, /Set-Cookie/);
      assert.match(await exchange(post(SYNC, '', { 'X-Request-Id': 'trace-7' })), /"requestId":"trace-7"/);
    });
  });
});

function parentNamed(name: string): object {
  const parent = toyRequest()['parent'] as { metadata: object };
  return { ...parent, metadata: { ...parent.metadata, name } };
}

function labels(name: string): string {
  return JSON.stringify({
    object: parentNamed(name),
    attachments: { 'Job.batch/v1': {} },
    related: {},
    finalizing: false,
  });
}
