/** `npx tsx sandbox/conformance/main.ts DIR [-v] [NAME…]`: replays every recording of a folder, one line per scenario. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftOutReason } from './left-out.ts';
import { replay } from './replay.ts';
import { readTrace, type Trace } from './trace.ts';

const verbose = process.argv.includes('-v');
const [dir, ...names] = process.argv.slice(2).filter((one) => one !== '-v');
const definitions = dir === undefined ? undefined : join(dir, 'crds.json');
if (dir === undefined || definitions === undefined || !existsSync(definitions)) {
  console.error(
    `${dir ?? 'no folder given'}: expected a folder of recordings with crds.json in it: main.ts DIR [-v] [NAME…]`,
  );
  process.exit(2);
}

const kinds = JSON.parse(readFileSync(definitions, 'utf8')) as object[];
const counts = { ok: 0, differs: 0, 'left out': 0 };
const files = readdirSync(dir).filter((file) => file.endsWith('.json') && file !== 'crds.json');
for (const name of files.map((file) => file.slice(0, -'.json'.length)).sort()) {
  if (names.length > 0 && !names.includes(name)) continue;
  const trace = readTrace(join(dir, `${name}.json`));
  const reason = leftOutReason(trace);
  const differences = reason === undefined ? differencesOf(trace) : [];
  const verdict = reason !== undefined ? 'left out' : differences.length === 0 ? 'ok' : 'differs';
  counts[verdict]++;
  console.log(`${name}: ${verdict}${reason === undefined ? '' : ` (${reason})`}`);
  for (const difference of verbose ? differences : differences.slice(0, 1)) console.log(`    ${difference}`);
}
console.log(`${counts.ok} ok, ${counts.differs} differ, ${counts['left out']} left out`);
process.exitCode = counts.differs > 0 || counts.ok === 0 ? 1 : 0;

/** A replay that fails is a difference of its own. */
function differencesOf(trace: Trace): readonly string[] {
  try {
    return replay(trace, kinds);
  } catch (error) {
    return [`the replay failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}
