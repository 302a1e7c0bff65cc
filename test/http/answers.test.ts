import assert from 'node:assert/strict';
import request from 'supertest';
import { createMetrics } from '../../hooks/http/metrics.ts';
import { assertRefused } from './refusals.ts';
import { keptLog, rowOf, SYNC, TOY_ROWS, toyApp, toyJob, toyParent, toyRequest } from './toy.ts';

const desired = (name: string, fields: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  ...fields,
});

async function answered(answer: unknown): Promise<request.Response> {
  return request(toyApp({ rows: [rowOf(() => answer)] }))
    .post(SYNC)
    .send(toyRequest());
}

describe('answers', () => {
  it('B30 ignores If-None-Match and sends the whole answer, without an ETag', async () => {
    for (const tag of ['*', '"x"', 'W/"x"']) {
      const answer = await request(toyApp()).post(SYNC).set('If-None-Match', tag).send(toyRequest()).expect(200);
      assert.ok(answer.text.includes('"status"'));
      assert.equal(answer.headers['etag'], undefined);
    }
  });

  it('B31 answers 500 for a hook that throws, and neither answer nor log holds a Secret of the request', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'demo', uid: 's' },
      data: { password: 'aHVudGVyMg==' },
    };
    const { log, lines } = keptLog('debug');
    const body = toyRequest({
      parent: toyParent({ spec: { fail: 'hunter2' } }),
      related: { 'Secret.v1': { 'demo/s': secret } },
    });
    const answer = await request(toyApp({ log })).post(SYNC).send(body);
    assertRefused(answer, 'HookFailed');
    assert.doesNotMatch(answer.text, /aHVudGVyMg|hunter2|password/);
    assert.doesNotMatch(lines(), /aHVudGVyMg|hunter2|password/);
    const line = JSON.parse(lines()) as Record<string, string>;
    const { requestId } = JSON.parse(answer.text) as { requestId: string };
    const { msg, level, kind, hook, namespace, name, code, reason } = line;
    assert.deepEqual(
      { msg, level, kind, hook, namespace, name, code, reason, id: line['requestId'] },
      {
        msg: 'hook failed',
        level: 'error',
        kind: 'toy',
        hook: 'sync',
        namespace: 'demo',
        name: 'bear',
        code: 'HookFailed',
        reason: 'Error',
        id: requestId,
      },
    );
    assert.match(line['stack'] ?? '', /at seen .*toy\.ts/);
  });

  it('answers 500 with the reason in the log for a hook that throws where no Secret is about', async () => {
    const { log, lines } = keptLog();
    const rows = [
      rowOf(() => {
        throw new TypeError('spec.sessions is not iterable');
      }),
    ];
    assertRefused(await request(toyApp({ rows, log })).post(SYNC).send(toyRequest()), 'HookFailed');
    assert.match(lines(), /"reason":"TypeError: spec.sessions is not iterable"/);
  });

  it('answers equal requests with equal refusals, so that Kubernetes counts one event', async () => {
    const texts = await Promise.all(
      [1, 2].map(() =>
        request(toyApp())
          .post(SYNC)
          .send(toyRequest({ children: {} })),
      ),
    );
    assert.equal(texts[0]?.text, texts[1]?.text);
    const other = await request(toyApp())
      .post(SYNC)
      .send(toyRequest({ children: {}, related: { a: {} } }));
    assert.notEqual(other.text, texts[0]?.text);
  });

  it('gives hooks a request that is frozen to its leaves', async () => {
    const rows = [
      rowOf(({ parent }) => {
        (parent.metadata as { labels: Record<string, string> }).labels['x'] = 'changed';
        return { status: {}, children: [] };
      }),
    ];
    const labelled = toyParent({ metadata: { ...(toyParent()['metadata'] as object), labels: {} } });
    assertRefused(
      await request(toyApp({ rows }))
        .post(SYNC)
        .send(toyRequest({ parent: labelled })),
      'HookFailed',
    );
  });

  it('orders desired objects by kind and name, so that a hook may list them as it finds them', async () => {
    const one = await answered({ status: {}, children: [desired('b'), desired('a')] });
    const two = await answered({ status: {}, children: [desired('a'), desired('b')] });
    assert.equal(one.text, two.text);
  });

  it('leaves out fields without a value, in maps and in lists, and keeps the null by which a decorator deletes a label', async () => {
    const spec = {
      args: ['a', null, undefined, 'b'],
      nothing: null,
      missing: undefined,
      deep: { none: null, text: 'null' },
    };
    const composite = await answered({ status: { none: null }, children: [desired('a', { spec })] });
    assert.deepEqual(JSON.parse(composite.text), {
      status: {},
      children: [desired('a', { spec: { args: ['a', 'b'], deep: { text: 'null' } } })],
    });
    const labels = await request(toyApp())
      .post('/v1/toy-labels/sync')
      .send({ object: toyParent(), attachments: { 'Job.batch/v1': {} }, related: {} });
    assert.deepEqual((labels.body as { labels: unknown }).labels, { seen: 'bear', gone: null });
  });

  it('raises an overdue wake-up to a second, since Metacontroller reads 0 as never', async () => {
    for (const [asked, sent] of [
      [0, 1],
      [-5, 1],
      [0.2, 1],
      [30, 30],
    ] as const) {
      const { text } = await answered({ status: {}, children: [], resyncAfterSeconds: asked });
      assert.equal((JSON.parse(text) as { resyncAfterSeconds: number }).resyncAfterSeconds, sent);
    }
  });

  const invalid: readonly (readonly [sentence: string, answer: unknown, where: string])[] = [
    ['nothing', undefined, 'is not an object'],
    ['no status, which would wipe it', { children: [] }, '/status'],
    ['no children, which would delete all', { status: {} }, '/children'],
    ['a child of null, which ends the host', { status: {}, children: [null] }, '/children/0'],
    [
      'a child of a kind that is not watched',
      { status: {}, children: [{ ...desired('a'), kind: 'Pod' }] },
      '/children/0',
    ],
    [
      'a child of another version than is watched',
      { status: {}, children: [{ ...desired('a'), apiVersion: 'batch/v2' }] },
      '/children/0',
    ],
    [
      'a child without a name',
      { status: {}, children: [{ ...desired('a'), metadata: { generateName: 'a-' } }] },
      '/children/0',
    ],
    [
      'a child in another namespace',
      { status: {}, children: [{ ...desired('a'), metadata: { name: 'a', namespace: 'other' } }] },
      '/children/0',
    ],
    [
      'one child twice',
      {
        status: {},
        children: [desired('a'), desired('b'), { ...desired('a'), metadata: { name: 'a', namespace: 'demo' } }],
      },
      '/children',
    ],
    ['a number that is none', { status: { size: NaN }, children: [] }, '/status/size'],
    [
      'an infinite number in a child',
      { status: {}, children: [desired('a', { spec: { n: [1, Infinity] } })] },
      '/children/0/spec/n/1',
    ],
    ['an endless delay', { status: {}, children: [], resyncAfterSeconds: Infinity }, '/resyncAfterSeconds'],
    ['finalized though nothing is finalizing', { status: {}, children: [], finalized: true }, '/finalized'],
  ];
  for (const [sentence, answer, where] of invalid) {
    it(`sends 500 rather than ${sentence}`, async () => {
      assertRefused(await answered(answer), 'AnswerInvalid', where);
    });
  }

  it('takes the clock of the server, and ?now= only where it was started for development', async () => {
    const at = async (query: string, dev: boolean): Promise<request.Response> =>
      request(toyApp({ dev })).post(`${SYNC}${query}`).send(toyRequest());
    const timeOf = (answer: request.Response): unknown => (answer.body as { status: { at: string } }).status.at;
    assert.equal(timeOf(await at('', false)), '2026-01-05T02:00:00Z');
    assert.equal(timeOf(await at('?now=2030-05-06T07:08:09Z', true)), '2030-05-06T07:08:09Z');
    assert.equal(timeOf(await at('?now=2030-05-06T07:08:09+02:00', true)), '2030-05-06T05:08:09Z');
    assert.equal(timeOf(await at('?other=1', false)), '2026-01-05T02:00:00Z');
    assertRefused(await at('?now=2030-05-06T07:08:09Z', false), 'NowRefused');
    for (const wrong of ['', 'tomorrow', '2030', '2030-05-06', '2030-13-06T07:08:09Z', '0']) {
      assertRefused(await at(`?now=${wrong}`, true), 'NowMalformed');
    }
  });

  it('B32 answers probes and metrics under odd query strings, and no label of a metric comes from a request', async () => {
    const metrics = createMetrics(true);
    const app = toyApp({ metrics });
    for (const query of ['?', '?x=%00', '?token=hunter2', `?${'a'.repeat(5000)}`, '?__proto__[x]=1', '?%E0%A4%A']) {
      for (const path of ['/healthz', '/readyz', '/metrics', '/']) {
        const { status } = await request(app).get(`${path}${query}`);
        assert.equal(status, 200, `${path}${query}`);
      }
    }
    for (const path of ['/healthz/', '/metrics/secret', '/HEALTHZ']) {
      assert.ok([200, 404].includes((await request(app).get(path)).status));
    }
    await request(app).post(`${SYNC}?password=hunter2`).send(toyRequest()).expect(200);
    await request(app)
      .post(SYNC)
      .send(toyRequest({ children: {} }))
      .expect(400);
    await request(app).post('/v1/hunter2/sync').send(toyRequest()).expect(404);
    const { text } = await request(app).get('/metrics').expect(200);
    assert.doesNotMatch(text, /hunter2|bear|demo/);
    assert.match(text, /metastash_hook_refusals_total\{kind="toy",hook="sync",code="ChildGroupMissing"\} 1/);
    assert.match(text, /metastash_hook_duration_seconds_count\{kind="toy",hook="sync"\} 1/);
    assert.match(text, /process_resident_memory_bytes/);
  });

  it('lists every hook with a body that it accepts as it stands', async () => {
    const app = toyApp();
    const { hooks } = (await request(app).get('/').expect(200)).body as { hooks: { path: string; sample: object }[] };
    assert.equal(hooks.length, TOY_ROWS.flatMap((row) => Object.keys(row.hooks)).length);
    for (const { path, sample } of hooks) await request(app).post(path).send(sample).expect(200);
  });

  it('says that it is not ready while it drains, and asks clients to leave', async () => {
    const app = toyApp({ draining: () => true });
    await request(app).get('/readyz').expect(503);
    await request(app).get('/healthz').expect(200);
    const answer = await request(app).post(SYNC).send(toyRequest(jobs())).expect(200);
    assert.equal(answer.headers['connection'], 'close');
  });
});

function jobs(): Record<string, unknown> {
  return { children: { 'Job.batch/v1': { 'demo/a': toyJob('a') } } };
}
