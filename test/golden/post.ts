/**
 * `npx tsx test/golden/post.ts <kind>/<case> [url]`: posts a golden request to a running service (started with --dev) and
 * shows the difference to the golden answer. `--body` prints the JSON body instead, for curl.
 */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { pathOf } from '../../hooks/http/index-page.ts';
import { timestampOf } from '../../hooks/kube/instants.ts';
import { RULES_VERSION } from '../../hooks/routes.ts';
import { caseIds, goldenCase, goldenResponse } from './cases.ts';
import { lineDifference } from './difference.ts';

const [id = '', url = 'http://127.0.0.1:8080'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (!caseIds().includes(id)) {
  console.error(`no golden case '${id}'. There are:\n  ${caseIds().join('\n  ')}`);
  process.exitCode = 1;
} else {
  const golden = goldenCase(id);
  const path = `${pathOf(RULES_VERSION, golden.kind, golden.hook)}?now=${timestampOf(golden.now)}`;
  if (process.argv.includes('--body')) console.log(JSON.stringify(golden.request));
  else await post(new URL(path, url), golden.request).catch(unreachable);
}

async function post(target: URL, request: unknown): Promise<void> {
  const answer = await fetch(target, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization() },
    body: JSON.stringify(request),
  });
  const text = await answer.text();
  console.log(`POST ${target.pathname}${target.search}  ${answer.status}`);
  if (answer.status !== 200) {
    console.log(text.trim());
    process.exitCode = 1;
    return;
  }
  const actual: unknown = JSON.parse(text);
  const expected = goldenResponse(id);
  if (isDeepStrictEqual(actual, expected)) {
    console.log(stringify(actual, { lineWidth: 0 }).trimEnd());
    console.log('equal to the golden answer');
    return;
  }
  console.log('- golden\n+ answered');
  console.log(lineDifference(sorted(expected), sorted(actual)));
  process.exitCode = 1;
}

/** The token that the service asks for, if it asks for one. */
function authorization(): Record<string, string> {
  const token = process.env['METASTASH_TOKEN'];
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function sorted(value: unknown): string {
  return stringify(value ?? {}, { lineWidth: 0, sortMapEntries: true });
}

function unreachable(error: unknown): void {
  console.error(
    `no service answers at ${url} (${error instanceof Error ? error.message : String(error)}): start one with make run`,
  );
  process.exitCode = 1;
}
