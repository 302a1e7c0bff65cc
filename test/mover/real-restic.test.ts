/** The whole mover with real restic on real directories: what comes back is what was there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { firstSnapshot, World } from './world.ts';

/** Path -> everything that must be equal after a restore. */
function manifestOf(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    const content = stats.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : stats.isSymbolicLink()
        ? readlinkSync(path)
        : '';
    const mtime = stats.isSymbolicLink() ? '' : stats.mtimeMs;
    found.set(
      name,
      [stats.mode.toString(8), stats.uid, stats.gid, mtime, stats.isFile() ? stats.nlink : '', content].join(' '),
    );
  }
  return found;
}

function fill(world: World): void {
  world.write('/source/data/plain.txt', 'hello');
  world.write('/source/data/empty', '');
  world.write('/source/data/big.bin', Buffer.alloc(3_000_000, 'restic'));
  world.write('/source/data/nested/deep/er/file', 'x');
  world.write('/source/data/ünïcödé – 文件/名前 with spaces', 'y');
  world.write('/source/data/-leading-dash', 'z');
  world.write('/source/data/new\nline', 'n');
  world.write('/source/data/setuid', 's');
  world.write('/source/data/private', 'p');
  world.write('/source/data/sparse', 'start');
  truncateSync(world.at('/source/data/sparse'), 50_000_000);
  linkSync(world.at('/source/data/plain.txt'), world.at('/source/data/hard-link'));
  symlinkSync('plain.txt', world.at('/source/data/link'));
  symlinkSync('/nowhere/at/all', world.at('/source/data/dangling'));
  mkdirSync(world.at('/source/data/empty-directory'));
  mkdirSync(world.at('/source/data/sticky'));
  chmodSync(world.at('/source/data/setuid'), 0o4755);
  chmodSync(world.at('/source/data/private'), 0o600);
  chmodSync(world.at('/source/data/sticky'), 0o1777);
  if (process.getuid?.() === 0) {
    chownSync(world.at('/source/data/private'), 1234, 5678);
    chownSync(world.at('/source/data/nested'), 1001, 1002);
  }
  execFileSync('python3', [
    '-c',
    `import os; os.setxattr(${JSON.stringify(world.at('/source/data/plain.txt'))}, b"user.note", b"kept")`,
  ]);
}

describe('mover with real restic', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  it('brings back every byte, owner, mode, time, link and attribute of what was deleted', async () => {
    fill(world);
    const before = manifestOf(world.at('/source/data'));
    await world.ready();
    const made = await world.backup();
    assert.equal(made.code, 0, made.log);
    rmSync(world.at('/source/data'), { recursive: true });
    mkdirSync(world.at('/source/data'));
    const back = await world.restore(firstSnapshot(made));
    assert.equal(back.code, 0, back.log);
    assert.deepEqual(manifestOf(world.at('/source/data')), before);
    const attribute = execFileSync('python3', [
      '-c',
      `import os,sys; sys.stdout.write(os.getxattr(${JSON.stringify(world.at('/source/data/hard-link'))}, b"user.note").decode())`,
    ]);
    assert.equal(attribute.toString(), 'kept');
    assert.ok(lstatSync(world.at('/source/data/sparse')).blocks * 512 < 5_000_000, 'a sparse file stays sparse');
    const path = back.status.result?.restore?.paths[0];
    assert.equal(path?.filesExpected, path?.filesRestored);
    assert.ok((path?.filesExpected ?? 0) >= 13);
  });

  it('overwrites what was corrupted and leaves alone what the snapshot does not hold', async () => {
    world.write('/source/data/a', 'right');
    await world.ready();
    const made = await world.backup();
    writeFileSync(world.at('/source/data/a'), 'wrong');
    world.write('/source/data/new', 'newer than the backup');
    assert.equal((await world.restore(firstSnapshot(made))).code, 0);
    assert.equal(readFileSync(world.at('/source/data/a'), 'utf8'), 'right');
    assert.equal(readFileSync(world.at('/source/data/new'), 'utf8'), 'newer than the backup');
  });

  it('makes one restic snapshot per path and stores the Snapshot beside the repository', async () => {
    world.write('/source/data/a', 'a');
    world.write('/source/conf/b', 'b');
    await world.ready();
    const made = await world.backup(['--paths=/source/data,/source/conf'], {
      manifest: { kind: 'Snapshot', metadata: { name: 'snap' } },
    });
    assert.equal(made.code, 0, made.log);
    const result = made.status.result?.backup;
    assert.deepEqual(
      result?.paths.map((path) => path.hostPath),
      ['/source/data', '/source/conf'],
    );
    assert.equal(result?.manifestUploaded, true);
    assert.ok((result?.repositoryBytes ?? 0) > 0);
    const stored = readFileSync(join(world.backend, 'demo/app/snapshots/snap.yaml'), 'utf8');
    for (const path of result?.paths ?? []) assert.ok(stored.includes(path.snapshotID));
    assert.ok(stored.includes('path: repository/v1/daily/dump'));
  });

  it('leaves out what matches an exclude pattern, absolute or not, wherever the root is', async () => {
    world.write('/source/data/keep', 'k');
    world.write('/source/data/lost+found/x', 'l');
    world.write('/source/data/deep/cache.tmp', 't');
    await world.ready();
    const made = await world.backup(['--exclude=/source/data/lost+found,*.tmp,root']);
    assert.equal(made.code, 0, made.log);
    assert.equal(made.status.result?.backup?.paths[0]?.files, 1);
  });

  const selections: readonly {
    readonly what: string;
    readonly argv: readonly string[];
    readonly back: readonly string[];
  }[] = [
    { what: 'an include', argv: ['--include=/source/data/a'], back: ['a/1', 'a/2'] },
    { what: 'an exclude', argv: ['--exclude=/source/data/a'], back: ['b/1'] },
    { what: 'both at once', argv: ['--include=/source/data/a', '--exclude=2'], back: ['a/1'] },
    { what: 'a wildcard', argv: ['--include=/source/data/*/1'], back: ['a/1', 'b/1'] },
  ];
  for (const { what, argv, back } of selections) {
    it(`restores exactly what ${what} selects`, async () => {
      for (const name of ['a/1', 'a/2', 'b/1']) world.write(`/source/data/${name}`, name);
      await world.ready();
      const made = await world.backup();
      rmSync(world.at('/source/data'), { recursive: true });
      const ran = await world.restore(firstSnapshot(made), argv);
      assert.equal(ran.code, 0, ran.log);
      assert.deepEqual(
        ['a/1', 'a/2', 'b/1'].filter((name) => existsSync(world.at(`/source/data/${name}`))),
        back,
      );
      assert.equal(ran.status.result?.restore?.paths[0]?.filesRestored, back.length);
    });
  }

  it('restores one of two paths where the patterns leave out the other', async () => {
    world.write('/source/data/a', 'a');
    world.write('/source/conf/b', 'b');
    await world.ready();
    const made = await world.backup(['--paths=/source/data,/source/conf'], {
      mountPaths: ['/source/data', '/source/conf'],
    });
    for (const path of ['/source/data/a', '/source/conf/b']) rmSync(world.at(path));
    const points = made.status.result?.backup?.paths.map(({ snapshotID, hostPath }) => ({ id: snapshotID, hostPath }));
    const ran = await world.restore('', ['--include=/source/data', '--exclude=/source/conf'], {
      points,
      mountPaths: ['/source/data', '/source/conf'],
    });
    assert.equal(ran.code, 0, ran.log);
    assert.equal(existsSync(world.at('/source/data/a')), true);
    assert.equal(existsSync(world.at('/source/conf/b')), false);
    assert.deepEqual(
      ran.status.result?.restore?.paths.map((one) => one.filesRestored),
      [1, 0],
    );
  });

  it('fails a restore whose patterns match nothing', async () => {
    world.write('/source/data/a', 'a');
    await world.ready();
    const made = await world.backup();
    const ran = await world.restore(firstSnapshot(made), ['--include=/source/data/nothing-like-this']);
    assert.equal(ran.code, 1);
    assert.equal(ran.status.error?.code, 'NothingRestored');
    assert.match(ran.status.error?.message ?? '', /^No file of \/source\/data matches the patterns\./);
  });

  it('says that a source was empty', async () => {
    await world.ready();
    const made = await world.backup();
    assert.equal(made.code, 0, made.log);
    assert.equal(made.status.result?.backup?.paths[0]?.empty, true);
  });

  it('adopts the restic snapshot of an earlier attempt instead of making a second one', async () => {
    world.write('/source/data/a', 'a');
    await world.ready();
    const first = await world.backup();
    world.write('/source/data/b', 'b');
    const second = await world.backup([], { run: 1 });
    assert.equal(second.code, 0, second.log);
    assert.equal(firstSnapshot(second), firstSnapshot(first));
    const other = await world.backup([], { snapshot: { namespace: 'demo', name: 'next', uid: 'snapshot-uid-10' } });
    assert.notEqual(firstSnapshot(other), firstSnapshot(first));
    assert.equal(other.status.result?.backup?.paths[0]?.files, 2);
  });

  it('finds the parent of the same path below another root, so that unchanged data is not stored again', async () => {
    world.write('/source/data/big', Buffer.alloc(5_000_000, 'x'));
    await world.ready();
    await world.backup();
    const other = await world.backup([], { snapshot: { namespace: 'demo', name: 'next', uid: 'snapshot-uid-2' } });
    assert.ok((other.status.result?.backup?.paths[0]?.uploadedBytes ?? Infinity) < 100_000);
  });

  it('reports a wrong password without another attempt, and leaves the repository as it was', async () => {
    world.write('/source/data/a', 'a');
    await world.ready();
    await world.backup();
    world.password('another one');
    const ran = await world.backup([], { snapshot: { namespace: 'demo', name: 'next', uid: 'snapshot-uid-2' } });
    assert.equal(ran.code, 1);
    assert.deepEqual([ran.status.error?.code, ran.status.error?.retryable], ['WrongPassword', false]);
  });

  it('fails a restore of a snapshot that is not in the repository', async () => {
    await world.ready();
    await world.backup();
    const ran = await world.restore('0'.repeat(64));
    assert.equal(ran.status.error?.code, 'SnapshotNotFound', ran.log);
  });
});
