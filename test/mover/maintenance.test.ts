/** forget, prune, check and wipe with real restic: what was planned goes, everything else stays and comes back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstSnapshot, OWNER, PASSWORD, World, type Change, type Ran } from './world.ts';

const PATH = 'repository/v1/daily/dump';
const RESTIC_ID = /^[0-9a-f]{64}$/;
const OTHER_ID = 'f'.repeat(64);

interface Made {
  readonly name: string;
  readonly uid: string;
  readonly id: string;
}

describe('maintenance of a repository with real restic', function () {
  this.timeout(180_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().ready();
  });
  afterEach(() => world.end());

  const order = (): Change => ({ storage: world.storage, repository: world.repository(), owner: OWNER });
  const targetOf = ({ name, uid, id }: Made): object => ({ name, uid, components: [{ resticPath: PATH, ids: [id] }] });
  const forget = (targets: readonly object[], change: Change = {}): Promise<Ran> =>
    world.run(['forget'], { ...order(), snapshots: targets, ...change });
  const manifest = (name: string): string => join(world.backend, 'demo/app/snapshots', `${name}.yaml`);
  const stored = (): readonly string[] => readdirSync(join(world.backend, 'demo/app', PATH, 'snapshots')).sort();

  async function backup(number: number): Promise<Made> {
    world.write('/source/data/file', `content ${number} ${'x'.repeat(20_000 + number)}`);
    const snapshot = { namespace: 'demo', name: `snap-${number}`, uid: `uid-${number}` };
    const ran = await world.backup([], { snapshot, manifest: { kind: 'Snapshot', metadata: { name: snapshot.name } } });
    assert.equal(ran.code, 0, ran.log);
    return { ...snapshot, id: firstSnapshot(ran) };
  }

  it('removes exactly what it is told, with its manifests, and frees the space', async () => {
    const [one, two, three] = [await backup(1), await backup(2), await backup(3)];
    assert.ok(existsSync(manifest('snap-1')));

    const forgotten = await forget([targetOf(one), targetOf(two)]);
    assert.deepEqual(forgotten.status.result, { forgotten: { snapshots: ['uid-1', 'uid-2'], removed: 2 } });
    assert.deepEqual(stored(), [three.id]);
    assert.deepEqual(
      [1, 2, 3].map((number) => existsSync(manifest(`snap-${number}`))),
      [false, false, true],
    );

    const pruned = await world.run(['prune'], { ...order(), resticPaths: [PATH, 'repository/v1/gone/dump'] });
    assert.deepEqual(pruned.status.result?.pruned?.resticPaths, [PATH]);
    assert.ok((pruned.status.result?.pruned?.freedBytes ?? 0) > 0);

    const checked = await world.run(['check'], { ...order(), resticPaths: [PATH] });
    assert.deepEqual(checked.status.result, { checked: { resticPaths: [PATH], damaged: [] } });
    rmSync(world.at('/source/data/file'));
    const restored = await world.restore(three.id);
    assert.equal(restored.code, 0, restored.log);
    assert.match(readFileSync(world.at('/source/data/file'), 'utf8'), /^content 3 /);
  });

  it('goes on where an earlier attempt was cut: what is gone already counts as removed', async () => {
    const one = await backup(1);
    await backup(2);
    assert.equal((await forget([targetOf(one)])).code, 0);
    writeFileSync(manifest('snap-1'), 'left by an attempt that was killed');
    const again = await forget([targetOf(one)]);
    assert.deepEqual(again.status.result, { forgotten: { snapshots: ['uid-1'], removed: 0 } });
    assert.equal(existsSync(manifest('snap-1')), false);
  });

  it('finds attempts that no status knows of by the tag of their Snapshot', async () => {
    await backup(1);
    const two = await backup(2);
    const forgotten = await forget([{ name: 'snap-1', uid: 'uid-1', components: [{ resticPath: PATH, ids: [] }] }]);
    assert.deepEqual(forgotten.status.result, { forgotten: { snapshots: ['uid-1'], removed: 1 } });
    assert.deepEqual(stored(), [two.id]);
  });

  it('has nothing to remove for a failed backup that never made a repository', async () => {
    const target = { name: 'snap-9', uid: 'uid-9', components: [{ resticPath: 'repository/v1/never/dump', ids: [] }] };
    const forgotten = await forget([target, { name: 'snap-8', uid: 'uid-8', components: [] }]);
    assert.deepEqual(forgotten.status.result, { forgotten: { snapshots: ['uid-8', 'uid-9'], removed: 0 } });
  });

  const refusals: readonly (readonly [what: string, change: (made: Made) => Change, code: string, message: RegExp])[] =
    [
      [
        'a directory of another Repository',
        () => ({ owner: { ...OWNER, name: 'other' } }),
        'DirectoryOwned',
        /belongs to Repository demo\/repo of cluster cluster-1/,
      ],
      [
        'a storage that does not hold what it held',
        (made) => ({
          snapshots: [{ ...made, components: [{ resticPath: 'repository/v1/lost/dump', ids: [OTHER_ID] }] }],
        }),
        'RepositoryMissing',
        /demo\/app\/repository\/v1\/lost\/dump holds no restic repository/,
      ],
      [
        'a path that climbs out of the directory',
        (made) => ({ snapshots: [{ ...made, components: [{ resticPath: '../other/dump', ids: [] }] }] }),
        'TaskInvalid',
        /METASTASH_TASK at \/snapshots\/0\/components\/0\/resticPath: a path below the directory/,
      ],
      [
        'an id that is none',
        (made) => ({ snapshots: [{ ...made, components: [{ resticPath: PATH, ids: ['latest'] }] }] }),
        'TaskInvalid',
        /METASTASH_TASK at \/snapshots\/0\/components\/0\/ids\/0: a whole restic snapshot id is needed/,
      ],
    ];
  for (const [what, change, code, message] of refusals) {
    it(`refuses ${what}, and removes nothing`, async () => {
      const made = await backup(1);
      const ran = await forget([targetOf(made)], change(made));
      if (code === 'TaskInvalid') assert.match(ran.log, message);
      else {
        assert.equal(ran.status.error?.code, code);
        assert.match(ran.status.error?.message ?? '', message);
      }
      assert.deepEqual(stored(), [made.id]);
    });
  }

  it('says so when the password is wrong, and removes nothing', async () => {
    const made = await backup(1);
    world.password('another one');
    for (const ran of [
      await forget([targetOf(made)]),
      await world.run(['prune'], { ...order(), resticPaths: [PATH] }),
    ]) {
      assert.equal(ran.status.error?.code, 'WrongPassword');
      assert.equal(ran.status.error?.retryable, false);
    }
    assert.deepEqual(stored(), [made.id]);
  });

  it('reports a lost pack as damage, by its restic repository', async () => {
    await backup(1);
    const data = join(world.backend, 'demo/app', PATH, 'data');
    const [folder = ''] = readdirSync(data).filter((name) => readdirSync(join(data, name)).length > 0);
    for (const pack of readdirSync(join(data, folder))) rmSync(join(data, folder, pack));
    const ran = await world.run(['check'], { ...order(), resticPaths: [PATH, 'repository/v1/gone/dump'] });
    assert.equal(ran.code, 0, ran.log);
    const damaged = ran.status.result?.checked?.damaged ?? [];
    assert.deepEqual(
      damaged.map((one) => one.resticPath),
      [PATH, 'repository/v1/gone/dump'],
    );
    assert.match(damaged[0]?.message ?? '', /pack [0-9a-f]{8}/);
    assert.equal(damaged[1]?.message, 'there is no restic repository any more');
  });

  it('waits for the lock of another process, and never removes a live one', async () => {
    const made = await backup(1);
    const env = { ...process.env, RESTIC_REPOSITORY: join(world.backend, 'demo/app', PATH), RESTIC_PASSWORD: PASSWORD };
    const restic = process.env['METASTASH_RESTIC'] ?? 'restic';
    const locks = join(world.backend, 'demo/app', PATH, 'locks');
    // A backup that is kept alive by its open stdin holds a shared lock.
    const holder = (await import('node:child_process')).spawn(restic, ['backup', '--stdin', '--no-cache'], { env });
    try {
      // restic writes a lock under another name first.
      const whole = (): readonly string[] =>
        existsSync(locks) ? readdirSync(locks).filter((name) => RESTIC_ID.test(name)) : [];
      while (whole().length === 0) await new Promise((done) => setTimeout(done, 50));
      const held = whole();
      const running = forget([targetOf(made)]);
      await new Promise((done) => setTimeout(done, 1500));
      assert.deepEqual(stored(), [made.id]);
      assert.ok(held.every((name) => readdirSync(locks).includes(name)));
      holder.stdin.end('bytes');
      const ran = await running;
      assert.equal(ran.code, 0, ran.log);
      assert.equal(stored().includes(made.id), false);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('wipes the directory of its Repository and nothing beside it', async () => {
    await backup(1);
    world.write('/backend/demo/application/keep', 'a neighbour whose name begins alike');
    const wipe = (): Promise<Ran> =>
      world.run(['wipe'], { storage: world.storage, clusterUid: OWNER.clusterUid, repository: world.repository() });
    const ran = await wipe();
    assert.equal(ran.code, 0, ran.log);
    assert.ok((ran.status.result?.wiped?.objects ?? 0) > 5);
    const left = execFileSync('find', [world.backend, '-type', 'f'], { encoding: 'utf8' }).trim();
    assert.equal(left, join(world.backend, 'demo/application/keep'));
    assert.deepEqual((await wipe()).status.result, { wiped: { objects: 0, bytes: 0 } });
  });

  it('refuses to wipe another Repository, and one that lies inside', async () => {
    await backup(1);
    const wipe = (change: Change): Promise<Ran> =>
      world.run(['wipe'], {
        storage: world.storage,
        clusterUid: OWNER.clusterUid,
        repository: world.repository(),
        ...change,
      });
    const before = stored();
    const foreign = await wipe({ repository: { ...world.repository(), name: 'other' } });
    assert.equal(foreign.status.error?.code, 'DirectoryOwned');
    const owner = JSON.stringify({ ...OWNER, name: 'inner', claimedAt: '2026-01-01T00:00:00Z' });
    world.write('/backend/demo/app/inner/.metastash-owner.json', owner);
    const nested = await wipe({});
    assert.equal(nested.status.error?.code, 'DirectoryOwned');
    assert.match(nested.status.error?.message ?? '', /claims a part of demo\/app for another Repository/);
    assert.deepEqual(stored(), before);
  });

  it('wipes what this cluster owns on a storage, and leaves the rest', async () => {
    await world.initStorage();
    await backup(1);
    const foreign = JSON.stringify({
      clusterUid: 'cluster-2',
      namespace: 'x',
      name: 'y',
      claimedAt: '2026-01-01T00:00:00Z',
    });
    world.write('/backend/theirs/.metastash-owner.json', foreign);
    mkdirSync(join(world.backend, 'unclaimed'));
    world.write('/backend/unclaimed/file', 'nobody said whose');
    const wipe = (): Promise<Ran> => world.run(['wipe'], { storage: world.storage, clusterUid: OWNER.clusterUid });
    assert.equal((await wipe()).code, 0);
    const files = (): readonly string[] =>
      execFileSync('find', [world.backend, '-type', 'f', '-printf', '%P\n'], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .sort();
    assert.deepEqual(files(), ['metadata.yaml', 'theirs/.metastash-owner.json', 'unclaimed/file']);
    rmSync(join(world.backend, 'theirs'), { recursive: true });
    rmSync(join(world.backend, 'unclaimed'), { recursive: true });
    await wipe();
    assert.deepEqual(files(), ['']);
  });
});
