/** Bad-input catalogue (faults.md §6), B78: a restic repository full of snapshots that are not ours. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER, World } from './world.ts';

const FAKE = join(import.meta.dirname, '../fixtures/restic/crowded.mjs');
const PATH = 'repository/v1/daily/dump';
const OURS = createHash('sha256').update('ours').digest('hex');

describe('a repository listing of 100,000 snapshots with foreign tags, equal and future times and missing hosts', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    world.write('/source/data/a', 'a');
    await world.ready();
    world.env = { METASTASH_RESTIC: FAKE };
    const repository = join(world.backend, 'demo/app', PATH);
    mkdirSync(join(repository, 'snapshots'), { recursive: true });
    writeFileSync(join(repository, 'config'), 'config');
    writeFileSync(join(repository, 'snapshots', OURS), 'ours');
  });
  afterEach(() => world.end());

  const commands = (): readonly { readonly command: string; readonly args: readonly string[] }[] =>
    readFileSync(join(world.backend, 'demo/app', `${PATH}.calls.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly command: string; readonly args: readonly string[] });

  it('B78 forget is given our ids alone, by id or by our own tag, and its report stays small', async () => {
    const target = { name: 'snap', uid: 'snapshot-uid-1', components: [{ resticPath: PATH, ids: [] }] };
    const order = { storage: world.storage, repository: world.repository(), owner: OWNER, snapshots: [target] };
    const ran = await world.run(['forget'], order);
    assert.deepEqual(ran.status.result, { forgotten: { snapshots: ['snapshot-uid-1'], removed: 1 } }, ran.log);
    const forgets = commands().filter(({ command }) => command === 'forget');
    assert.deepEqual(
      forgets.map(({ args }) => args.filter((one) => /^[0-9a-f]{64}$/.test(one))),
      [[OURS]],
    );
    assert.equal(existsSync(join(world.backend, 'demo/app', PATH, 'snapshots', OURS)), false);
    assert.ok(JSON.stringify(ran.status).length < 1000);
  });

  it('B78 a second attempt finds the snapshot of the first by its tags, and makes none beside it', async () => {
    const ran = await world.backup([], { run: 1 });
    assert.equal(ran.code, 0, ran.log);
    assert.deepEqual(
      ran.status.result?.backup?.paths.map(({ snapshotID, files }) => [snapshotID, files]),
      [[OURS, 2]],
    );
    assert.deepEqual(
      commands().filter(({ command }) => command === 'backup'),
      [],
    );
    assert.ok(JSON.stringify(ran.status).length < 2000);
  });
});
