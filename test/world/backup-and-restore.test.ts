/** The main job on manifests that nobody tuned: applied, backed up, destroyed, restored, compared to the last byte. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import type { HooksService } from '../../sandbox/cluster/hooks-service.ts';
import { writeSampleData } from '../../sandbox/demo/data.ts';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { startTestHooks, startWorld, STORAGE, type TestWorld } from './world.ts';

interface Scenario {
  readonly name: string;
  readonly file: string;
  readonly namespace: string;
  /** Folders of data below a claim, written before the manifests are applied. */
  readonly sources: readonly { readonly claim: string; readonly folder: string }[];
  /** Where a source's bytes are expected after the restore, if not in place. */
  readonly restoredInto?: Readonly<Record<string, string>>;
  /** What the manifests say must have come to be. */
  readonly sessions: number;
  readonly snapshots: readonly { readonly repository: string; readonly components: readonly string[] }[];
}

const ordinals = ['dump-pod-0', 'dump-pod-1', 'dump-pod-2', 'dump-pod-3', 'dump-pod-4'];

const scenarios: readonly Scenario[] = [
  {
    name: 'five replicas with two volumes each, two sessions, two repositories in one session',
    file: 'ledger',
    namespace: 'payroll',
    sources: [0, 1, 2, 3, 4].flatMap((ordinal) => [
      { claim: `data-ledger-${ordinal}`, folder: '' },
      { claim: `journal-ledger-${ordinal}`, folder: 'current' },
    ]),
    sessions: 2,
    snapshots: [
      { repository: 'ledger-claim', components: ordinals },
      { repository: 'ledger-disk', components: ordinals },
      { repository: 'ledger-weekly', components: ordinals },
    ],
  },
  {
    name: 'a claim that nothing mounts, default storage and policy, restored into another claim',
    file: 'archive',
    namespace: 'attic',
    sources: [{ claim: 'old-mail', folder: '' }],
    restoredInto: { 'old-mail': 'new-mail' },
    sessions: 1,
    snapshots: [{ repository: 'mail', components: ['dump'] }],
  },
];

describe('backup and restore in a sandbox cluster with real restic', () => {
  let hooks: HooksService;
  before(async () => {
    hooks = await startTestHooks();
  });
  after(() => hooks.stop());

  for (const scenario of scenarios) {
    describe(scenario.name, function () {
      this.timeout(240_000);
      let world: TestWorld;
      before(() => {
        world = startWorld(hooks);
      });
      after(() => world.remove());

      it('brings every byte back, and its statuses say what happened', async () => {
        const { namespace } = scenario;
        const folders = scenario.sources.map((source) => ({
          ...source,
          path: join(world.world.claim(namespace, source.claim), source.folder),
        }));
        folders.forEach(({ path }, index) => {
          mkdirSync(path, { recursive: true });
          writeSampleData(path, 2, index + 1);
        });
        const prints = folders.map(({ path }) => fingerprintOf(path));

        world.applyScenario(scenario.file);
        await world.succeeded('BackupSession', namespace, scenario.sessions);
        const snapshots = world.api.list(STORAGE, 'Snapshot', namespace);
        assert.deepEqual(snapshots.map(recordOf).sort(byRepository), scenario.snapshots);

        if (!scenario.restoredInto) folders.forEach(({ path }) => emptied(path));
        world.applyScenario(`${scenario.file}-restore`);
        await world.succeeded('RestoreSession', namespace, 1);
        folders.forEach(({ claim, folder }, index) => {
          const restored = join(world.world.claim(namespace, scenario.restoredInto?.[claim] ?? claim), folder);
          const differences = differencesOf(prints[index] ?? new Map(), fingerprintOf(restored));
          assert.deepEqual(differences, [], `${claim}/${folder}`);
        });
      });
    });
  }
});

function emptied(path: string): void {
  for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
}

interface SnapshotRecord {
  readonly repository: string;
  readonly components: readonly string[];
}

function recordOf(snapshot: StoredObject): SnapshotRecord {
  const { repository } = snapshot.spec as { readonly repository: string };
  const { components = {} } = (snapshot.status ?? {}) as { readonly components?: object };
  return { repository, components: Object.keys(components).sort() };
}

function byRepository(left: SnapshotRecord, right: SnapshotRecord): number {
  return left.repository < right.repository ? -1 : 1;
}
