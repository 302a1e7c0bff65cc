/** Hooks around a backup and a restore: commands in Pods, through the API server's own exec, and a request to a server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { apply, kubectl, list, reaches, wordsOf, type Found } from './kubectl.ts';
import { nodeAddress } from './s3.ts';
import { backupConfiguration, backupSession, claim, fails, firstSession } from './scenario.ts';
import { folderStorage, isJudged, namespaceNamed, places, restoreSession, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { filled, volumeFor } from './volumes.ts';
import { idleDeployment } from './workloads.ts';

const namespace = 'hooked';
const REPLICAS = 2;

describe('hooks', () => {
  let scenario: Scenario;
  let path: string;
  let server: Server;
  const requests: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        requests.push(`${request.method} ${request.url} ${body}`);
        response.end('heard');
      });
    }).listen(0, nodeAddress());
    await once(server, 'listening');
    path = volumeFor(installation().folder, namespace, 'data');
    filled(path, 2, 21);
    writeFileSync(join(path, 'private'), 'of its own user\n', { mode: 0o600 });
    chownSync(join(path, 'private'), 4242, 4242);
    const storage = folderStorage(join(installation().folder, 'backups-hooked'));
    const target = { apiGroup: 'apps', kind: 'Deployment', name: 'writer' };
    scenario = { namespace, target, storage, addon: 'workload-addon' };
    apply([namespaceNamed(namespace), claim(namespace, 'data'), idleDeployment(namespace, 'writer', REPLICAS)]);
    kubectl(['rollout', 'status', 'deployment/writer', '-n', namespace, '--timeout=60s']);
  });
  after(() => void server.close());

  it('write into the Pods before the data is read, and again and to a server after it', async () => {
    apply([...places(scenario), ...templates(server), withHooks(backupConfiguration(scenario))]);
    const { name } = (await firstSession(namespace)).metadata;
    const session = await reaches('backupsession', { namespace, name }, 'Succeeded', 120);
    assert.deepEqual(phasesOf(session), ['pause: Succeeded', 'resume: Succeeded', 'tell: Succeeded']);
    assert.equal(readFileSync(join(path, 'state'), 'utf8'), 'open\n');
    const wrote = readFileSync(join(path, 'wrote'), 'utf8').trim().split('\n');
    const pods = list('pods', namespace).filter((one) => one.metadata.labels?.['app'] === 'writer');
    assert.equal(pods.length, REPLICAS);
    for (const state of ['paused', 'open']) {
      const lines = wrote.filter((line) => line.startsWith(`${state} `)).map((line) => line.split(' ')[1]);
      assert.deepEqual(lines.sort(), pods.map((one) => one.metadata.name).sort(), `${state} in every Pod, once`);
    }
    assert.deepEqual(requests, [`POST /rooms/backups {"text":"${namespace}/writer is Succeeded"}`]);
  });

  it('are what the data shows that is restored: it was read between them, and files of another user came with it', async () => {
    writeFileSync(join(path, 'private'), 'destroyed\n');
    apply([restoreSession(scenario, 'in-place')]);
    await reaches('restoresession', { namespace, name: 'in-place' }, 'Succeeded', 90);
    assert.equal(readFileSync(join(path, 'state'), 'utf8'), 'paused\n');
    assert.equal(readFileSync(join(path, 'private'), 'utf8'), 'of its own user\n');
  });

  it('that fail before the backup keep it from being made, in the words of the command', async () => {
    const snapshots = (): number => list('snapshots.storage.kubestash.com', namespace).length;
    const before = snapshots();
    apply([withHooks(backupConfiguration(scenario), 'broken')]);
    await isJudged(namespace);
    apply([backupSession(namespace, 'refused-by-hook')]);
    const failed = await fails(namespace, 'refused-by-hook', 90);
    assert.match(wordsOf(failed), /Hook pause before the work failed: HookCommandFailed: .*the disk is not quiet/);
    assert.deepEqual(phasesOf(failed), ['pause: Failed', 'resume: Succeeded', 'tell: Succeeded']);
    assert.equal(snapshots(), before);
    assert.match(requests.at(-1) ?? '', /is Failed/);
  });
});

/** A command in every Pod, one that fails, and a message to a server of this machine. */
function templates(server: Server): readonly object[] {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const template = (name: string, spec: object): object => ({
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'HookTemplate',
    metadata: { name, namespace },
    spec,
  });
  const inPods = (script: string): object => ({
    params: [{ name: 'state', usage: 'What the application should do', required: true }],
    action: { exec: { command: ['/bin/sh', '-c', script] }, containerName: 'app' },
    executor: { type: 'Pod', pod: { selector: 'app=writer', strategy: 'ExecuteOnAll' } },
  });
  return [
    template(
      'set-state',
      inPods('echo ${state} > /data/state; echo ${state} $HOSTNAME >> /data/wrote; echo done for $HOSTNAME'),
    ),
    template('broken', inPods('echo the disk is not quiet >&2; exit 3')),
    template('tell', {
      action: {
        httpPost: {
          host: address.address,
          port: address.port,
          path: '/rooms/backups',
          scheme: 'HTTP',
          body: '{"text":"{{ .Namespace }}/{{ .Target.Name }} is {{ .Status.Phase }}"}',
        },
      },
      executor: { type: 'Operator' },
    }),
  ];
}

function withHooks(configuration: object, pause = 'set-state'): object {
  const { spec } = configuration as { spec: { sessions: readonly object[] } };
  const uses = (name: string, hookTemplate: string, state: string): object => ({
    name,
    hookTemplate: { name: hookTemplate, namespace },
    params: { state },
  });
  const hooks = {
    preBackup: [uses('pause', pause, 'paused')],
    postBackup: [uses('resume', 'set-state', 'open'), { name: 'tell', hookTemplate: { name: 'tell', namespace } }],
  };
  return { ...configuration, spec: { ...spec, sessions: spec.sessions.map((one) => ({ ...one, hooks })) } };
}

function phasesOf(session: Found): readonly string[] {
  const { preHooks = [], postHooks = [] } = (session.status?.['hooks'] ?? {}) as Readonly<
    Record<string, readonly { readonly name: string; readonly phase: string }[]>
  >;
  return [...preHooks, ...postHooks].map(({ name, phase }) => `${name}: ${phase}`);
}
