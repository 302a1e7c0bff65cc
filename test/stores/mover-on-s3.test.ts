/** The whole mover, restic included, on a real S3 server. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { firstSnapshot, World } from '../mover/world.ts';
import { BUCKET, S3_KEYS, startS3, type ObjectServer } from './servers.ts';

describe('mover on S3 (versitygw)', () => {
  let server: ObjectServer;
  let world: World;
  before(async () => {
    server = await startS3();
  });
  after(() => server.stop());
  beforeEach(() => {
    world = new World();
    world.write('/var/run/metastash/storage-secret/AWS_ACCESS_KEY_ID', `${S3_KEYS.accessKeyId}\n`);
    world.write('/var/run/metastash/storage-secret/AWS_SECRET_ACCESS_KEY', `${S3_KEYS.secretAccessKey}\n`);
    world.storage = storage(BUCKET);
  });
  afterEach(() => world.end());
  const storage = (bucket: string) => ({
    namespace: 'demo',
    name: 's3',
    place: {
      provider: 's3' as const,
      endpoint: `http://127.0.0.1:${server.port}`,
      bucket,
      prefix: 'team/a',
      region: 'us-east-1',
      maxConnections: 3,
    },
    secret: { namespace: 'demo', name: 's3-secret', mountPath: '/var/run/metastash/storage-secret' },
  });

  it('initialises, backs up, finds its snapshot again and restores it', async () => {
    world.write('/source/data/a', 'the content');
    assert.equal((await world.initStorage()).status.result?.storage?.created, true);
    assert.equal((await world.initRepository()).status.result?.repository?.created, true);
    const made = await world.backup([], { manifest: { kind: 'Snapshot', metadata: { name: 'snap' } } });
    assert.equal(made.code, 0, made.log);
    assert.ok((made.status.result?.backup?.repositoryBytes ?? 0) > 0);
    assert.equal(firstSnapshot(await world.backup([], { run: 1 })), firstSnapshot(made));
    rmSync(world.at('/source/data/a'));
    const back = await world.restore(firstSnapshot(made));
    assert.equal(back.code, 0, back.log);
    assert.equal(readFileSync(world.at('/source/data/a'), 'utf8'), 'the content');
    assert.deepEqual((await world.initStorage()).status.result?.storage, {
      created: false,
      repositories: ['demo/app'],
    });
    assert.equal((await world.initRepository()).status.result?.repository?.snapshotsFound, 1);
  });

  it('never creates a bucket', async () => {
    world.storage = storage('misspelt');
    for (const ran of [await world.initStorage(), await world.initRepository(), await world.backup()]) {
      assert.equal(ran.status.error?.code, 'BucketNotFound', ran.log);
    }
    assert.equal((await world.initStorage()).status.error?.code, 'BucketNotFound', 'nor did the tries before');
  });

  it('says which key a storage Secret lacks', async () => {
    rmSync(world.at('/var/run/metastash/storage-secret/AWS_SECRET_ACCESS_KEY'));
    const ran = await world.initStorage();
    assert.equal(ran.status.error?.code, 'SecretKeyMissing');
    assert.match(ran.status.error?.message ?? '', /Secret demo\/s3-secret has no key AWS_SECRET_ACCESS_KEY/);
  });

  it('says nothing of the credentials when they are wrong', async () => {
    world.write('/var/run/metastash/storage-secret/AWS_SECRET_ACCESS_KEY', 'canary-storage-secret');
    const ran = await world.initStorage();
    assert.equal(ran.status.error?.code, 'StorageForbidden');
    assert.ok(!(JSON.stringify(ran.status) + ran.log).includes('canary'));
  });
});
