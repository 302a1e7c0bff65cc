/** What users get wrong, end to end: each ends in a phase and a sentence that names the cause, and never in a Succeeded. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import type { HooksService } from '../../sandbox/cluster/hooks-service.ts';
import type { Manifest } from '../../sandbox/cluster/manifests.ts';
import { fingerprintOf, differencesOf } from '../../sandbox/demo/fingerprint.ts';
import { CORE, messageOf, phaseOf, startTestHooks, startWorld, STORAGE, type TestWorld } from './world.ts';

const NAMESPACE = 'blog';
const CANARY = 'canary-9f2c41d7';
const TERMINAL = ['Succeeded', 'Failed', 'Skipped'];

interface Fault {
  readonly name: string;
  readonly change: (manifest: Manifest) => Manifest | undefined;
  /** The object that must say it, its phase and its words. */
  readonly says: { readonly kind: string; readonly phase: string; readonly words: RegExp };
}

const faults: readonly Fault[] = [
  {
    name: 'a path that the target does not have',
    change: (manifest) =>
      manifest.kind === 'BackupConfiguration'
        ? replaced(manifest, '/var/lib/journal', '/var/lib/journal/no-such-folder')
        : manifest,
    says: { kind: 'BackupSession', phase: 'Failed', words: /SourceNotFound.*no-such-folder/ },
  },
  {
    name: 'an encryption Secret that nobody made',
    change: (manifest) => (manifest.kind === 'Secret' ? undefined : manifest),
    says: { kind: 'BackupSession', phase: 'Running', words: /attempt 2 begins at .*SecretNotFound.*restic/ },
  },
  {
    name: 'an encryption Secret without the key that restic needs',
    change: (manifest) => (manifest.kind === 'Secret' ? replaced(manifest, 'RESTIC_PASSWORD', 'PASSWORD') : manifest),
    says: { kind: 'BackupSession', phase: 'Running', words: /attempt 2 begins at .*SecretKeyMissing.*RESTIC_PASSWORD/ },
  },
  {
    name: 'an S3 storage whose Secret nobody made',
    change: (manifest) => (manifest.kind === 'BackupStorage' ? onS3(manifest) : manifest),
    says: { kind: 'BackupStorage', phase: 'NotReady', words: /Secret blog\/no-such-secret is not there/ },
  },
  {
    name: 'a target kind that cannot be backed up',
    change: (manifest) =>
      manifest.kind === 'BackupConfiguration' ? replaced(manifest, '"kind":"Deployment"', '"kind":"Pod"') : manifest,
    says: { kind: 'BackupConfiguration', phase: 'NotReady', words: /journal is a Pod.*cannot be backed up/ },
  },
];

describe('faults end in words', function () {
  this.timeout(150_000);
  let hooks: HooksService;
  let world: TestWorld;
  before(async () => {
    hooks = await startTestHooks();
  });
  after(() => hooks.stop());
  beforeEach(() => {
    world = startWorld(hooks);
    const folder = world.world.claim(NAMESPACE, 'posts');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'first-post.md'), '# Hello\n');
  });
  afterEach(() => world.remove());

  for (const { name, change, says } of faults) {
    it(`${name}: ${says.kind} is ${says.phase}`, async () => {
      world.applyScenario('journal', change);
      const objects = (): readonly StoredObject[] => [
        ...world.api.list(CORE, says.kind, NAMESPACE),
        ...world.api.list(STORAGE, says.kind, NAMESPACE),
      ];
      await eventually(
        () => objects().some((object) => phaseOf(object) === says.phase && says.words.test(messageOf(object))),
        () => objects().map(messageOf).join('; '),
      );
      assert.equal(JSON.stringify(world.api.list(STORAGE, 'Snapshot')).includes('"phase":"Succeeded"'), false);
      assert.equal(everything(world).includes(CANARY), false, 'a Secret value stands in an object');
    });
  }

  it('B60 a password changed after the first backup fails the next one and keeps the first Snapshot', async () => {
    world.applyScenario('journal');
    await world.succeeded('BackupSession', NAMESPACE, 1);
    world.applyScenario('journal', (manifest) =>
      manifest.kind === 'Secret'
        ? { ...manifest, data: { RESTIC_PASSWORD: 'b3RoZXI=' }, stringData: undefined }
        : undefined,
    );
    world.apply(sessionByHand('by-hand'));
    const session = await world.becomes('BackupSession', NAMESPACE, 'by-hand', (object) =>
      TERMINAL.includes(phaseOf(object) ?? ''),
    );
    assert.equal(phaseOf(session), 'Failed');
    assert.match(messageOf(session), /WrongPassword/);
    const phases = world.api.list(STORAGE, 'Snapshot', NAMESPACE).map(phaseOf).sort();
    assert.deepEqual(phases, ['Failed', 'Succeeded']);
  });

  it('deleting every object, in whatever order users do, deletes no byte on the backend', async () => {
    world.applyScenario('journal');
    await world.succeeded('BackupSession', NAMESPACE, 1);
    const backend = world.world.nodePath('node-1', '/srv/disk');
    const before = fingerprintOf(backend);
    for (const kind of ['BackupConfiguration', 'BackupSession', 'Snapshot', 'Repository', 'BackupStorage']) {
      for (const object of [...world.api.list(CORE, kind, NAMESPACE), ...world.api.list(STORAGE, kind, NAMESPACE)]) {
        world.api.delete(
          { apiVersion: object.apiVersion, kind, namespace: NAMESPACE, name: object.metadata.name },
          { propagation: 'Background' },
        );
      }
    }
    await eventually(
      () => everythingOf(world, NAMESPACE) === 0,
      () => `${everythingOf(world, NAMESPACE)} objects are left`,
    );
    assert.deepEqual(differencesOf(before, fingerprintOf(backend)), []);
    assert.ok(existsSync(join(backend, 'journal', 'repository.yaml')));
  });
});

function replaced(manifest: Manifest, from: string, to: string): Manifest {
  const text = JSON.stringify(manifest);
  assert.ok(text.includes(from), `${manifest.kind} does not hold ${from}`);
  return JSON.parse(text.replaceAll(from, to)) as Manifest;
}

function onS3(manifest: Manifest): Manifest {
  const s3 = { endpoint: 'http://127.0.0.1:9', bucket: 'nowhere', region: 'us-east-1', secretName: 'no-such-secret' };
  return { ...manifest, spec: { storage: { provider: 's3', s3 } } };
}

function sessionByHand(name: string): object {
  const invoker = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'journal' };
  return {
    apiVersion: CORE,
    kind: 'BackupSession',
    metadata: { name, namespace: NAMESPACE },
    spec: { invoker, session: 'nightly', retryLeft: 0 },
  };
}

function everything(world: TestWorld): string {
  return JSON.stringify(
    world.api
      .resources()
      .filter(({ kind }) => kind !== 'Secret')
      .map(({ apiVersion, kind }) => world.api.list(apiVersion, kind)),
  );
}

/** Objects of KubeStash's kinds in the namespace. */
function everythingOf(world: TestWorld, namespace: string): number {
  const own = world.api
    .resources()
    .filter(({ apiVersion, plural }) => apiVersion.includes('kubestash.com') && plural !== 'retentionpolicies');
  return own.reduce((sum, { apiVersion, kind }) => sum + world.api.list(apiVersion, kind, namespace).length, 0);
}

async function eventually(holds: () => boolean, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!holds()) {
    if (Date.now() > deadline) assert.fail(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
