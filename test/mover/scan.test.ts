/** scan: what a storage holds, whoever put it there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ScanResult } from '../../hooks/domain/report.ts';
import { OWNER, World } from './world.ts';

describe('mover scanning a storage', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());
  const put = (key: string, content: string): void => world.write(`/backend/${key}`, content);
  const metadata = (): string => readFileSync(join(world.backend, 'metadata.yaml'), 'utf8');
  const scan = async (): Promise<ScanResult> => {
    const ran = await world.run(['scan'], { storage: world.storage, clusterUid: OWNER.clusterUid });
    assert.equal(ran.code, 0, ran.log);
    assert.ok(ran.status.result?.scanned);
    return ran.status.result.scanned;
  };
  const manifest = {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Repository',
    metadata: { name: 'app', namespace: 'demo', uid: 'old', finalizers: ['kubestash.com/cleanup'] },
    spec: { path: 'demo/app', storageRef: { name: 's' }, deletionPolicy: 'WipeOut', paused: true },
    status: { phase: 'Ready' },
  };

  it('adds up every Repository, says whose it is and how to apply it again', async () => {
    put('demo/app/repository.yaml', stringify(manifest));
    put('demo/app/.metastash-owner.json', JSON.stringify({ ...OWNER, clusterUid: 'another' }));
    put('demo/app/snapshots/one.yaml', '12345');
    put('demo/app/repository/snapshots/two.yaml', '12345');
    put('demo/app/repository/v1/daily/dump/data/00/0000', '1'.repeat(5000));
    put('demo/app/repository/v1/daily/dump/snapshots/00', '1');
    put('demo/app/notes/readme.txt', '123');
    const { repositories, count, totalBytes, leftovers } = await scan();
    assert.equal(count, 1);
    assert.deepEqual(repositories, [
      {
        directory: 'demo/app',
        name: 'app',
        namespace: 'demo',
        snapshots: 2,
        claimedBy: 'elsewhere',
        sizeBytes: totalBytes,
        manifest: {
          apiVersion: manifest.apiVersion,
          kind: 'Repository',
          metadata: { name: 'app', namespace: 'demo' },
          spec: { storageRef: { name: 's' }, path: 'demo/app', deletionPolicy: 'Delete' },
        },
      },
    ]);
    assert.ok(totalBytes > 5014 && totalBytes < 6000, `${totalBytes}`);
    assert.equal(leftovers, undefined);
  });

  it('tells its own from others, and says of each what is wrong with its manifest', async () => {
    await world.initRepository();
    put('a/repository.yaml', 'not: [yaml');
    put('b/repository.yaml', 'kind: Secret');
    put('c/d/e/repository.yaml', 'kind: Repository');
    const { repositories } = await scan();
    assert.deepEqual(
      repositories.map(({ directory, claimedBy, error }) => [directory, claimedBy, error]),
      [
        ['a', 'nobody', 'repository.yaml is not YAML'],
        ['b', 'nobody', 'repository.yaml is no Repository'],
        ['c/d/e', 'nobody', 'repository.yaml has no name and namespace that an object can have'],
        ['demo/app', 'here', 'repository.yaml has no name and namespace that an object can have'],
      ],
    );
  });

  it('names what belongs to no Repository', async () => {
    put('metadata.yaml', 'kind: BackendMeta');
    put('gone/repository/v1/daily/dump/data/00/0000', '1'.repeat(2048));
    put('photos/2025/05/a/b/c.jpg', '12');
    put('photos/2025/05/d.jpg', '123');
    put('stray', '1');
    const { leftovers, repositories, totalBytes } = await scan();
    assert.deepEqual([repositories, totalBytes], [[], 0]);
    assert.deepEqual(leftovers, {
      count: 3,
      names: ['gone (2.000 KiB)', 'photos/2025/05 (5 B)', 'stray (1 B)'],
      bytes: 2054,
    });
  });

  it('keeps metadata.yaml current, and its other fields as they are', async () => {
    put('metadata.yaml', 'kind: BackendMeta\noperatorVersion: theirs\n');
    put('demo/app/repository.yaml', stringify(manifest));
    const { totalBytes } = await scan();
    const expected = [{ name: 'app', namespace: 'demo', path: 'demo/app', size: `${totalBytes} B` }];
    assert.deepEqual(parse(metadata()), { kind: 'BackendMeta', operatorVersion: 'theirs', repositories: expected });
    const before = statSync(join(world.backend, 'metadata.yaml')).ino;
    await scan();
    assert.equal(statSync(join(world.backend, 'metadata.yaml')).ino, before, 'nothing changed, nothing was written');
    put('metadata.yaml', 'kind: Theirs\n');
    await scan();
    assert.equal(metadata(), 'kind: Theirs\n');
  });

  it('finds nothing in an empty storage, and writes its index', async () => {
    assert.deepEqual(await scan(), { repositories: [], count: 0, totalBytes: 0 });
    assert.ok(existsSync(join(world.backend, 'metadata.yaml')));
  });
});
