/** A repository that lost what it holds, with real restic: a restore that cannot bring a file back says which, and is Failed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { restoreDoubt } from '../../hooks/kinds/restoresession/evidence.ts';
import { firstSnapshot, World } from './world.ts';

const DATA = 'backend/demo/app/repository/v1/daily/dump/data';
const FILES = ['a.txt', 'b.txt', 'deep/c.txt'];

describe('a restore from a repository that lost a pack', function () {
  this.timeout(120_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().ready();
    for (const name of FILES) world.write(`source/data/${name}`, randomBytes(50_000));
  });
  afterEach(() => world.end());

  /** Packs of the repository, largest first: file contents are larger here than the directories' tree pack. */
  const packs = (): readonly string[] =>
    readdirSync(world.at(DATA), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .sort((left, right) => readFileSync(right).length - readFileSync(left).length);

  it('brings back 0 of 3 files, and is Failed with their names', async () => {
    const id = firstSnapshot(await world.backup());
    rmSync(packs()[0] ?? '');
    rmSync(world.at('source/data'), { recursive: true });
    const { code, status } = await world.restore(id);
    assert.equal(code, 1);
    assert.equal(status.phase, 'Failed');
    for (const name of FILES) {
      assert.ok(status.error?.message.includes(name), `${name} is not named: ${status.error?.message}`);
    }
    // Whatever a mover says of its end: its figures alone would not let the session call this a success.
    const { restore } = status.result ?? {};
    if (restore !== undefined) {
      const claim = { ...status, phase: 'Succeeded' as const };
      assert.notEqual(restoreDoubt(claim, [{ id, hostPath: '/source/data' }]), undefined);
    }
  });

  it('is Failed where nothing at all is left', async () => {
    const id = firstSnapshot(await world.backup());
    for (const pack of packs()) rmSync(pack);
    rmSync(world.at('source/data'), { recursive: true });
    const { code, status } = await world.restore(id);
    assert.equal(code, 1);
    assert.equal(status.phase, 'Failed');
    assert.equal(existsSync(world.at('source/data/a.txt')), false);
  });
});
