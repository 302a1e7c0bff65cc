/** `npx tsx test/golden/write.ts [--check] [kind[/case]]`: rewrites golden answers, or only says which differ. */
import { isDeepStrictEqual } from 'node:util';
import { answerOf } from './answers.ts';
import { caseIds, goldenCase, goldenResponse, writeResponse } from './cases.ts';

const arguments_ = process.argv.slice(2);
const checkOnly = arguments_.includes('--check');
const filter = arguments_.find((argument) => !argument.startsWith('--')) ?? '';
const ids = caseIds(filter);
if (ids.length === 0) {
  console.error(`no golden case matches '${filter}'; cases are folders test/hooks/<kind>/<case>/ with a request.yaml`);
  process.exitCode = 1;
}

let same = 0;
for (const id of ids) {
  try {
    const outcome = await outcomeOf(id);
    if (outcome === 'same') same += 1;
    else console.log(`${outcome}  ${id}`);
    if (checkOnly && outcome !== 'same') process.exitCode = 1;
  } catch (error) {
    console.error(`failed   ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
console.log(`${same} of ${ids.length} golden answers as before`);

async function outcomeOf(id: string): Promise<'same' | 'differs' | 'written'> {
  const response: unknown = JSON.parse(answerOf(goldenCase(id)));
  if (checkOnly) return isDeepStrictEqual(goldenResponse(id), response) ? 'same' : 'differs';
  return writeResponse(id, response) ? 'written' : 'same';
}
