/** One step of a guide, typed into a shell; what it prints is held against what the guide says. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './guide.ts';
import { backendCommand, manifestsOf, withOurNames, type Surroundings } from './replacements.ts';

export interface StepResult {
  readonly step: Step;
  readonly command: string;
  /** What is different from the guide; empty where nothing is. */
  readonly differences: readonly string[];
}

const WAIT_MS = 120_000;
const LOOK_MS = 1000;

/** Runs the step until it prints what the guide says, for up to two minutes: a reader would wait and look again, too. */
export async function runStep(step: Step, around: Surroundings, folder: string): Promise<StepResult> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { command, input } = commandOf(step, around);
    const done = spawnSync('bash', ['-c', command], { encoding: 'utf8', cwd: folder, input });
    const differences = differencesOf(step, done.status ?? 1, done.stdout, done.stderr);
    const waits = differences.length > 0 && isRead(command);
    if (!waits || Date.now() > deadline) return { step, command, differences };
    await sleep(LOOK_MS);
  }
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

function isRead(command: string): boolean {
  return /^kubectl (?:get|exec .* -- (?:cat|ls))\b/.test(command);
}

function differencesOf(step: Step, code: number, stdout: string, stderr: string): readonly string[] {
  const typedFailure = step.typed.some((line) => line.startsWith('cat '));
  if (code !== 0 && !typedFailure) {
    // A guide begins as if nothing had been done before; the one before it has left this.
    if (/already exists/.test(stderr)) return [];
    return [stderr.trim().split('\n').at(-1) ?? `exit code ${code}`];
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
    const differs = told.some((value) => value !== '' && !found.includes(value));
    return differs ? [`${column} is ${found.join(', ') || 'empty'}, not ${told.join(', ')}`] : [];
  });
  return [...columns, ...states];
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
