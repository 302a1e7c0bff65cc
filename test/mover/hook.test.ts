/** hook: with a real HTTP server, real connections, and a node that answers commands through files. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { World, type Ran } from './world.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const pod = (
  name: string,
  more: { readonly labels?: object; readonly owner?: object; readonly phase?: string; readonly ready?: boolean } = {},
) => ({
  metadata: {
    name,
    labels: { app: 'web', ...more.labels },
    ...(more.owner ? { ownerReferences: [more.owner] } : {}),
  },
  spec: {
    nodeName: 'node-1',
    containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 0 }] }, { name: 'side' }],
  },
  status: {
    phase: more.phase ?? 'Running',
    podIP: '127.0.0.1',
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
  },
});

describe('mover: hook', () => {
  let world: World;
  let server: http.Server;
  let port: number;
  let seen: Seen[];
  let answers: number[];
  /** Commands that the node has run, and how it answers. */
  let ran: { readonly pod: string; readonly container: string; readonly command: readonly string[] }[];
  let exec: (order: { readonly pod: string }) => object;
  let node: NodeJS.Timeout;

  beforeEach(async () => {
    world = new World();
    [seen, answers, ran] = [[], [], []];
    exec = () => ({ exitCode: 0, output: '' });
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
        const status = answers.shift() ?? 200;
        if (status > 0) response.writeHead(status, { location: '/elsewhere' }).end('words');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    node = setInterval(() => answerCommands(), 10);
  });
  afterEach(() => {
    clearInterval(node);
    server.closeAllConnections();
    server.close();
    world.end();
  });

  /** Stands for the node: what the sandbox's bridge does. */
  function answerCommands(): void {
    const folder = join(world.files, 'exec');
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).filter((one) => /^[^.]+\.json$/.test(one))) {
      const outcome = join(folder, name.replace('.json', '.outcome.json'));
      if (existsSync(outcome)) continue;
      const order = JSON.parse(readFileSync(join(folder, name), 'utf8')) as (typeof ran)[number];
      ran.push(order);
      writeFileSync(outcome, JSON.stringify(exec(order)));
    }
  }

  const hook = (action: object, more: object = {}): Promise<Ran> =>
    world.run(['hook'], { hook: 'tell', action, attempts: 1, timeoutSeconds: 5, ...more });
  const get = (more: object = {}): object => ({
    kind: 'http',
    method: 'GET',
    scheme: 'http',
    host: '127.0.0.1',
    port,
    path: '/a?b=1',
    headers: [],
    ...more,
  });
  const pods = (more: object = {}): object => ({
    pods: { namespace: 'demo', labels: { app: 'web' }, all: false, ...more },
  });
  const put = (...all: readonly object[]): void =>
    all.forEach((one) => world.object('pods', 'demo', one as { metadata: { name: string } }));
  const command = { kind: 'exec', command: ['lock', '', '--a=$(b)'] };

  it('posts headers and body as they are', async () => {
    const headers = [{ name: 'Content-Type', value: 'application/json' }];
    const result = await hook(get({ method: 'POST', headers, body: '{"ü":1}' }));
    assert.equal(result.code, 0);
    assert.deepEqual(result.status.result, { hook: { attempts: 1 } });
    assert.equal(seen.length, 1);
    assert.deepEqual([seen[0]?.method, seen[0]?.url, seen[0]?.body], ['POST', '/a?b=1', '{"ü":1}']);
    assert.deepEqual([seen[0]?.headers['content-type'], seen[0]?.headers['content-length']], ['application/json', '8']);
  });

  for (const [status, code] of [
    [204, 0],
    [302, 0],
    [399, 0],
    [400, 1],
    [500, 1],
  ] as const) {
    it(`takes status ${status} for ${code === 0 ? 'success' : 'failure'}, and follows no redirect`, async () => {
      answers = [status];
      const result = await hook(get());
      assert.equal(result.code, code);
      assert.equal(seen.length, 1);
      if (code !== 0) {
        assert.equal(result.status.error?.code, 'HookRequestFailed');
        assert.match(
          result.status.error?.message ?? '',
          new RegExp(`^GET http://127.0.0.1:${port} was answered with status ${status}; 200 to 399 is success\\.`),
        );
      }
    });
  }

  it('tries as often as it was told, and no more', async () => {
    answers = [500, 503, 200];
    assert.deepEqual((await hook(get(), { attempts: 3 })).status.result, { hook: { attempts: 3 } });
    answers = [500, 503, 200];
    assert.equal((await hook(get(), { attempts: 2 })).status.error?.code, 'HookRequestFailed');
    assert.equal(seen.length, 5);
  });

  it('gives up a try that takes too long', async () => {
    answers = [0];
    const { status } = await hook(get(), { timeoutSeconds: 1 });
    assert.equal(status.error?.code, 'HookTimeout');
    assert.match(status.error?.message ?? '', /^Hook tell took longer than 1 s\./);
  });

  it('says that nobody answers', async () => {
    const { status } = await hook(get({ port: 9 }));
    assert.equal(status.error?.code, 'HookRequestFailed');
    assert.match(status.error?.message ?? '', /^GET http:\/\/127.0.0.1:9 was not answered: .*ECONNREFUSED/);
  });

  it('knocks at a port', async () => {
    assert.equal((await hook({ kind: 'tcp', host: '127.0.0.1', port })).code, 0);
    const { status } = await hook({ kind: 'tcp', host: '127.0.0.1', port: 9 });
    assert.equal(status.error?.code, 'HookRequestFailed');
  });

  it('asks the Pod itself, at the port that its container has a name for', async () => {
    const one = pod('web-0');
    (one.spec.containers[0]?.ports?.[0] as { containerPort: number }).containerPort = port;
    put(one);
    const action = get({ port: 'http' });
    delete (action as { host?: string }).host;
    assert.deepEqual((await hook(action, pods({ container: 'web' }))).status.result, {
      hook: { attempts: 1, pods: ['web-0'] },
    });
    const { status } = await hook({ ...action, port: 'admin' }, pods({ container: 'web' }));
    assert.equal(status.error?.code, 'HookRequestInvalid');
  });

  it('runs the command in the first ready Pod, in its first container, words as they are', async () => {
    put(
      pod('a', { ready: false }),
      pod('c'),
      pod('b'),
      pod('0', { phase: 'Succeeded' }),
      pod('1', { labels: { app: 'db' } }),
    );
    assert.deepEqual((await hook(command, pods())).status.result, { hook: { attempts: 1, pods: ['b'] } });
    assert.deepEqual(ran, [{ namespace: 'demo', pod: 'b', container: 'web', command: ['lock', '', '--a=$(b)'] }]);
  });

  it('runs it in all Pods, and the failure of one is the hook’s', async () => {
    put(pod('a'), pod('b'), pod('c'));
    assert.deepEqual((await hook(command, pods({ all: true, container: 'side' }))).status.result, {
      hook: { attempts: 1, pods: ['a', 'b', 'c'] },
    });
    exec = (order) => (order.pod === 'b' ? { exitCode: 3, output: 'no such table\n' } : { exitCode: 0, output: '' });
    const { status } = await hook(command, pods({ all: true }));
    assert.equal(status.error?.code, 'HookCommandFailed');
    assert.match(
      status.error?.message ?? '',
      /^The command ended with exit code 3 in Pod b, container web: no such table\./,
    );
    assert.equal(ran.length, 5);
  });

  it('finds Pods by their owner, a Deployment’s through its ReplicaSets', async () => {
    put(
      pod('mine', {
        owner: { kind: 'ReplicaSet', name: 'web-7d4f', uid: 'r' },
        labels: { 'pod-template-hash': '7d4f' },
      }),
      pod('other', {
        owner: { kind: 'ReplicaSet', name: 'web-old-7d4f', uid: 's' },
        labels: { 'pod-template-hash': '7d4f' },
      }),
      pod('set', { owner: { kind: 'StatefulSet', name: 'web', uid: 't' } }),
    );
    const owned = async (owner: object): Promise<readonly string[] | undefined> =>
      (await hook(command, pods({ all: true, owner }))).status.result?.hook?.pods;
    assert.deepEqual(await owned({ kind: 'Deployment', name: 'web' }), ['mine']);
    assert.deepEqual(await owned({ kind: 'StatefulSet', name: 'web', uid: 't' }), ['set']);
    assert.equal(await owned({ kind: 'StatefulSet', name: 'web', uid: 'u' }), undefined);
  });

  for (const [what, choice, words] of [
    ['no Pod', { labels: { app: 'none' } }, /^No running Pod of namespace demo has the labels app=none\./],
    ['no container', { container: 'none' }, /^Pod a has no container none; it has: web, side\./],
  ] as const) {
    it(`says that there is ${what}`, async () => {
      put(pod('a'));
      const { status } = await hook(command, pods(choice));
      assert.equal(status.error?.code, 'HookPodNotFound');
      assert.match(status.error?.message ?? '', words);
    });
  }

  it('says what kept a command from running', async () => {
    put(pod('a'));
    exec = () => ({ error: 'container web is not running' });
    const { status } = await hook(command, pods());
    assert.match(status.error?.message ?? '', /container web is not running/);
  });

  it('ends when the Pod is told to stop', async () => {
    put(pod('a'));
    clearInterval(node);
    const stop = new AbortController();
    const running = world.run(
      ['hook'],
      { hook: 'tell', action: command, attempts: 3, timeoutSeconds: 60, ...pods() },
      stop.signal,
    );
    await sleep(100);
    stop.abort();
    assert.equal((await running).status.error?.code, 'Interrupted');
  });
});
