/** The metadata store on real servers that speak each provider's protocol. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { Storage } from '@google-cloud/storage';
import { containerStore } from '../../mover/store/azure.ts';
import { filesStore } from '../../mover/store/files.ts';
import { bucketStore, gcsStore } from '../../mover/store/gcs.ts';
import { s3Store } from '../../mover/store/s3.ts';
import { storeContract } from './contract.ts';
import { BUCKET, S3_KEYS, startAzure, startGcs, startS3, type ObjectServer } from './servers.ts';

let prefixes = 0;
const nextPrefix = (): string => `clusters/${(prefixes += 1)}`;

describe('store on files', () => {
  const base = mkdtempSync(join(tmpdir(), 'files-store-'));
  after(() => rmSync(base, { recursive: true }));
  storeContract(() => filesStore(mkdtempSync(join(base, 'x-')), '/backend'));

  it('says StorageNotMounted where the mount path is not there', async () => {
    await assert.rejects(filesStore(join(base, 'nowhere'), '/backend').probe(), { code: 'StorageNotMounted' });
  });
});

describe('store on S3 (versitygw)', () => {
  let server: ObjectServer;
  before(async () => {
    server = await startS3();
  });
  after(() => server.stop());
  const place = (over: object = {}) => ({
    provider: 's3' as const,
    endpoint: `http://127.0.0.1:${server.port}`,
    bucket: BUCKET,
    prefix: nextPrefix(),
    region: 'us-east-1',
    ...over,
  });
  const keys = { ...S3_KEYS, caBundle: undefined };
  storeContract(() => s3Store(place(), keys));

  const refusals: readonly {
    readonly when: string;
    readonly over: object;
    readonly keys: typeof keys;
    readonly code: string;
  }[] = [
    { when: 'the bucket does not exist', over: { bucket: 'misspelt' }, keys, code: 'BucketNotFound' },
    {
      when: 'the key is wrong',
      over: {},
      keys: { ...keys, secretAccessKey: 'wrong' as never },
      code: 'StorageForbidden',
    },
    { when: 'nobody listens', over: { endpoint: 'http://127.0.0.1:1' }, keys, code: 'StorageUnreachable' },
  ];
  for (const { when, over, keys: given, code } of refusals) {
    it(`says ${code} when ${when}, and makes nothing`, async () => {
      await assert.rejects(s3Store(place(over), given).probe(), { code });
    });
  }
});

describe('store on Azure (Azurite)', () => {
  /** Azurite's published account. */
  const account = 'devstoreaccount1';
  const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  let server: ObjectServer | undefined;
  const client = (accountKey = key) =>
    new BlobServiceClient(
      `http://127.0.0.1:${server?.port}/${account}`,
      new StorageSharedKeyCredential(account, accountKey),
    );
  const place = (container = BUCKET) => ({
    provider: 'azure' as const,
    storageAccount: account,
    container,
    prefix: nextPrefix(),
  });
  before(async () => {
    server = await startAzure();
    await client().createContainer(BUCKET);
  });
  after(() => server?.stop());
  storeContract(() => containerStore(client().getContainerClient(BUCKET), place()));

  it('says BucketNotFound when the container does not exist', async () => {
    const store = containerStore(client().getContainerClient('misspelt'), place('misspelt'));
    await assert.rejects(store.probe(), { code: 'BucketNotFound' });
  });

  it('says StorageForbidden when the key is wrong', async () => {
    const store = containerStore(client(Buffer.from('wrong').toString('base64')).getContainerClient(BUCKET), place());
    await assert.rejects(store.probe(), { code: 'StorageForbidden' });
  });
});

describe('store on GCS (fake-gcs-server)', () => {
  let server: ObjectServer | undefined;
  const client = () => new Storage({ projectId: 'test', apiEndpoint: `http://127.0.0.1:${server?.port}` });
  const place = (bucket = BUCKET) => ({ provider: 'gcs' as const, bucket, prefix: nextPrefix() });
  before(async () => {
    server = await startGcs();
    await client().createBucket(BUCKET);
  });
  after(() => server?.stop());
  storeContract(() => bucketStore(client().bucket(BUCKET), place()));

  it('says BucketNotFound when the bucket does not exist', async () => {
    await assert.rejects(bucketStore(client().bucket('misspelt'), place('misspelt')).probe(), {
      code: 'BucketNotFound',
    });
  });

  it('does not quote a service account key that is no JSON', () => {
    assert.throws(
      () => gcsStore(place(), '{"private_key": canary'),
      (thrown: Error) => !thrown.message.includes('canary'),
    );
  });
});
