/** Storage and key in one namespace, the backup in a second, the restore into a third; and what a fourth tries in vain. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { differencesOf, fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, get, kubectl, list, reaches, storyOf, until, wordsOf } from './kubectl.ts';
import { ROOT } from './needs.ts';
import { firstSession, namespaceNamed, says } from './scenario.ts';
import { installation } from './setup.ts';
import { filled, volumeFor } from './volumes.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const MOVER = 'system:serviceaccount:blog:mover-journal';
/** Keeps a forged object until it has been looked at. */
const KEPT = 'e2e.metastash.dev/kept';
const SAME = { usagePolicy: { allowedNamespaces: { from: 'Same', selector: null } } };

describe('across namespaces', () => {
  let manifests: readonly Manifest[];
  let posts: string;
  let attic: string;
  let written: Fingerprint;
  const applied = (...kinds: readonly string[]): void =>
    void apply(manifests.filter(({ kind }) => kinds.includes(kind)));

  before(() => {
    manifests = shared(join(installation().folder, 'backups-shared'));
    posts = volumeFor(installation().folder, 'blog', 'posts');
    attic = volumeFor(installation().folder, 'attic', 'old-posts');
    written = filled(posts, 2, 31);
  });

  it('a key that nobody shares stays shut, and its owner is told how to share it', async () => {
    applied('Namespace');
    applied('Secret', 'RetentionPolicy', 'BackupStorage', 'PersistentVolumeClaim', 'Deployment', 'BackupConfiguration');
    const { name } = (await firstSession('blog')).metadata;
    const refused = await says(
      'blog',
      name,
      /SecretForbidden: ServiceAccount blog\/mover-journal may not read Secret vault\/restic/,
      90,
    );
    assert.equal(refused.status?.phase, 'Running');
    assert.match(wordsOf(refused), /kubectl create rolebinding read-restic-blog-mover-journal -n vault/);
    assert.match(forbidden('get', 'secret', 'restic', '-n', 'vault'), /cannot get resource "secrets"/);
  });

  it('the same session succeeds once a blueprint of the key’s namespace shares it', async () => {
    applied('BackupBlueprint');
    const { name } = (await firstSession('blog')).metadata;
    await reaches('backupsession', { namespace: 'blog', name }, 'Succeeded', 180);
    assert.deepEqual(
      list('rolebindings', 'vault')
        .flatMap(subjectsOf)
        .filter((one) => !one.startsWith('vault/')),
      ['blog/mover-journal'],
    );
  });

  it('a third namespace restores from it', async () => {
    applied('RestoreSession');
    await reaches('restoresession', { namespace: 'attic', name: 'read-again' }, 'Succeeded', 120);
    assert.deepEqual(differencesOf(written, fingerprintOf(attic)), []);
  });

  it('a mover may do nothing but its own work', () => {
    kubectl(['get', 'secret', 'restic', '-n', 'vault', `--as=${MOVER}`, '-o', 'name']);
    const [report] = list('taskreports', 'blog');
    for (const attempt of [
      ['get', 'secrets', '-n', 'vault'],
      ['get', 'secrets', '-n', 'blog'],
      ['get', 'taskreports', '-n', 'attic'],
      ['delete', 'taskreport', report?.metadata.name ?? '', '-n', 'blog'],
      ['annotate', 'taskreport', report?.metadata.name ?? '', '-n', 'blog', 'forged=yes'],
      ['delete', 'snapshots.storage.kubestash.com', '--all', '-n', 'blog'],
      ['get', 'pods', '-n', 'attic'],
    ])
      assert.match(forbidden(...attempt), /cannot \w+ resource/, attempt.join(' '));
  });

  it('a report that another namespace forges in the name of its owner is heard by nobody, and collected', async () => {
    const [real] = list('taskreports', 'blog').filter((one) => one.spec?.['task'] === 'init-repository');
    const before = get('repository', 'blog', 'journal');
    assert.ok(real && before);
    apply([namespaceNamed('street')]);
    const { name, labels = {}, ownerReferences } = real.metadata;
    apply([
      {
        apiVersion: 'metastash.dev/v1alpha1',
        kind: 'TaskReport',
        metadata: { name, namespace: 'street', labels, ownerReferences, finalizers: [KEPT] },
        spec: real.spec,
      },
    ]);
    const forged = {
      schemaVersion: 1,
      phase: 'Failed',
      podUID: 'of-nobody',
      error: { code: 'WrongPassword', message: 'forged', retryable: false },
    };
    kubectl([
      ...['patch', 'taskreport', name, '-n', 'street', '--subresource=status', '--type=merge'],
      ...['-p', JSON.stringify({ status: forged })],
    ]);
    await until('the collector', 60, () => get('taskreport', 'street', name)?.metadata.deletionTimestamp);
    assert.deepEqual(get('repository', 'blog', 'journal')?.status, before.status);
    kubectl(['patch', 'taskreport', name, '-n', 'street', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    assert.equal(get('taskreport', 'street', name), undefined);
    assert.ok(get('taskreport', 'blog', name), 'the real one is still there');
  });

  it('a namespace that the storage does not admit gets nothing, and is told so', async () => {
    const stranger = manifests.find(({ kind }) => kind === 'BackupConfiguration');
    assert.ok(stranger);
    apply([namespaceNamed('street'), { ...stranger, metadata: { ...stranger.metadata, namespace: 'street' } }]);
    const refused = await until(
      'the stranger is told',
      60,
      () => [get('backupconfiguration', 'street', 'journal')].find((one) => /vault\/disk/.test(wordsOf(one))),
      () => storyOf('street'),
    );
    assert.notEqual(refused.status?.phase, 'Ready');
    assert.match(wordsOf(refused), /does not admit namespace street/);
    assert.deepEqual(
      list('jobs,cronjobs', 'street').filter((one) => one.kind === 'Job'),
      [],
    );
    kubectl(['delete', 'backupconfiguration', 'journal', '-n', 'street', '--timeout=30s']);
  });

  it('ends when the owner withdraws: no binding is left, and the Repository says why', async () => {
    for (const what of ['backupstorage/disk', 'backupblueprint/shares'])
      kubectl(['patch', what, '-n', 'vault', '--type=merge', '-p', JSON.stringify({ spec: SAME })]);
    const repository = await until(
      'the Repository is not ready',
      60,
      () => [get('repository', 'blog', 'journal')].find((one) => one?.status?.phase === 'NotReady'),
      () => storyOf('blog'),
    );
    assert.match(wordsOf(repository), /vault\/disk does not exist or does not admit namespace blog/);
    const bound = (): readonly string[] =>
      list('rolebindings', 'vault')
        .flatMap(subjectsOf)
        .filter((one) => !one.startsWith('vault/'));
    await until(
      'the bindings go',
      60,
      () => (bound().length === 0 ? true : undefined),
      () => bound().join(),
    );
    assert.match(forbidden('get', 'secret', 'restic', '-n', 'vault'), /cannot get resource "secrets"/);
  });
});

/** test/world's scenario of that name, with Pods that this cluster can run and a folder of this machine. */
function shared(folder: string): readonly Manifest[] {
  const text = readFileSync(join(ROOT, 'test/world/scenarios/shared.yaml'), 'utf8')
    .replace('path: /srv/disk', `path: ${folder}\n        type: DirectoryOrCreate`)
    .replaceAll('image: example.com/journal:1', 'image: busybox:1.37\n          command: [sleep, infinity]');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** What kubectl says to blog's mover; throws where it is let. */
function forbidden(...args: readonly string[]): string {
  try {
    kubectl([...args, `--as=${MOVER}`]);
  } catch (thrown) {
    return String(thrown);
  }
  throw new Error(`${MOVER} may ${args.join(' ')}`);
}

function subjectsOf(binding: object): readonly string[] {
  const { subjects = [] } = binding as { subjects?: readonly { namespace?: string; name: string }[] };
  return subjects.map(({ namespace, name }) => `${namespace}/${name}`);
}
