import assert from 'node:assert/strict';
import { builtFrom, objectOf } from './builds.ts';

const meta = (name: string): object => ({ name });
const CORE = { apiVersion: 'core.kubestash.com/v1alpha1' };
const STORAGE = { apiVersion: 'storage.kubestash.com/v1alpha1' };

const objects = [
  { ...STORAGE, kind: 'BackupStorage', metadata: meta('store'), spec: { storage: { s3: { secretName: 'keys' } } } },
  { ...STORAGE, kind: 'RetentionPolicy', metadata: meta('keep'), spec: {} },
  { apiVersion: 'v1', kind: 'Secret', metadata: meta('keys') },
  { apiVersion: 'v1', kind: 'Secret', metadata: meta('password') },
  { ...CORE, kind: 'HookTemplate', metadata: meta('quiesce'), spec: { executor: { function: { name: 'run' } } } },
  { apiVersion: 'addons.kubestash.com/v1alpha1', kind: 'Function', metadata: meta('run'), spec: { image: 'a/run:1' } },
  {
    apiVersion: 'addons.kubestash.com/v1alpha1',
    kind: 'Addon',
    metadata: meta('own'),
    spec: { backupTasks: [{ name: 'copy', function: 'run' }] },
  },
  {
    ...CORE,
    kind: 'BackupConfiguration',
    metadata: meta('app'),
    spec: {
      target: { apiGroup: 'apps', kind: 'Deployment', name: 'outside' },
      backends: [{ name: 's3', storageRef: { name: 'store' }, retentionPolicy: { name: 'keep' } }],
      sessions: [
        {
          name: 'nightly',
          addon: { name: 'own', tasks: [{ name: 'copy' }] },
          hooks: { preBackup: [{ name: 'pre', hookTemplate: { name: 'quiesce' } }] },
          repositories: [{ name: 'app', backend: 's3', encryptionSecret: { name: 'password', namespace: 'vault' } }],
        },
      ],
    },
  },
  {
    ...CORE,
    kind: 'RestoreSession',
    metadata: meta('back'),
    spec: { dataSource: { repository: 'app', snapshot: 'latest', encryptionSecret: { name: 'password' } } },
  },
];

describe('kustomize/config', () => {
  const build = (): ReturnType<typeof builtFrom> =>
    builtFrom(
      {
        namePrefix: 'x-',
        images: [{ name: 'a/run', newName: 'mirror/run', newTag: '2' }],
        resources: ['objects.yaml'],
        components: ['@/config'],
      },
      { 'objects.yaml': objects },
    );

  it('lets the image of a Function be replaced', async () => {
    assert.deepEqual(objectOf(await build(), 'Function', 'x-run').spec, { image: 'mirror/run:2' });
  });

  it('lets references follow the names of what is built with them', async () => {
    const result = await build();
    assert.deepEqual(objectOf(result, 'BackupConfiguration', 'x-app').spec, {
      target: { apiGroup: 'apps', kind: 'Deployment', name: 'outside' },
      backends: [{ name: 's3', storageRef: { name: 'x-store' }, retentionPolicy: { name: 'x-keep' } }],
      sessions: [
        {
          name: 'nightly',
          addon: { name: 'x-own', tasks: [{ name: 'copy' }] },
          hooks: { preBackup: [{ name: 'pre', hookTemplate: { name: 'x-quiesce' } }] },
          // That one is another Secret: it is in a namespace of its own.
          repositories: [{ name: 'app', backend: 's3', encryptionSecret: { name: 'password', namespace: 'vault' } }],
        },
      ],
    });
    assert.deepEqual(objectOf(result, 'RestoreSession', 'x-back').spec, {
      dataSource: { repository: 'app', snapshot: 'latest', encryptionSecret: { name: 'x-password' } },
    });
    assert.deepEqual(objectOf(result, 'BackupStorage', 'x-store').spec, { storage: { s3: { secretName: 'x-keys' } } });
    assert.deepEqual(objectOf(result, 'Addon', 'x-own').spec, { backupTasks: [{ name: 'copy', function: 'x-run' }] });
    assert.deepEqual(objectOf(result, 'HookTemplate', 'x-quiesce').spec, { executor: { function: { name: 'x-run' } } });
  });
});

describe('patches of lists whose entries have names', () => {
  const named = (name: string, more: object = {}): object => ({ name, ...more });
  const configuration = (spec: object): object => ({
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupConfiguration',
    metadata: meta('app'),
    spec,
  });
  const deployment = (containers: readonly object[]): object => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('app'),
    spec: { template: { spec: { containers } } },
  });
  const files = {
    'objects.yaml': [
      configuration({
        backends: [named('s3', { storageRef: { name: 'store' } }), named('nfs', { storageRef: { name: 'other' } })],
        sessions: [
          named('nightly', { scheduler: { schedule: '@daily' }, repositories: [named('a', { backend: 's3' })] }),
          named('weekly', { scheduler: { schedule: '@weekly' } }),
        ],
      }),
      deployment([named('app', { image: 'app:1' }), named('sidecar', { image: 'sidecar:1' })]),
    ],
    'session.yaml': configuration({
      backends: [named('nfs', { storageRef: { name: 'third' } })],
      sessions: [named('nightly', { sessionHistoryLimit: 7, repositories: [named('a', { directory: 'd' })] })],
    }),
    'container.yaml': deployment([named('app', { image: 'app:2' })]),
  };
  const patched = (): ReturnType<typeof builtFrom> =>
    builtFrom(
      {
        resources: ['objects.yaml'],
        components: ['@/config'],
        patches: [{ path: 'session.yaml' }, { path: 'container.yaml' }],
      },
      files,
    );

  it('change the entry of that name and leave the others', async () => {
    assert.deepEqual(objectOf(await patched(), 'BackupConfiguration', 'app').spec, {
      // kustomize puts what it patched first; the order of both lists means nothing.
      backends: [named('nfs', { storageRef: { name: 'third' } }), named('s3', { storageRef: { name: 'store' } })],
      sessions: [
        named('nightly', {
          scheduler: { schedule: '@daily' },
          sessionHistoryLimit: 7,
          repositories: [named('a', { backend: 's3', directory: 'd' })],
        }),
        named('weekly', { scheduler: { schedule: '@weekly' } }),
      ],
    });
  });

  it("leave Kubernetes' own kinds with their merge keys", async () => {
    assert.deepEqual(objectOf(await patched(), 'Deployment', 'app').spec, {
      template: { spec: { containers: [named('app', { image: 'app:2' }), named('sidecar', { image: 'sidecar:1' })] } },
    });
  });
});

describe('components for other tools', () => {
  it('add health to the ConfigMap of an Argo CD and leave its own data', async () => {
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('argocd-cm'),
      data: { url: 'https://argo' },
    };
    const [result] = await builtFrom(
      { resources: ['cm.yaml'], components: ['@/components/argocd-health'] },
      { 'cm.yaml': configMap },
    );
    const keys = Object.keys((result as unknown as { data: object }).data);
    assert.equal(keys.filter((key) => key.startsWith('resource.customizations.health.')).length, 6);
    assert.ok(keys.includes('url'));
  });

  it('add expressions to the Flux Kustomizations that ask for them, and to no other', async () => {
    const kustomization = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', spec: { path: './' } };
    const asking = { name: 'backups', labels: { 'metastash.dev/health-checks': 'enabled' } };
    const result = await builtFrom(
      { resources: ['flux.yaml'], components: ['@/components/flux'] },
      {
        'flux.yaml': [
          { ...kustomization, metadata: asking },
          { ...kustomization, metadata: meta('apps') },
        ],
      },
    );
    const checks = (name: string): unknown =>
      (objectOf(result, 'Kustomization', name).spec as { healthCheckExprs?: unknown[] }).healthCheckExprs?.length;
    assert.deepEqual([checks('backups'), checks('apps')], [6, undefined]);
  });
});
