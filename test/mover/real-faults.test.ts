/** What goes wrong between a mover and real restic, made to happen: its exit codes 3 and 10, a full store, a dead holder's lock. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstSnapshot, OWNER, PASSWORD, World } from './world.ts';

const PATH = 'repository/v1/daily/dump';
const RESTIC = process.env['METASTASH_RESTIC'] ?? 'restic';
const IS_ROOT = process.getuid?.() === 0;

describe('mover where real restic fails', function () {
  this.timeout(180_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().ready();
  });
  afterEach(() => world.end());

  const repository = (): string => join(world.backend, 'demo/app', PATH);
  const snapshots = (): readonly string[] => readdirSync(join(repository(), 'snapshots'));

  /** Root reads everything, so restic runs as nobody then. */
  function withoutPowers(): void {
    if (!IS_ROOT) return;
    const wrapper = join(world.directory, 'restic');
    writeFileSync(wrapper, `#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups ${RESTIC} "$@"\n`);
    chmodSync(wrapper, 0o755);
    mkdirSync(world.at('/kubestash-tmp'), { recursive: true });
    execFileSync('chmod', ['-R', 'a+rwX', world.directory]);
    world.env = { ...world.env, METASTASH_RESTIC: wrapper };
  }

  it('keeps what could be read and is Failed with the names of the rest (exit code 3)', async () => {
    world.write('/source/data/open', 'for everyone');
    world.write('/source/data/letters/sealed', 'for nobody');
    withoutPowers();
    chmodSync(world.at('/source/data/letters/sealed'), 0);
    const ran = await world.backup();
    assert.equal(ran.status.error?.code, 'SourceUnreadable', ran.log);
    assert.equal(
      ran.status.error?.message,
      '1 file is not in the backup, it could not be read: /source/data/letters/sealed. ' +
        'Run the backup as a user who may read these files, or exclude them.',
    );
    assert.deepEqual(ran.status.result?.backup?.unreadable, { count: 1, names: ['/source/data/letters/sealed'] });
    assert.equal(snapshots().length, 1, 'the partial snapshot is kept');

    // The next attempt does not take the partial snapshot for a whole one.
    chmodSync(world.at('/source/data/letters/sealed'), 0o644);
    const again = await world.backup();
    assert.equal(again.code, 0, again.log);
    assert.equal(snapshots().length, 2);
  });

  it('makes no new repository over one that has lost its config (exit code 10)', async () => {
    world.write('/source/data/file', 'content');
    const made = await world.backup();
    assert.equal(made.code, 0, made.log);
    rmSync(join(repository(), 'config'));
    const ran = await world.backup([], { snapshot: { namespace: 'demo', name: 'next', uid: 'snapshot-uid-2' } });
    assert.equal(ran.status.error?.code, 'RepositoryHalfMade', ran.log);
    assert.equal(existsSync(join(repository(), 'config')), false);
    assert.deepEqual(snapshots(), [firstSnapshot(made)]);
    const back = await world.restore(firstSnapshot(made));
    assert.equal(back.status.error?.code, 'RepositoryMissing', back.log);
  });

  it('says that the store is full, makes no snapshot, and needs only room afterwards', async function () {
    // Without root no small file system can be mounted.
    if (!IS_ROOT) this.skip();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', world.backend]);
    try {
      await world.initRepository();
      world.write('/source/data/noise', randomBytes(8_000_000));
      const ran = await world.backup();
      assert.equal(ran.status.error?.code, 'StorageFull', ran.log);
      assert.equal(ran.status.error?.retryable, true);
      assert.equal(ran.status.result?.backup?.paths?.length ?? 0, 0);

      execFileSync('mount', ['-o', 'remount,size=64m', world.backend]);
      const again = await world.backup();
      assert.equal(again.code, 0, again.log);
      assert.equal(snapshots().length, 1);
    } finally {
      execFileSync('umount', ['-l', world.backend]);
    }
  });

  it('clears the lock of a holder that is provably dead, and goes on', async () => {
    world.write('/source/data/file', 'content');
    const made = await world.backup();
    assert.equal(made.code, 0, made.log);
    const lock = await leaveLock(['backup', '--stdin', '--no-cache']);
    const target = {
      name: 'snap',
      uid: 'snapshot-uid-1',
      components: [{ resticPath: PATH, ids: [firstSnapshot(made)] }],
    };
    const task = { storage: world.storage, repository: world.repository(), owner: OWNER, snapshots: [target] };
    const ran = await world.run(['forget'], task);
    assert.equal(ran.code, 0, ran.log);
    assert.deepEqual(snapshots(), []);
    assert.equal(existsSync(join(repository(), 'locks', lock)), false);
  });

  /** A killed restic's lock. Its host is this one and its process is gone, which is what restic calls stale. */
  async function leaveLock(args: readonly string[]): Promise<string> {
    const env = { ...process.env, RESTIC_REPOSITORY: repository(), RESTIC_PASSWORD: PASSWORD };
    const holder = spawn(RESTIC, args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
    const locks = join(repository(), 'locks');
    // restic writes a lock under another name first.
    const whole = (): readonly string[] =>
      existsSync(locks) ? readdirSync(locks).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
    while (whole().length === 0) await new Promise((done) => setTimeout(done, 50));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const [left = ''] = whole();
    assert.ok(readFileSync(join(locks, left)).length > 0);
    return left;
  }
});
