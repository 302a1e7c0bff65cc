/** init-storage, init-repository, upload, and what goes wrong before restic is ever started. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { OWNER, World, type Change } from './world.ts';

describe('mover at a local backend', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());
  const stored = (key: string): Record<string, unknown> =>
    parse(readFileSync(join(world.backend, key), 'utf8')) as Record<string, unknown>;

  it('uploads metadata.yaml once and never over an existing one', async () => {
    assert.deepEqual((await world.initStorage()).status.result?.storage, { created: true, repositories: [] });
    assert.equal(stored('metadata.yaml')['kind'], 'BackendMeta');
    writeFileSync(join(world.backend, 'metadata.yaml'), 'kind: Theirs\n');
    assert.equal((await world.initStorage()).status.result?.storage?.created, false);
    assert.equal(stored('metadata.yaml')['kind'], 'Theirs');
  });

  it('finds the Repositories that lie on the backend already, whatever their depth', async () => {
    for (const directory of ['one', 'demo/two', 'a/b/c/three']) {
      mkdirSync(join(world.backend, directory), { recursive: true });
      writeFileSync(join(world.backend, directory, 'repository.yaml'), 'kind: Repository\n');
    }
    assert.deepEqual((await world.initStorage()).status.result?.storage?.repositories, [
      'a/b/c/three',
      'demo/two',
      'one',
    ]);
  });

  it('uploads repository.yaml and counts the Snapshots of both documented places', async () => {
    for (const file of [
      'snapshots/a.yaml',
      'snapshots/notes.txt',
      'repository/snapshots/a.yaml',
      'repository/snapshots/b.yaml',
    ]) {
      mkdirSync(join(world.backend, 'demo/app', file, '..'), { recursive: true });
      writeFileSync(join(world.backend, 'demo/app', file), '');
    }
    const ran = await world.initRepository();
    assert.deepEqual(ran.status.result?.repository, { created: true, takenOver: false, snapshotsFound: 2 });
    assert.equal(stored('demo/app/repository.yaml')['kind'], 'Repository');
  });

  it('reports that a rebuilt cluster took the directory over', async () => {
    await world.initRepository();
    const ran = await world.initRepository({ owner: { ...OWNER, clusterUid: 'rebuilt' } });
    assert.deepEqual(ran.status.result?.repository, { created: false, takenOver: true, snapshotsFound: 0 });
  });

  it('stores finished Snapshots by their names', async () => {
    const manifests = ['one', 'two'].map((name) => ({ kind: 'Snapshot', metadata: { name } }));
    const ran = await world.run(['upload'], { storage: world.storage, repository: world.repository(), manifests });
    assert.deepEqual(ran.status.result?.uploaded, { snapshots: ['one', 'two'] });
    assert.deepEqual(stored('demo/app/snapshots/two.yaml'), manifests[1]);
  });

  it('never creates the mount path of a volume that is not mounted', async () => {
    rmSync(world.backend, { recursive: true });
    for (const ran of [await world.initStorage(), await world.initRepository(), await world.backup()]) {
      assert.equal(ran.status.error?.code, 'StorageNotMounted');
    }
    assert.ok(!existsSync(world.backend));
  });

  const refusals: readonly {
    readonly when: string;
    readonly argv?: readonly string[];
    readonly change?: Change;
    readonly code: string;
  }[] = [
    { when: 'the path is not there', argv: ['--paths=/source/nowhere'], code: 'SourceNotFound' },
    { when: 'the path is relative', argv: ['--paths=source/data'], code: 'PathInvalid' },
    { when: 'the path is the whole file system', argv: ['--paths=/'], code: 'PathInvalid' },
    { when: 'the path is a kernel tree', argv: ['--paths=/proc'], code: 'PathInvalid' },
    { when: 'the path climbs', argv: ['--paths=/source/../etc'], code: 'PathInvalid' },
    { when: 'the path is a link', argv: ['--paths=/source/link'], code: 'PathInvalid' },
    { when: 'nothing names a path', change: { mountPaths: [] }, code: 'PathInvalid' },
    {
      when: 'there are ten thousand paths',
      change: { mountPaths: Array.from({ length: 10_000 }, (_, n) => `/p${n}`) },
      code: 'PathInvalid',
    },
    { when: 'a pattern is broken', argv: ['--exclude=[a-'], code: 'PatternInvalid' },
    { when: 'a tag could not be looked up again', change: { tags: ['a,b'] }, code: 'TagInvalid' },
    {
      when: 'the directory is another Repository’s',
      change: { repository: { namespace: 'demo', name: 'other', directory: 'demo/app' } },
      code: 'DirectoryOwned',
    },
    {
      when: 'nobody claimed the directory',
      change: { repository: { namespace: 'demo', name: 'repo', directory: 'elsewhere' } },
      code: 'DirectoryNotClaimed',
    },
    {
      when: 'there is no encryption Secret',
      change: { repository: { namespace: 'demo', name: 'repo', directory: 'demo/app' } },
      code: 'SecretNotFound',
    },
  ];
  const BY_CATALOGUE: Readonly<Record<string, string>> = {
    PathInvalid: 'B63 ',
    SourceNotFound: 'B63 ',
    PatternInvalid: 'B64 ',
    TagInvalid: 'B65 ',
  };
  for (const { when, argv = [], change = {}, code } of refusals) {
    it(`${BY_CATALOGUE[code] ?? ''}refuses a backup with ${code} when ${when}, and makes no restic repository`, async () => {
      symlinkSync('data', world.at('/source/link'));
      await world.ready();
      const ran = await world.backup(argv, change);
      assert.equal(ran.status.error?.code, code, ran.log);
      assert.ok(!existsSync(join(world.backend, 'demo/app/repository')));
    });
  }

  it('takes a path with a leading dash for a path', async () => {
    world.write('/-source/--remove-all', 'x');
    await world.ready();
    const ran = await world.backup(['--paths=/-source']);
    assert.equal(ran.code, 0, ran.log);
    assert.equal(ran.status.result?.backup?.paths[0]?.files, 1);
  });

  const secrets: readonly { readonly when: string; readonly prepare: (world: World) => void; readonly code: string }[] =
    [
      {
        when: 'the Secret is not mounted',
        prepare: (w) => rmSync(w.at('/var/run/metastash/encryption-secret'), { recursive: true }),
        code: 'SecretNotFound',
      },
      {
        when: 'the Secret lacks the key',
        prepare: (w) => {
          rmSync(w.at('/var/run/metastash/encryption-secret/RESTIC_PASSWORD'));
          w.write('/var/run/metastash/encryption-secret/other', 'x');
        },
        code: 'SecretKeyMissing',
      },
      { when: 'the value is only a line break', prepare: (w) => w.password(''), code: 'SecretKeyMissing' },
      { when: 'the value is binary', prepare: (w) => w.password('a\0b'), code: 'SecretKeyMissing' },
    ];
  for (const { when, prepare, code } of secrets) {
    it(`B58 reports ${code} when ${when}, naming Secret and key only`, async () => {
      await world.ready();
      prepare(world);
      const ran = await world.backup();
      assert.equal(ran.status.error?.code, code, ran.log);
      assert.match(ran.status.error?.message ?? '', /Secret demo\/encryption/);
    });
  }

  it('reads a Secret of another namespace with its own token when none is mounted', async () => {
    world.object('secrets', 'other', {
      metadata: { name: 'encryption' },
      data: { RESTIC_PASSWORD: Buffer.from('long enough').toString('base64') },
    } as never);
    await world.ready();
    const repository = { ...world.repository(), encryptionSecret: { namespace: 'other', name: 'encryption' } };
    const ran = await world.backup([], { repository });
    assert.equal(ran.code, 0, ran.log);
  });

  const restores: readonly { readonly when: string; readonly change: Change; readonly code: string }[] = [
    {
      when: 'a path lies outside the mounted volumes',
      change: { points: [{ id: 'a'.repeat(64), hostPath: '/etc' }] },
      code: 'PathOutsideTarget',
    },
    {
      when: 'a path only looks as if it lay below one',
      change: { points: [{ id: 'a'.repeat(64), hostPath: '/source/database' }] },
      code: 'PathOutsideTarget',
    },
    {
      when: 'an id is a word',
      change: { points: [{ id: 'latest', hostPath: '/source/data' }] },
      code: 'SnapshotNotFound',
    },
    {
      when: 'an id is a flag',
      change: { points: [{ id: '--delete', hostPath: '/source/data' }] },
      code: 'SnapshotNotFound',
    },
    { when: 'there is nothing to restore', change: { points: [] }, code: 'SnapshotNotFound' },
    { when: 'there is no repository', change: { resticPath: 'repository/v1/other/dump' }, code: 'RepositoryMissing' },
  ];
  for (const { when, change, code } of restores) {
    it(`refuses a restore with ${code} when ${when}`, async () => {
      await world.ready();
      const ran = await world.restore('a'.repeat(64), [], change);
      assert.equal(ran.status.error?.code, code, ran.log);
    });
  }
});
