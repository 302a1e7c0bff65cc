/** Storage and key in one namespace, the backup in a second, the restore into a third; with real movers, and only while their owner lets them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import type { HooksService } from '../../sandbox/cluster/hooks-service.ts';
import type { Manifest } from '../../sandbox/cluster/manifests.ts';
import { writeSampleData } from '../../sandbox/demo/data.ts';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { CORE, messageOf, phaseOf, startTestHooks, startWorld, STORAGE, type TestWorld } from './world.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const SAME = { usagePolicy: { allowedNamespaces: { from: 'Same', selector: null } } };

describe('backup and restore across namespaces', function () {
  this.timeout(400_000);
  let hooks: HooksService;
  let world: TestWorld;
  before(async () => {
    hooks = await startTestHooks();
    world = startWorld(hooks);
  });
  after(async () => {
    await world.remove();
    hooks.stop();
  });

  const bindings = (): readonly string[] =>
    world.api
      .list(RBAC, 'RoleBinding', 'vault')
      .flatMap((one) =>
        one.metadata.labels?.['kubestash.com/invoker-kind'] === 'Namespace'
          ? (one['subjects'] as { namespace: string; name: string }[]).map(
              ({ namespace, name }) => `${namespace}/${name}`,
            )
          : [],
      );
  const apply = (...kinds: readonly string[]): void =>
    world.applyScenario('shared', (manifest: Manifest) => (kinds.includes(manifest.kind) ? manifest : undefined));
  const sessions = (): readonly StoredObject[] => world.api.list(CORE, 'BackupSession', 'blog');
  const ended = (name: string): Promise<StoredObject> =>
    world.becomes('BackupSession', 'blog', name, (one) => ['Succeeded', 'Failed'].includes(phaseOf(one) ?? ''));

  it('refuses the key while nobody shares it, and says to its owner how it could be shared', async () => {
    const posts = world.world.claim('blog', 'posts');
    mkdirSync(posts, { recursive: true });
    writeSampleData(posts, 2, 1);
    apply('Namespace', 'Secret', 'RetentionPolicy', 'BackupStorage', 'PersistentVolumeClaim', 'Deployment');
    apply('BackupConfiguration');
    await world.becomes('Repository', 'blog', 'journal', (one) => phaseOf(one) === 'Ready');
    await world.becomes('BackupConfiguration', 'blog', 'journal', () => sessions().length > 0);
    const [first] = sessions();
    const name = first?.metadata.name ?? 'first';
    // What its owner can cure is tried again for half an hour.
    const refused = await world.becomes('BackupSession', 'blog', name, (one) =>
      messageOf(one).includes('SecretForbidden'),
    );
    assert.equal(phaseOf(refused), 'Running');
    assert.match(
      messageOf(refused),
      /SecretForbidden: ServiceAccount blog\/mover-journal may not read Secret vault\/restic/,
    );
    assert.match(
      messageOf(refused),
      /kubectl create rolebinding read-restic-blog-mover-journal -n vault --role=read-restic/,
    );
    assert.deepEqual(bindings(), []);
  });

  it('backs up with the key once a blueprint of its namespace shares it', async () => {
    apply('BackupBlueprint');
    const session = await ended(sessions()[0]?.metadata.name ?? 'first');
    assert.equal(phaseOf(session), 'Succeeded', messageOf(session));
    assert.deepEqual(bindings(), ['blog/mover-journal']);
  });

  it('restores into a third namespace, whose movers may read the key until they have ended', async () => {
    apply('RestoreSession');
    await world.succeeded('RestoreSession', 'attic', 1);
    const [posts, restored] = [world.world.claim('blog', 'posts'), world.world.claim('attic', 'old-posts')];
    assert.deepEqual(differencesOf(fingerprintOf(posts), fingerprintOf(restored)), []);
    await world.becomes('BackupStorage', 'vault', 'disk', () => bindings().length === 1);
    assert.deepEqual(bindings(), ['blog/mover-journal']);
  });

  it('ends when the owner withdraws: no binding is left, and the Repository says why', async () => {
    const [storage, blueprint] = [
      { apiVersion: STORAGE, kind: 'BackupStorage', namespace: 'vault', name: 'disk' },
      { apiVersion: CORE, kind: 'BackupBlueprint', namespace: 'vault', name: 'shares' },
    ];
    for (const key of [storage, blueprint]) world.api.patch(key, { spec: SAME });
    const repository = await world.becomes('Repository', 'blog', 'journal', (one) => phaseOf(one) === 'NotReady');
    assert.match(messageOf(repository), /BackupStorage vault\/disk does not exist or does not admit namespace blog/);
    await world.becomes('Repository', 'blog', 'journal', () => bindings().length === 0);
    assert.equal(
      world.api.list(RBAC, 'Role', 'vault').some((one) => one.metadata.name.startsWith('secret-')),
      false,
    );
  });
});
