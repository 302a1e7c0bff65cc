import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLog } from '../../hooks/http/log.ts';
import { optionsOf } from '../../hooks/http/options.ts';
import { start, type Running } from '../../hooks/http/process.ts';
import { ROUTES, RULES_VERSION } from '../../hooks/routes.ts';
import { caseIds, goldenResponse } from '../golden/cases.ts';
import { toyApp } from './toy.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MANUAL = readFileSync(`${ROOT}docs/hooks.md`, 'utf8');
const BLOCKS = [...MANUAL.matchAll(/^```sh\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
const run = promisify(execFile);

describe('docs/hooks.md', () => {
  let service: Running | undefined;
  before(async () => {
    const options = optionsOf(['--dev', '--port', '0', '--drain-delay', '0', '--drain-timeout', '0'], {});
    const appOf = (around: Parameters<typeof toyApp>[0]): ReturnType<typeof toyApp> =>
      toyApp({ ...around, rows: ROUTES, rulesVersion: RULES_VERSION });
    service = await start(options, { log: createLog('silent'), clock: Date.now, appOf });
    mkdirSync(`${ROOT}build`, { recursive: true });
  });
  after(() => service?.stop());

  for (const block of BLOCKS) {
    it(`shows what works: ${block.split('\n')[0]?.slice(0, 90)}`, async () => {
      const script = block.replaceAll('localhost:8080', `127.0.0.1:${service?.port}`);
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT, maxBuffer: 1 << 26 });
      const answer = JSON.parse(stdout) as object;
      assert.equal('error' in answer, false, stdout);
      const [, golden] = /--body (\S+)/.exec(block) ?? [];
      if (golden !== undefined) assert.deepEqual(answer, goldenResponse(golden));
    });
  }

  it('tells what make post prints for a case of each hook: equal to the golden answer', async () => {
    const posted = ['repository/init-job-is-made', 'restoresession/customize-latest', 'snapshot/finalize-keeps-data'];
    for (const id of posted) {
      const argv = ['--import=tsx', 'test/golden/post.ts', id, `http://127.0.0.1:${service?.port}`];
      const { stdout } = await run(process.execPath, argv, { cwd: ROOT });
      assert.match(stdout, /^POST \/v1\/\w+\/(sync|customize|finalize)\?now=\S+ {2}200\n/);
      assert.match(stdout, /\nequal to the golden answer\n$/);
    }
  });

  it('fails make post for a case that does not exist, with the names of those that do', async () => {
    const argv = ['--import=tsx', 'test/golden/post.ts', 'repository/no-such', `http://127.0.0.1:${service?.port}`];
    await assert.rejects(run(process.execPath, argv, { cwd: ROOT }), {
      code: 1,
      stderr: /^no golden case 'repository\/no-such'\. There are:\n {2}backupconfiguration\/addon-missing\n/,
    });
  });

  it('has an example for every kind, and names only cases that exist', () => {
    for (const { kind } of ROUTES)
      assert.ok(
        BLOCKS.some((block) => block.includes(`${kind}/`)),
        `no example of ${kind}`,
      );
    const named = [...MANUAL.matchAll(/(?:--body|CASE=)\s?([a-z0-9-]+\/[a-z0-9-]+)/g)].map((match) => match[1]);
    named.push(/^CASE \?= (\S+)$/m.exec(readFileSync(`${ROOT}Makefile`, 'utf8'))?.[1]);
    assert.ok(named.length >= 10);
    assert.deepEqual(
      named.filter((id) => id === undefined || !caseIds().includes(id)),
      [],
    );
  });
});
