/** The quickstart under a user's own overlay: prefix, namespace, images and patches by name at once, with kustomize/config. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { builtFrom, objectOf, type Built } from './builds.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CORE = 'core.kubestash.com/v1alpha1';

function objectsOf(folder: string): readonly object[] {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.yaml') && !name.startsWith('kustom'));
  const texts = files.sort().map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
  return texts.flatMap((text) => parseAllDocuments(text).map((part) => part.toJS() as object));
}

describe("a user's overlay over the quickstart", () => {
  let result: readonly Built[];
  before(async () => {
    result = await builtFrom(
      {
        namePrefix: 'shop-',
        namespace: 'shop',
        images: [{ name: 'example.com/own', newName: 'mirror.example.com/own', newTag: 'v9' }],
        resources: ['quickstart.yaml', 'restore.yaml', 'function.yaml'],
        components: ['@/config'],
        patches: [{ path: 'later.yaml' }, { path: 'bucket.yaml' }],
      },
      {
        'quickstart.yaml': objectsOf('examples/quickstart'),
        'restore.yaml': objectsOf('examples/quickstart/restore'),
        'function.yaml': {
          apiVersion: 'addons.kubestash.com/v1alpha1',
          kind: 'Function',
          metadata: { name: 'own' },
          spec: { image: 'example.com/own:v1' },
        },
        'later.yaml': {
          apiVersion: CORE,
          kind: 'BackupConfiguration',
          metadata: { name: 'gallery', namespace: 'demo' },
          spec: { sessions: [{ name: 'nightly', scheduler: { schedule: '45 3 * * *' } }] },
        },
        'bucket.yaml': {
          apiVersion: 'storage.kubestash.com/v1alpha1',
          kind: 'BackupStorage',
          metadata: { name: 'storage', namespace: 'demo' },
          spec: { deletionPolicy: 'Delete', storage: { local: { hostPath: { path: '/srv/shop' } } } },
        },
      },
    );
  });

  const rows: readonly (readonly [what: string, kind: string, name: string, path: string, expected: unknown])[] = [
    ['a storage is in the new namespace', 'BackupStorage', 'shop-storage', 'metadata.namespace', 'shop'],
    ['a patched field of a storage', 'BackupStorage', 'shop-storage', 'spec.storage.local.hostPath.path', '/srv/shop'],
    ['what a patch leaves alone', 'BackupStorage', 'shop-storage', 'spec.storage.provider', 'local'],
    ['the storage of a backend', 'BackupConfiguration', 'shop-gallery', 'spec.backends.0.storageRef', { name: 'shop-storage', namespace: 'shop' }],
    ['the policy of a backend', 'BackupConfiguration', 'shop-gallery', 'spec.backends.0.retentionPolicy', { name: 'shop-two-months', namespace: 'shop' }],
    ['the name that a backend has for itself', 'BackupConfiguration', 'shop-gallery', 'spec.backends.0.name', 'storage'],
    ['the Secret of a repository', 'BackupConfiguration', 'shop-gallery', 'spec.sessions.0.repositories.0.encryptionSecret', { name: 'shop-encrypt-secret', namespace: 'shop' }],
    ['the session that a patch names', 'BackupConfiguration', 'shop-gallery', 'spec.sessions.0.scheduler.schedule', '45 3 * * *'],
    ['the addon, which is of the cluster', 'BackupConfiguration', 'shop-gallery', 'spec.sessions.0.addon.name', 'workload-addon'],
    ['the session of another configuration', 'BackupConfiguration', 'shop-library', 'spec.sessions.0.scheduler.schedule', '15 2 * * *'],
    ['the name of a target that is a Deployment', 'BackupConfiguration', 'shop-gallery', 'spec.target.name', 'shop-gallery'],
    ['the name of a target that is a StatefulSet', 'BackupConfiguration', 'shop-library', 'spec.target.name', 'shop-library'],
    ['the namespace of a target', 'BackupConfiguration', 'shop-gallery', 'spec.target.namespace', 'shop'],
    ['the namespace of a restored target', 'RestoreSession', 'shop-gallery', 'spec.target.namespace', 'shop'],
    ['the Secret of a restore', 'RestoreSession', 'shop-gallery', 'spec.dataSource.encryptionSecret', { name: 'shop-encrypt-secret', namespace: 'shop' }],
    ['the Repository, which is made later', 'BackupConfiguration', 'shop-gallery', 'spec.sessions.0.repositories.0.name', 'gallery'],
    ['the Repository of a restore', 'RestoreSession', 'shop-gallery', 'spec.dataSource.repository', 'gallery'],
    ['the image of a Function', 'Function', 'shop-own', 'spec.image', 'mirror.example.com/own:v9'],
  ]; // prettier-ignore
  for (const [what, kind, name, path, expected] of rows) {
    it(`${what}: ${kind} ${path}`, () => assert.deepEqual(at(objectOf(result, kind, name), path), expected));
  }

  it('leaves nothing behind in the old namespace', () => {
    assert.equal(JSON.stringify(result).includes('"namespace":"demo"'), false);
  });
});

function at(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object);
}
