/** The simulation itself: the same seed is the same story, and every story that once failed passes. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSimulation } from '../../sandbox/simulation/bundle.ts';

const CACHE = join(import.meta.dirname, '..', '..', '.cache');
const REGRESSIONS = join(import.meta.dirname, 'regressions');

describe('the simulation', function () {
  this.timeout(300_000);
  let folder: string;
  let bundle: string;
  before(async () => {
    // Inside the project, so that the bundle finds its packages.
    mkdirSync(CACHE, { recursive: true });
    folder = mkdtempSync(join(CACHE, 'simulation-'));
    bundle = join(folder, 'simulate.mjs');
    await bundleSimulation(bundle);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const told = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [bundle, ...args], { encoding: 'utf8' });

  it('tells the same story twice: equal seeds, equal traces', () => {
    const stories = [told('--seed=3', '--days=3'), told('--seed=3', '--days=3')];
    assert.match(stories[0] ?? '', /^seed 3: \d+ steps, trace [0-9a-f]{64}$/m);
    assert.equal(stories[0], stories[1]);
  });

  it('tells another story for another seed', () => {
    const trace = (seed: string): string | undefined => /trace (\w+)/.exec(told(`--seed=${seed}`, '--days=2'))?.[1];
    assert.notEqual(trace('101'), trace('102'));
  });

  for (const file of (existsSync(REGRESSIONS) ? readdirSync(REGRESSIONS) : [])
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    it(`passes what once failed: ${file}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, `--replay=${join(REGRESSIONS, file)}`], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, `${stdout}${stderr}`);
    });
  }
});
