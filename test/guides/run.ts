/** One step of a guide, typed into a shell; what it prints is held against what the guide says. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, kubectl } from '../e2e/kubectl.ts';
import type { Step } from './guide.ts';
import { backendCommand, manifestsOf, withOurNames, type Surroundings } from './replacements.ts';

export interface StepResult {
  readonly step: Step;
  readonly command: string;
  /** What is different from the guide; empty where nothing is. */
  readonly differences: readonly string[];
}

const WAIT_MS = 90_000;
const DELETION_MS = 300_000;
const LOOK_MS = 1000;
/** How long a reader looks at one command that does not come back. */
const PATIENCE_MS = 60_000;

/** Runs the step until it prints what the guide says, for up to a minute and a half: a reader would wait and look again, too. */
export async function runStep(step: Step, around: Surroundings, folder: string): Promise<StepResult> {
  if (step.command.startsWith('kubectl delete')) return deleted(step, folder);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { command, input } = commandOf(step, around);
    const done = spawnSync('bash', ['-c', command], { encoding: 'utf8', cwd: folder, input, timeout: PATIENCE_MS });
    const differences = differencesOf(step, done.status ?? 1, done.stdout, done.stderr);
    const waits = isRead(command) && differences.some((one) => !isLasting(one));
    if (!waits || Date.now() > deadline) return { step, command, differences };
    await sleep(LOOK_MS);
  }
}

/** Until what it names is gone. Where that waits for a Repository, the reader does what the object says. */
async function deleted(step: Step, folder: string): Promise<StepResult> {
  const { command } = step;
  const differences: string[] = [];
  const deadline = Date.now() + DELETION_MS;
  for (let tries = 0; ; tries += 1) {
    const options = { encoding: 'utf8', cwd: folder, timeout: PATIENCE_MS / 4 } as const;
    const { status, stderr, error } = spawnSync('bash', ['-c', command], options);
    const isGoing = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
    if ((status === 0 && !isGoing) || (tries > 0 && /not found/.test(stderr))) return { step, command, differences };
    if (!isGoing) return { step, command, differences: [...differences, lastLineOf(stderr)] };
    const repository = keeperOf(command);
    if (repository !== undefined && differences.length === 0) {
      differences.push(
        `\`kubectl delete repository ${repository} -n demo\` first: the storage's data is not taken from it`,
      );
      kubectl(['delete', 'repository', repository, '-n', 'demo', '--timeout=60s']);
    }
    if (Date.now() > deadline) return { step, command, differences: [...differences, 'the object does not go'] };
    await sleep(LOOK_MS);
  }
}

/** The Repository for which a BackupStorage says it waits, where it is not going by itself. */
function keeperOf(command: string): string | undefined {
  const storage = /backupstorage (?:-n demo )?(\S+)/.exec(command)?.[1];
  const keeper =
    storage === undefined ? undefined : /waits for Repository demo\/([^\s,]+), which/.exec(wipeWordsOf(storage))?.[1];
  const found = keeper === undefined ? undefined : get('repository', 'demo', keeper);
  return found?.metadata.deletionTimestamp === undefined ? found?.metadata.name : undefined;
}

function wipeWordsOf(storage: string): string {
  const conditions = get('backupstorage', 'demo', storage)?.status?.conditions ?? [];
  return conditions.find((one) => one.type === 'WipedOut')?.message ?? '';
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function commandOf(step: Step, around: Surroundings): { readonly command: string; readonly input: string } {
  const objects = manifestsOf(step, around);
  if (objects) {
    return {
      command: 'kubectl apply -f -',
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    };
  }
  const plain = step.command
    .replace(/^watch (?:-n \d+ )?/, '')
    .replace(/ -w$/, '')
    .replace(' -it ', ' -i ');
  return { command: backendCommand(step.command, around) ?? withOurNames(plain), input: `${step.typed.join('\n')}\n` };
}

/** No waiting changes it. */
function isLasting(difference: string): boolean {
  return /^(has no column|INTEGRITY) /.test(difference);
}

function isRead(command: string): boolean {
  return /^kubectl (?:get|exec .* -- (?:cat|ls))\b/.test(command);
}

function differencesOf(step: Step, code: number, stdout: string, stderr: string): readonly string[] {
  const typedFailure = step.typed.some((line) => line.startsWith('cat '));
  if (code !== 0 && !typedFailure) {
    // A guide begins as if nothing had been done before; the one before it has left this.
    if (/already exists/.test(stderr)) return [];
    return [lastLineOf(stderr) || `exit code ${code}`];
  }
  const said = step.output.filter((line) => !/^Every \d/.test(line));
  const header = said.find((line) => /^NAME\s/.test(line));
  if (header === undefined)
    return /^kubectl exec/.test(step.command) && step.typed.length === 0 ? outputDifferences(said, stdout) : [];
  return tableDifferences(said.slice(said.indexOf(header)), stdout.trimEnd().split('\n'));
}

function outputDifferences(said: readonly string[], stdout: string): readonly string[] {
  const printed = stdout.trimEnd();
  return said.length === 0 || said.join('\n').trim() === printed.trim()
    ? []
    : [`prints ${JSON.stringify(printed)}, not ${JSON.stringify(said.join('\n'))}`];
}

/** Columns that tell a state; all others hold names, times and sizes of their day. */
const TOLD = ['PHASE', 'STATUS', 'READY', 'INTEGRITY', 'SNAPSHOT-COUNT'];

function tableDifferences(said: readonly string[], printed: readonly string[]): readonly string[] {
  const [header = '', ...rows] = said;
  const [ourHeader = '', ...ourRows] = printed;
  const wanted = columnsOf(header);
  const missing = wanted.filter((column) => !columnsOf(ourHeader).includes(column));
  const columns = missing.length === 0 ? [] : [`has no column ${missing.join(', ')}`];
  if (ourRows.length < rows.length) return [...columns, `lists ${ourRows.length} objects, not ${rows.length}`];
  const states = TOLD.filter((column) => wanted.includes(column) && !missing.includes(column)).flatMap((column) => {
    const told = valuesOf(header, rows, column);
    const found = valuesOf(ourHeader, ourRows, column);
    const differs = told.some((value) => !isSaid(column, value, found));
    return differs ? [`${column} is ${found.join(', ') || 'empty'}, not ${told.join(', ')}`] : [];
  });
  return [...columns, ...states];
}

/** A count may have grown since the author looked. */
function isSaid(column: string, told: string, found: readonly string[]): boolean {
  if (told === '' || found.includes(told)) return true;
  return column === 'SNAPSHOT-COUNT' && found.some((one) => Number(one) > Number(told));
}

function columnsOf(header: string): readonly string[] {
  return header.trim().split(/\s{2,}|\t/);
}

/** A column's values, cut at the header's positions, since cells may be empty. */
function valuesOf(header: string, rows: readonly string[], column: string): readonly string[] {
  const start = new RegExp(`(?:^|\\s)${column}(?:\\s|$)`).exec(header);
  if (!start) return [];
  const from = header.indexOf(column, start.index);
  return rows.map((row) => /^\S*/.exec(row.slice(from))?.[0] ?? '');
}
