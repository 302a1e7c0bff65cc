/** The demo as a reader meets it: each chapter does one thing, shows what came of it and fails if it is not so. */
import { copyFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { writeSampleData } from './data.ts';
import { differencesOf, digestOf, fingerprintOf, type Fingerprint } from './fingerprint.ts';
import { apply, manifestsOf } from '../cluster/manifests.ts';
import type { Screen } from './screen.ts';
import { tableOf } from './table.ts';
import { NotReached, waitFor, wordsOf } from './wait.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const NAMESPACE = 'demo';

/** The claims of the quickstart and how many MiB each gets. */
const CLAIMS = [
  { name: 'books-library-0', megabytes: 70, seed: 1 },
  { name: 'books-library-1', megabytes: 50, seed: 2 },
  { name: 'photos', megabytes: 80, seed: 3 },
] as const;

export interface Story {
  readonly cluster: Cluster;
  readonly screen: Screen;
  /** Folder of the quickstart's kustomization. */
  readonly quickstart: string;
  /** Folder of the restore manifests. */
  readonly restore: string;
}

/** Tells the whole story. Resolves to whether every claim came back equal; throws NotReached where it got stuck. */
export async function tell(story: Story): Promise<boolean> {
  const { screen, cluster } = story;
  screen.chapter(
    'Data worth losing',
    'Two StatefulSet replicas and a Deployment get files: large, small, sparse, empty, linked, oddly named.',
  );
  const before = writeData(story);

  screen.chapter('kubectl apply -k examples/quickstart', 'What each reconcile creates, in the order it happens:');
  const stopNarrating = narrate(story);
  for (const manifest of manifestsOf(story.quickstart)) apply(cluster.api, manifest);
  await backedUp(story);
  stopNarrating();
  showTables(story, [
    [STORAGE, 'BackupStorage'],
    [CORE, 'BackupConfiguration'],
    [CORE, 'BackupSession'],
    [STORAGE, 'Repository'],
    [STORAGE, 'Snapshot'],
  ]);

  screen.chapter('Disaster', 'Files deleted, overwritten and truncated in every volume.');
  destroyData(story, before);

  screen.chapter(
    'kubectl apply -k examples/quickstart/restore',
    'One RestoreSession per workload, from the latest good Snapshot:',
  );
  for (const manifest of manifestsOf(story.restore)) apply(cluster.api, manifest);
  await restored(story);
  showTables(story, [[CORE, 'RestoreSession']]);

  screen.chapter(
    'Proof',
    'Type, mode, owner, time, size, content, link, hard link and extended attributes of every entry, before and after.',
  );
  return proveEqual(story, before);
}

function folderOf(story: Story, claim: string): string {
  return story.cluster.world.claim(NAMESPACE, claim);
}

function writeData(story: Story): ReadonlyMap<string, Fingerprint> {
  const prints = CLAIMS.map(({ name, megabytes, seed }) => {
    writeSampleData(folderOf(story, name), megabytes, seed);
    const print = fingerprintOf(folderOf(story, name));
    story.screen.line(
      `   ${name.padEnd(18)} ${String(print.size).padStart(5)} entries   ${digestOf(print).slice(0, 16)}`,
    );
    return [name, print] as const;
  });
  return new Map(prints);
}

/** Prints every object that a hook's answer brought into being, with the parent that wanted it. */
function narrate({ cluster, screen }: Story): () => void {
  const kinds = [
    ['batch/v1', 'Job'],
    ['batch/v1', 'CronJob'],
    ['coordination.k8s.io/v1', 'Lease'],
    [CORE, 'BackupSession'],
    [STORAGE, 'Repository'],
    [STORAGE, 'Snapshot'],
  ] as const;
  const stops = kinds.map(([apiVersion, kind]) =>
    cluster.api.watch(apiVersion, kind, ({ type, object }) => {
      const owner = object.metadata.ownerReferences?.find((one) => one.controller);
      if (type === 'ADDED' && owner)
        screen.line(`   ${`${owner.kind}/${owner.name}`.padEnd(52)} -> ${kind}/${object.metadata.name}`);
    }),
  );
  return () => stops.forEach((stop) => stop());
}

async function backedUp({ cluster, screen }: Story): Promise<void> {
  const sessions = (): readonly StoredObject[] => cluster.api.list(CORE, 'BackupSession', NAMESPACE);
  await waitFor(cluster.api, screen, {
    what: 'a Succeeded backup of both workloads',
    seconds: 40,
    reached: () => allSucceeded(sessions(), 2),
    otherwise: () => stuck(cluster.api),
  });
}

async function restored({ cluster, screen }: Story): Promise<void> {
  const sessions = (): readonly StoredObject[] => cluster.api.list(CORE, 'RestoreSession', NAMESPACE);
  await waitFor(cluster.api, screen, {
    what: 'both restores',
    seconds: 40,
    reached: () => allSucceeded(sessions(), 2),
    otherwise: () => sessions().map(wordsOf).join('; '),
  });
}

function stuck(api: ApiServer): string {
  const kinds = [
    [STORAGE, 'BackupStorage'],
    [CORE, 'BackupConfiguration'],
    [STORAGE, 'Repository'],
    [CORE, 'BackupSession'],
    [STORAGE, 'Snapshot'],
  ] as const;
  return kinds.flatMap(([apiVersion, kind]) => api.list(apiVersion, kind, NAMESPACE).map(wordsOf)).join('; ');
}

/** Whether this many are there and all Succeeded. Throws NotReached at once for one that ended otherwise. */
function allSucceeded(sessions: readonly StoredObject[], count: number): boolean {
  const ended = sessions.find((session) => ['Failed', 'Skipped', 'Invalid'].includes(phaseOf(session) ?? ''));
  if (ended) throw new NotReached(wordsOf(ended));
  return sessions.length >= count && sessions.every((session) => phaseOf(session) === 'Succeeded');
}

function phaseOf(object: StoredObject): string | undefined {
  return (object.status as { readonly phase?: string } | undefined)?.phase;
}

function showTables({ cluster, screen }: Story, kinds: readonly (readonly [string, string])[]): void {
  for (const [apiVersion, kind] of kinds) {
    screen.line();
    screen.line(`   $ kubectl get ${kind.toLowerCase()} -n ${NAMESPACE}`);
    screen.table(tableOf(cluster.api, apiVersion, kind, { namespace: NAMESPACE, now: Date.now() }));
  }
}

function destroyData(story: Story, before: ReadonlyMap<string, Fingerprint>): void {
  for (const { name } of CLAIMS) {
    const folder = folderOf(story, name);
    rmSync(join(folder, 'notes'), { recursive: true });
    const media = join(folder, 'media');
    const [first = '', second = '', third = ''] = readdirSync(media).sort();
    truncateSync(join(media, first), 1);
    writeFileSync(join(media, second), 'ransom note\n');
    copyFileSync(join(media, second), join(media, third));
    rmSync(join(folder, 'oddities', 'hard-link-b'));
    const lost = differencesOf(before.get(name) ?? new Map(), fingerprintOf(folder)).length;
    story.screen.line(`   ${name.padEnd(18)} ${String(lost).padStart(5)} entries lost or changed`);
  }
}

function proveEqual(story: Story, before: ReadonlyMap<string, Fingerprint>): boolean {
  const { screen } = story;
  const verdicts = CLAIMS.map(({ name }) => {
    const after = fingerprintOf(folderOf(story, name));
    const differences = differencesOf(before.get(name) ?? new Map(), after);
    if (differences.length === 0)
      screen.good(
        `${name.padEnd(18)} ${String(after.size).padStart(5)} entries   ${digestOf(after).slice(0, 16)}   equal`,
      );
    else screen.bad(`${name}: ${differences.length} entries differ`);
    for (const { path, before: was, after: is } of differences.slice(0, 5)) {
      screen.line(`       ${path}\n         was ${was ?? 'nothing'}\n         is  ${is ?? 'nothing'}`);
    }
    return differences.length === 0;
  });
  return verdicts.every(Boolean);
}
