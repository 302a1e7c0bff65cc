/** Kubernetes as a user meets it: through kubectl, polling objects until they say what is waited for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 500;

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Found {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly [field: string]: unknown;
  };
}

/** What kubectl prints. Throws its words when it fails. */
export function kubectl(args: readonly string[], input?: string): string {
  const done = spawnSync('kubectl', args, { encoding: 'utf8', input: input ?? '', maxBuffer: 256 * 1024 * 1024 });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${done.stderr.trim()}`);
  return done.stdout;
}

/** Applies objects as a user does; text is YAML or JSON. */
export function apply(manifests: string | readonly object[], ...flags: readonly string[]): string {
  const text =
    typeof manifests === 'string' ? manifests : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  return kubectl(['apply', ...flags, '-f', '-'], text);
}

/** What a client-side or server-side apply of these manifests would change; empty when nothing. */
export function differenceTo(manifests: string, ...flags: readonly string[]): string {
  const done = spawnSync('kubectl', ['diff', ...flags, '-f', '-'], { encoding: 'utf8', input: manifests });
  if (done.status !== 0 && done.status !== 1) throw new Error(`kubectl diff: ${done.stderr.trim()}`);
  return done.stdout;
}

/** The object, or undefined where it does not exist. */
export function get(kind: string, namespace: string, name: string): Found | undefined {
  const text = kubectl(['get', kind, name, '-n', namespace, '--ignore-not-found', '-o', 'json']);
  return text.trim() === '' ? undefined : (JSON.parse(text) as Found);
}

/** Objects of one or several kinds (`jobs,leases`); of every namespace without one. */
export function list(kinds: string, namespace?: string): readonly Found[] {
  const place = namespace === undefined ? ['-A'] : ['-n', namespace];
  return (JSON.parse(kubectl(['get', kinds, ...place, '-o', 'json'])) as { items: Found[] }).items;
}

/** Phase and the message of condition Ready: what an object says of itself. */
export function wordsOf(object: Found | undefined): string {
  if (!object) return 'it does not exist';
  const ready = object.status?.conditions?.find((one) => one.type === 'Ready');
  const name = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  return `${name} is ${object.status?.phase ?? 'without a phase'}${ready?.message ? `: ${ready.message}` : ''}`;
}

/** Resolves to the first value that is not undefined; throws with the words of `otherwise` after `seconds`. */
export async function until<Value>(
  what: string,
  seconds: number,
  look: () => Value | undefined,
  otherwise: () => string = () => '',
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${seconds} s. ${otherwise()}`);
    await sleep(LOOK_MS);
  }
}

const FINAL = ['Succeeded', 'Failed', 'Skipped'];

/** The object once it has this phase. Throws at once for another final one, with the object's own words. */
export function reaches(
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  phase: string,
  seconds = 60,
): Promise<Found> {
  return until(
    `${kind} ${namespace}/${name} ${phase}`,
    seconds,
    () => {
      const found = get(kind, namespace, name);
      const now = found?.status?.phase;
      if (now === phase) return found;
      if (now !== undefined && FINAL.includes(now)) throw new Error(wordsOf(found));
      return undefined;
    },
    () => storyOf(namespace),
  );
}

/**
 * Resolves once every CustomResourceDefinition is served. `kubectl wait` will not do: of a definition that was made just now it
 * says `.status.conditions accessor error`, since the list is null.
 */
export async function definitionsAreServed(): Promise<void> {
  const missing = (): readonly string[] =>
    list('crds')
      .filter(({ status }) => !status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True'))
      .map(({ metadata }) => metadata.name);
  await until(
    'all definitions are served',
    60,
    () => missing().length === 0 || undefined,
    () => missing().join(', '),
  );
}

const STORY =
  'backupstorages,backupconfigurations,repositories,backupsessions,snapshots.storage.kubestash.com,restoresessions';

/** What every object of ours in the namespace says, a line each. */
export function storyOf(namespace: string): string {
  return ['', ...list(STORY, namespace).map(wordsOf)].join('\n  ');
}

/** Whether this program can be run. */
export function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v "$0"`, program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
