import assert from 'node:assert/strict';
import { hookActionOf } from '../../../hooks/jobs/hook-action.ts';
import { podChoiceOf } from '../../../hooks/jobs/hook-template.ts';
import type { HookTemplate } from '../../../hooks/generated/types/hooktemplate.ts';
import type { HookInfo } from '../../../hooks/generated/types/shared.ts';

const SUMMARY = { Namespace: 'demo', Target: { Name: 'db' }, Status: { Phase: 'Failed', Error: 'full' } };
const template = (spec: object): HookTemplate =>
  ({
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'HookTemplate',
    metadata: { name: 'hook', namespace: 'demo', uid: 'uid', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { executor: { type: 'Operator' }, ...spec },
  }) as HookTemplate;
const use = (more: object = {}): HookInfo => ({ hookTemplate: { name: 'hook' }, ...more });

interface Case {
  readonly it: string;
  readonly spec: object;
  readonly use?: object;
  readonly action?: object;
  readonly error?: RegExp;
}

const CASES: readonly Case[] = [
  {
    it: 'puts parameters in and leaves what is the command’s own',
    spec: {
      params: [{ name: 'user', default: 'root' }, { name: 'wait' }],
      action: { exec: { command: ['sh', '-c', 'mysql -u${user} -p$PASSWORD ${HOME}; sleep ${wait}; kill $$'] } },
    },
    use: { params: { wait: 5 } },
    action: { kind: 'exec', command: ['sh', '-c', 'mysql -uroot -p$PASSWORD ${HOME}; sleep 5; kill $$'] },
  },
  {
    it: 'expands no parameter that a parameter brings along',
    spec: { params: [{ name: 'a' }], action: { exec: { command: ['echo', '${a}'] } } },
    use: { params: { a: '${a}' } },
    action: { kind: 'exec', command: ['echo', '${a}'] },
  },
  {
    it: 'reads plain variables of the use like parameters, which win',
    spec: { action: { exec: { command: ['${A}', '${B}'] } } },
    use: {
      variables: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      params: { B: 'two' },
    },
    action: { kind: 'exec', command: ['1', 'two'] },
  },
  {
    it: 'makes a request of a template’s text, host and path',
    spec: {
      action: {
        httpPost: {
          host: 'chat.${zone}',
          port: '${port}',
          path: 'rooms/{{ .Target.Name }}',
          scheme: 'https',
          httpHeaders: [{ name: 'X-Phase', value: '{{ .Status.Phase }}' }],
          body: '{{ toJson .Status.Error }}',
        },
      },
    },
    use: { params: { zone: 'example', port: 8443 } },
    action: {
      kind: 'http',
      method: 'POST',
      scheme: 'https',
      host: 'chat.example',
      port: 8443,
      path: '/rooms/db',
      headers: [{ name: 'X-Phase', value: 'Failed' }],
      body: '"full"',
    },
  },
  {
    it: 'sends a form as browsers do',
    spec: {
      action: { httpPost: { host: 'chat', port: 80, form: [{ key: 'a b', values: ['ü&', '{{ .Status.Error }}'] }] } },
    },
    action: {
      kind: 'http',
      method: 'POST',
      scheme: 'http',
      host: 'chat',
      port: 80,
      path: '/',
      headers: [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
      body: 'a%20b=%C3%BC%26&a%20b=full',
    },
  },
  {
    it: 'leaves the host to the Pod where none is named',
    spec: { action: { httpGet: { port: 'web', path: '/healthz' } } },
    action: { kind: 'http', method: 'GET', scheme: 'http', port: 'web', path: '/healthz', headers: [] },
  },
  {
    it: 'knocks at a port',
    spec: { action: { tcpSocket: { host: 'db', port: '3306' } } },
    action: { kind: 'tcp', host: 'db', port: 3306 },
  },
  {
    it: 'refuses a template that cannot be filled in',
    spec: { action: { httpGet: { host: 'a', port: 1, path: '/{{ .Status.Colour }}' } } },
    error: /^there is no field \.Status\.Colour$/,
  },
  {
    it: 'refuses what has grown too large',
    spec: { params: [{ name: 'a' }], action: { exec: { command: Array.from({ length: 100 }, () => '${a}') } } },
    use: { params: { a: 'x'.repeat(1000) } },
    error: /^what it comes to is 98 KiB, and a hook may have 64$/,
  },
];

describe('the action of a hook', () => {
  for (const one of CASES) {
    it(one.it, () => {
      const action = hookActionOf(use(one.use), template(one.spec), SUMMARY);
      if (one.error === undefined) assert.deepEqual(action, { ok: true, value: one.action });
      else assert.match(action.ok ? 'no error' : action.error, one.error);
    });
  }

  it('is for the Pods that labels and owner name, one unless the strategy says all', () => {
    const pod = {
      selector: 'app=db, role = primary',
      owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u' },
    };
    const chosen = podChoiceOf(template({ executor: { type: 'Pod', pod }, action: { containerName: 'sql' } }), 'demo');
    assert.deepEqual(chosen, {
      namespace: 'demo',
      labels: { app: 'db', role: 'primary' },
      owner: { kind: 'StatefulSet', name: 'db', uid: 'u' },
      all: false,
      container: 'sql',
    });
    const all = podChoiceOf(
      template({ executor: { type: 'Pod', pod: { selector: 'a=b', strategy: 'ExecuteOnAll' } } }),
      'demo',
    );
    assert.equal(all?.all, true);
    assert.equal(podChoiceOf(template({}), 'demo'), undefined);
  });
});
