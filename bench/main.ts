/**
 * `npx tsx bench/main.ts [name…]`: runs the benchmarks, prints a table, writes build/bench.json.
 * A benchmark is a module that exports `run(): Promise<readonly BenchRow[]>`; adding one is adding a line here.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isKept, type BenchRow } from './row.ts';

/** `mover.ts` compares the mover with bare restic. */
const MODULES = ['sync-small', 'repository-1000', 'mover', 'cold-start', 'memory'] as const;
const OUTPUT = new URL('../build/bench.json', import.meta.url);

const wanted = process.argv.slice(2);
const rows: BenchRow[] = [];
for (const name of MODULES.filter(isWanted)) {
  const { run } = (await import(new URL(`${name}.ts`, import.meta.url).href)) as {
    run: () => Promise<readonly BenchRow[]>;
  };
  for (const row of await run()) {
    rows.push(row);
    console.log(lineOf(row));
  }
}
mkdirSync(new URL('.', OUTPUT), { recursive: true });
writeFileSync(
  OUTPUT,
  `${JSON.stringify(
    rows.map(({ limit, ...row }) => ({ ...row, limit: Object.values(limit)[0] as number })),
    undefined,
    2,
  )}\n`,
);

/** What was asked for by name must be there; a whole run goes on without a benchmark that is not. */
function isWanted(name: string): boolean {
  if (wanted.length > 0) return wanted.includes(name);
  const exists = existsSync(new URL(`${name}.ts`, import.meta.url));
  if (!exists) console.log(`${name.padEnd(18)}not measured: bench/${name}.ts does not exist`);
  return exists;
}

function lineOf(row: BenchRow): string {
  const [low, high] = row.spread.map(short);
  const limit = 'atLeast' in row.limit ? `at least ${row.limit.atLeast}` : `at most ${row.limit.atMost}`;
  const measured = `${short(row.value)} ${row.unit}`.padStart(18);
  const ratio = row.ratio === undefined ? '' : `ratio ${short(row.ratio)}`;
  const verdict = isKept(row) ? 'kept' : 'MISSED';
  return `${row.name.padEnd(18)}${measured}  ${ratio.padEnd(12)}  ${`${low} to ${high}`.padEnd(20)}${limit.padEnd(16)}${verdict}`;
}

function short(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}
