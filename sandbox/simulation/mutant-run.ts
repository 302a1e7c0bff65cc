/** `make simulate-mutants`: plants each bug and says which invariant catches it after how many seeds. Fails when one survives. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSimulation } from './bundle.ts';
import type { SeedReport } from './campaign.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'build', 'mutants');
const MOST_SEEDS = 200;
const given = process.argv.slice(2);
/** `90s` among the arguments ends the hunt of each after so many seconds; then it says how many seeds it came to. */
const seconds = Number(given.find((one) => /^\d+s$/.test(one))?.slice(0, -1) ?? Infinity);
const wanted = given.filter((one) => !/^\d+s$/.test(one));

mkdirSync(FOLDER, { recursive: true });
let survivors = 0;
const chosen = MUTANTS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
// All before the first hunt: the source may be worked on meanwhile.
for (const mutant of chosen) await bundleSimulation(bundleOf(mutant), mutant.patches);
for (const mutant of chosen) {
  const reports = hunted(mutant);
  const last = reports.at(-1);
  const how = last?.violation ? `${last.violation.id}: ${last.violation.message}` : last?.crash?.split('\n')[0];
  const isCaught = last?.violation !== undefined || last?.crash !== undefined;
  if (!isCaught) survivors += 1;
  const what = isCaught ? `caught after ${reports.length} seeds by ${how}` : `SURVIVES ${reports.length} seeds`;
  console.log(`${mutant.id} ${mutant.title} (${mutant.breaks.join(', ')}): ${what.slice(0, 300)}`);
}
process.exitCode = survivors;

function bundleOf({ id }: Mutant): string {
  return join(FOLDER, `${id}.js`);
}

function hunted(mutant: Mutant): readonly SeedReport[] {
  const options = ['--worker', '--until-failure', '--from=1', `--seeds=${MOST_SEEDS}`];
  const needs = `--needs=${JSON.stringify(mutant.needs ?? [])}`;
  const { stdout, stderr } = spawnSync(process.execPath, [bundleOf(mutant), ...options, needs], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...(Number.isFinite(seconds) ? { timeout: seconds * 1000 } : {}),
  });
  if (stdout === '' && !Number.isFinite(seconds)) throw new Error(`${mutant.id}: ${stderr}`);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as SeedReport);
}
