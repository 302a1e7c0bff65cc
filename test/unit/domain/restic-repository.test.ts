import assert from 'node:assert/strict';
import { resticRepositoryOf, storageSecretUses } from '../../../hooks/domain/restic-repository.ts';
import type { StoragePlace } from '../../../hooks/domain/task.ts';

const PATH = 'repository/v1/demo/dump';

describe('how restic reaches a repository', () => {
  const urls: readonly (readonly [place: StoragePlace, url: string])[] = [
    [{ provider: 'local', mountPath: '/safe/data/' }, `/safe/data/demo/sts/${PATH}`],
    [{ provider: 's3', bucket: 'b', prefix: '' }, `s3:s3.amazonaws.com/b/demo/sts/${PATH}`],
    [
      { provider: 's3', endpoint: 'http://minio.storage.svc:443/', bucket: 'b', prefix: 'p/q' },
      `s3:http://minio.storage.svc:443/b/p/q/demo/sts/${PATH}`,
    ],
    [{ provider: 'gcs', bucket: 'b', prefix: 'p' }, `gs:b:/p/demo/sts/${PATH}`],
    [{ provider: 'azure', storageAccount: 'acc', container: 'c', prefix: '' }, `azure:c:/demo/sts/${PATH}`],
  ];
  for (const [place, url] of urls) {
    it(`is ${url}`, () => {
      assert.equal(resticRepositoryOf(place, 'demo/sts', PATH).url, url);
    });
  }

  it('passes region, connections and lax TLS of S3 without any secret', () => {
    const place: StoragePlace = {
      provider: 's3',
      bucket: 'b',
      prefix: '',
      region: 'eu-central-1',
      insecureTLS: true,
      maxConnections: 9,
    };
    const { env, options, flags } = resticRepositoryOf(place, 'd', PATH);
    assert.deepEqual(env, { AWS_DEFAULT_REGION: 'eu-central-1' });
    assert.deepEqual(options, ['s3.connections=9']);
    assert.deepEqual(flags, ['--insecure-tls']);
  });

  it('leaves the number of connections to restic when it is zero or not set', () => {
    assert.deepEqual(
      resticRepositoryOf({ provider: 'gcs', bucket: 'b', prefix: '', maxConnections: 0 }, 'd', PATH).options,
      [],
    );
  });

  it('names the account of Azure and the connections of each provider by its own option', () => {
    const azure = resticRepositoryOf(
      { provider: 'azure', storageAccount: 'acc', container: 'c', prefix: '', maxConnections: 3 },
      'd',
      PATH,
    );
    assert.deepEqual(azure.env, { AZURE_ACCOUNT_NAME: 'acc' });
    assert.deepEqual(azure.options, ['azure.connections=3']);
    const gcs = resticRepositoryOf({ provider: 'gcs', bucket: 'b', prefix: '', maxConnections: 3 }, 'd', PATH);
    assert.deepEqual(gcs.options, ['gs.connections=3']);
  });

  it('knows which keys a Secret must hold', () => {
    const required = (provider: StoragePlace['provider']): readonly string[] =>
      storageSecretUses(provider).flatMap((use) => (use.required ? [use.key] : []));
    assert.deepEqual(required('local'), []);
    assert.deepEqual(required('s3'), ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    assert.deepEqual(required('gcs'), ['GOOGLE_SERVICE_ACCOUNT_JSON_KEY']);
    assert.deepEqual(required('azure'), ['AZURE_ACCOUNT_KEY']);
  });
});
