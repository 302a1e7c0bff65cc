/**
 * The guide that customises backups and restores shows objects without commands to type. Each is applied in place of the one
 * before, a BackupConfiguration's session is started by hand, and what it says in the end is its outcome.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, get, kubectl, list, reaches, until, wordsOf } from '../e2e/kubectl.ts';
import { manifestsIn, type Surroundings } from './replacements.ts';
import { SUPPOSED_BACKUP, supposed, volumesSupposed } from './supposed.ts';

export interface ExampleResult {
  readonly kind: string;
  readonly file: string;
  /** `Succeeded`, or what it says instead. */
  readonly outcome: string;
}

interface Example {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly dataSource?: { readonly repository: string; readonly snapshot: string };
    readonly sessions?: readonly {
      readonly name: string;
      readonly repositories: readonly { readonly name: string }[];
    }[];
  };
}

const FOLDER = 'docs/guides/use-cases/customize-backup-restore/examples';
const NAMESPACE = 'demo';
const SECONDS = 120;

/** Applies what the guide supposes, then every example; `volumeFor` makes the volume of a claim. */
export async function runExamples(
  around: Surroundings,
  volumeFor: (claim: string) => void,
): Promise<readonly ExampleResult[]> {
  volumesSupposed(volumeFor);
  apply(supposed(around.s3));
  await backedUp(SUPPOSED_BACKUP as Example, 'before');
  const results: ExampleResult[] = [];
  for (const folder of ['backup', 'restore']) {
    for (const name of readdirSync(join(around.documentation, FOLDER, folder)).sort()) {
      const file = `${folder}/${name}`;
      const text = readFileSync(join(around.documentation, FOLDER, file), 'utf8');
      for (const manifest of manifestsIn(text, around) as readonly Example[]) {
        const outcome = await outcomeOf(manifest).catch((error: unknown) => firstLineOf(error));
        results.push({ kind: manifest.kind, file, outcome });
        process.stdout.write(`  ${file}\n        ${outcome}\n`);
      }
    }
  }
  return results;
}

async function outcomeOf(example: Example): Promise<string> {
  return example.kind === 'BackupConfiguration' ? backedUp(example, 'by-hand') : restored(example);
}

async function backedUp(configuration: Example, by: string): Promise<string> {
  const { metadata, spec } = configuration;
  const [session] = spec.sessions ?? [];
  if (!session) throw new Error(`${metadata.name} has no session`);
  apply([configuration]);
  try {
    await reaches('backupconfiguration', { namespace: NAMESPACE, name: metadata.name }, 'Ready', SECONDS);
    const name = `${metadata.name}-${by}`;
    const invoker = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: metadata.name };
    const apiVersion = 'core.kubestash.com/v1alpha1';
    apply([
      {
        apiVersion,
        kind: 'BackupSession',
        metadata: { name, namespace: NAMESPACE },
        spec: { invoker, session: session.name },
      },
    ]);
    await reaches('backupsession', { namespace: NAMESPACE, name }, 'Succeeded', SECONDS);
    return 'Succeeded';
  } finally {
    if (configuration !== SUPPOSED_BACKUP) removed(metadata.name, session.repositories);
  }
}

/** The next example has the same Repository in another directory. */
function removed(configuration: string, repositories: readonly { readonly name: string }[]): void {
  kubectl(['delete', 'backupconfiguration', configuration, '-n', NAMESPACE, '--timeout=60s']);
  kubectl(['delete', 'repository', ...repositories.map(({ name }) => name), '-n', NAMESPACE, '--timeout=60s']);
}

async function restored(session: Example): Promise<string> {
  const { metadata, spec } = session;
  const repository = spec.dataSource?.repository;
  const snapshot = spec.dataSource?.snapshot === 'latest' ? 'latest' : newestOf(repository ?? '');
  apply([{ ...session, spec: { ...spec, dataSource: { ...spec.dataSource, snapshot } } }]);
  await until(
    `RestoreSession ${metadata.name} ends`,
    SECONDS,
    () => ENDS.includes(get('restoresession', NAMESPACE, metadata.name)?.status?.phase ?? '') || undefined,
    () => wordsOf(get('restoresession', NAMESPACE, metadata.name)),
  );
  const found = get('restoresession', NAMESPACE, metadata.name);
  kubectl(['delete', 'restoresession', metadata.name, '-n', NAMESPACE, '--timeout=60s']);
  return found?.status?.phase === 'Succeeded' ? 'Succeeded' : wordsOf(found);
}

const ENDS = ['Succeeded', 'Failed', 'Invalid', 'Skipped'];

function newestOf(repository: string): string {
  const snapshots = list('snapshots.storage.kubestash.com', NAMESPACE);
  const names = snapshots
    .filter(({ spec }) => spec?.['repository'] === repository)
    .map(({ metadata }) => metadata.name);
  return names.sort().at(-1) ?? 'none';
}

function firstLineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
