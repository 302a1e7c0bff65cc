/**
 * The simulation's command line, in its own bundle (bundle.ts):
 *
 *   node build/simulate.js --from=1 --seeds=100 [--workers=1] [--hours=h] [--days=30] [--failures=1]
 *   node build/simulate.js --seed=17        one seed, with its trace
 *   node build/simulate.js --replay=file    a regression file
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { campaignOf, failuresOf, lineOf, type Campaign, type SeedReport } from './campaign.ts';
import type { Need } from './faults/catalogue.ts';
import { pageOf, type Failure } from './page.ts';
import { played, scenarioOf, type Outcome } from './run.ts';
import type { Scenario } from './scenario.ts';
import { shrunk } from './shrink.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    step: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    hours: { type: 'string', default: '24' },
    days: { type: 'string', default: '30' },
    failures: { type: 'string', default: '1' },
    shrink: { type: 'string', default: '80' },
    worker: { type: 'boolean', default: false },
    seed: { type: 'string' },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
    needs: { type: 'string', default: '[]' },
    'until-failure': { type: 'boolean', default: false },
  },
});

const PROGRESS_MS = 1000;
const BUNDLE = process.argv[1] ?? '';

if (values.worker) await work();
else if (values.replay !== undefined) await one(JSON.parse(readFileSync(values.replay, 'utf8')) as Scenario);
else if (values.seed !== undefined) await one(scenarioOf(values.seed, Number(values.days)));
else await many();

/** A worker: one line of JSON per seed. */
async function work(): Promise<void> {
  for (let index = 0; index < Number(values.seeds); index++) {
    const seed = String(Number(values.from) + index * Number(values.step));
    const report = await reportOf(seed);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (values['until-failure'] && (report.violation ?? report.crash) !== undefined) return;
  }
}

async function reportOf(seed: string): Promise<SeedReport> {
  const started = process.cpuUsage();
  const nothing = { seed, digest: '', hits: {}, covered: [], virtualSeconds: 0, hookCalls: 0, sessions: 0 };
  try {
    const needs = JSON.parse(values.needs) as readonly Need[];
    const outcome = await played(scenarioOf(seed, Number(values.days), needs));
    const [violation] = outcome.violations;
    return {
      ...nothing,
      ...(violation ? { violation } : {}),
      digest: outcome.digest,
      hits: Object.fromEntries(outcome.hits),
      covered: [...outcome.covered],
      virtualSeconds: outcome.virtualSeconds,
      hookCalls: outcome.hookCalls,
      sessions: outcome.sessions,
      milliseconds: cpuMs(started),
    };
  } catch (thrown) {
    const crash = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { ...nothing, crash, milliseconds: cpuMs(started) };
  }
}

/** Time that this process computed, in and below the language's runtime: other work on the machine hardly changes it. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** One scenario, told at length. */
async function one(scenario: Scenario): Promise<void> {
  const outcome = await played(scenario, { keepsTrace: true });
  if (values.trace) for (const { at, from, text } of outcome.lines) console.log(new Date(at).toISOString(), from, text);
  for (const violation of outcome.violations) console.log(`${violation.id} at ${violation.at} s: ${violation.message}`);
  console.log(`seed ${scenario.seed}: ${outcome.lines.length} steps, trace ${outcome.digest}`);
  if (outcome.violations.length > 0) process.exitCode = 1;
}

async function many(): Promise<void> {
  const commit = commitOf();
  console.log(
    `simulation of ${commit}: ${values.seeds} seeds from ${values.from}, each at least ${values.days} virtual days`,
  );
  let shownAt = 0;
  const campaign = await campaignOf(BUNDLE, {
    from: Number(values.from),
    seeds: Number(values.seeds),
    workers: Number(values.workers),
    days: Number(values.days),
    longestMs: Number(values.hours) * 3_600_000,
    failures: Number(values.failures),
    onProgress: (present) => {
      if (Date.now() - shownAt < PROGRESS_MS) return;
      shownAt = Date.now();
      process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${lineOf(present)}` : `${lineOf(present)}\n`);
    },
  });
  console.log(`\n${lineOf(campaign)}`);
  const failures = await explained(campaign, commit);
  const page = join(dirname(BUNDLE), 'simulation.html');
  writeFileSync(page, pageOf(campaign, failures, `Commit ${commit}, seeds ${values.from} and on.`));
  console.log(`report: ${page}`);
  if (failuresOf(campaign).length > 0) process.exitCode = 1;
}

async function explained(campaign: Campaign, commit: string): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const { seed, violation, crash } of failuresOf(campaign)) {
    console.log(
      `\nseed ${seed} of commit ${commit} fails: ${violation ? `${violation.id} (${violation.title}) ${violation.message}` : crash}`,
    );
    if (!violation) continue;
    const scenario = scenarioOf(seed, Number(values.days));
    const small = await shrunk(scenario, await played(scenario), violation.id, Number(values.shrink));
    const outcome = await played(small.scenario, { keepsTrace: true });
    const file = regressionFile(seed, violation.id, small.scenario);
    console.log(
      `shrunk in ${small.tried} tries to ${small.scenario.faults.length} faults and ${small.scenario.applied.length} objects: ${file}`,
    );
    console.log(stepsOf(small.scenario, outcome));
    failures.push({ seed, scenario: small.scenario, outcome });
  }
  return failures;
}

function stepsOf(scenario: Scenario, outcome: Outcome): string {
  const faults = scenario.faults.map((fault) => `  ${fault.at} s: ${JSON.stringify(fault)}`);
  const found = outcome.violations.map(({ id, at, message }) => `  ${at} s: ${id} ${message}`);
  return [`  world ${JSON.stringify(scenario.world)}, ${scenario.days} days`, ...faults, ...found].join('\n');
}

function regressionFile(seed: string, id: string, scenario: Scenario): string {
  const folder = join(dirname(BUNDLE), '..', 'test', 'simulation', 'regressions');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}-${seed}.json`);
  writeFileSync(file, `${JSON.stringify(scenario, null, 2)}\n`);
  return file;
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: dirname(BUNDLE) }).trim();
  } catch {
    return 'an unknown commit';
  }
}
