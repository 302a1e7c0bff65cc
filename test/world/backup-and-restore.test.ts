/** The main job on manifests that nobody tuned: applied, backed up, destroyed, restored, compared to the last byte. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startCluster, type Cluster } from '../../sandbox/cluster/cluster.ts';
import { startHooks, type HooksService } from '../../sandbox/cluster/hooks-service.ts';
import { apply, manifestsOf, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { writeSampleData } from '../../sandbox/demo/data.ts';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { waitFor, wordsOf } from '../../sandbox/demo/wait.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const root = join(import.meta.dirname, '..', '..');

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
    hooks = await startHooks(join(root, 'build', 'hooks.js'));
  });
  after(() => hooks.stop());

  for (const scenario of scenarios) {
    describe(scenario.name, function () {
      this.timeout(240_000);
      const directory = mkdtempSync(join(tmpdir(), 'metastash-world-'));
      let cluster: Cluster;
      before(() => {
        cluster = startCluster({ root, directory, hooksUrl: hooks.url });
      });
      after(async () => {
        await cluster.stop();
        rmSync(directory, { recursive: true, force: true });
      });

      it('brings every byte back, and its statuses say what happened', async () => {
        const folders = scenario.sources.map((source) => ({
          ...source,
          path: join(cluster.world.claim(scenario.namespace, source.claim), source.folder),
        }));
        folders.forEach(({ path }, index) => {
          mkdirSync(path, { recursive: true });
          writeSampleData(path, 2, index + 1);
        });
        const prints = folders.map(({ path }) => fingerprintOf(path));

        applyAll(cluster, `${scenario.file}.yaml`);
        await settled(cluster, scenario, 'BackupSession', scenario.sessions);
        const snapshots = cluster.api.list(STORAGE, 'Snapshot', scenario.namespace);
        assert.deepEqual(snapshots.map(recordOf).sort(byRepository), scenario.snapshots);

        if (!scenario.restoredInto)
          for (const { path } of folders)
            for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
        applyAll(cluster, `${scenario.file}-restore.yaml`);
        await settled(cluster, scenario, 'RestoreSession', 1);
        folders.forEach(({ claim, folder }, index) => {
          const restored = join(
            cluster.world.claim(scenario.namespace, scenario.restoredInto?.[claim] ?? claim),
            folder,
          );
          assert.deepEqual(
            differencesOf(prints[index] ?? new Map(), fingerprintOf(restored)),
            [],
            `${claim}/${folder}`,
          );
        });
      });
    });
  }
});

function applyAll(cluster: Cluster, file: string): void {
  for (const manifest of manifestsOf(join(import.meta.dirname, 'scenarios', file)) as readonly Manifest[])
    apply(cluster.api, manifest);
}

/** Waits until this many objects of the kind exist and all are Succeeded; one that fails ends the test with its words. */
async function settled(cluster: Cluster, scenario: Scenario, kind: string, count: number): Promise<void> {
  const all = (): readonly StoredObject[] => cluster.api.list(CORE, kind, scenario.namespace);
  await waitFor(cluster.api, undefined, {
    what: `${count} Succeeded ${kind}s`,
    seconds: 200,
    reached: () => {
      const failed = all().find((one) => ['Failed', 'Skipped', 'Invalid'].includes(phaseOf(one) ?? ''));
      assert.equal(failed, undefined, wordsOf(failed));
      return all().length === count && all().every((one) => phaseOf(one) === 'Succeeded');
    },
    otherwise: () =>
      [
        ...all(),
        ...cluster.api.list(CORE, 'BackupConfiguration', scenario.namespace),
        ...cluster.api.list(STORAGE, 'Snapshot', scenario.namespace),
      ]
        .map(wordsOf)
        .join('; '),
  });
}

function phaseOf(object: StoredObject): string | undefined {
  return (object.status as { readonly phase?: string } | undefined)?.phase;
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
