import assert from 'node:assert/strict';
import { repositoryAccessOf } from '../../../hooks/jobs/encryption-access.ts';
import { secretNameOf, storageAccessOf, storagePlaceOf, type StorageSpec } from '../../../hooks/jobs/storage-access.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';

function object<Spec>(kind: string, spec: Spec): KubeObject<Spec> {
  const metadata = { name: 'main', namespace: 'storage', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'storage.kubestash.com/v1alpha1', kind, metadata, spec };
}

/** Every field of a local storage beside mountPath and subPath is a volume source. */
function local(spec: object): StorageSpec {
  return { provider: 'local', local: spec };
}

function access(storage: StorageSpec, consumer = 'storage') {
  const result = storageAccessOf(object('BackupStorage', { storage }), consumer);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

const S3: StorageSpec = {
  provider: 's3',
  s3: {
    endpoint: 'http://minio:9000/',
    bucket: 'b/',
    prefix: '/p/q/',
    region: 'r',
    secretName: 'keys',
    maxConnections: 5,
    insecureTLS: true,
  },
};

describe('access to a storage', () => {
  it('of S3 is its place, normalised, and its Secret mounted in the own namespace, where it may be missing', () => {
    assert.deepEqual(access(S3), {
      access: {
        namespace: 'storage',
        name: 'main',
        place: {
          provider: 's3',
          endpoint: 'http://minio:9000',
          bucket: 'b',
          prefix: 'p/q',
          maxConnections: 5,
          region: 'r',
          insecureTLS: true,
        },
        secret: { namespace: 'storage', name: 'keys', mountPath: '/var/run/metastash/storage-secret' },
      },
      volumes: [{ name: 'metastash-storage-secret', secret: { secretName: 'keys', optional: true } }],
      volumeMounts: [
        { name: 'metastash-storage-secret', mountPath: '/var/run/metastash/storage-secret', readOnly: true },
      ],
    });
  });

  it('from another namespace reads the Secret with the mover’s own token', () => {
    const found = access(S3, 'demo');
    assert.deepEqual(found.access.secret, { namespace: 'storage', name: 'keys' });
    assert.deepEqual(found.volumes, []);
  });

  it('without credentials has no Secret', () => {
    assert.equal(access({ provider: 's3', s3: { bucket: 'b', secretName: '' } }).access.secret, undefined);
    assert.equal(secretNameOf({ provider: 'local', s3: { secretName: 'unused' } }), undefined);
    assert.equal(secretNameOf({ provider: 'toString' }), undefined);
  });

  const places: readonly (readonly [storage: StorageSpec, place: object])[] = [
    [
      { provider: 'gcs', gcs: { bucket: 'b', prefix: 'demo' } },
      { provider: 'gcs', bucket: 'b', prefix: 'demo' },
    ],
    [
      { provider: 'azure', azure: { storageAccount: 'a', container: 'c', maxConnections: 2 } },
      { provider: 'azure', storageAccount: 'a', container: 'c', prefix: '', maxConnections: 2 },
    ],
    [local({ mountPath: '/safe/data/', hostPath: { path: '/x' } }), { provider: 'local', mountPath: '/safe/data' }],
  ];
  for (const [storage, place] of places) {
    it(`of ${storage.provider ?? ''} knows its place`, () => {
      assert.deepEqual(storagePlaceOf(storage), { ok: true, value: place });
    });
  }

  it('of a local one mounts its volume with its subPath', () => {
    const found = access(local({ mountPath: '/safe', subPath: '/a/', nfs: { server: 's', path: '/' } }), 'demo');
    assert.deepEqual(found.volumes, [{ name: 'metastash-storage', nfs: { server: 's', path: '/' } }]);
    assert.deepEqual(found.volumeMounts, [{ name: 'metastash-storage', mountPath: '/safe', subPath: 'a' }]);
  });

  it('in a claim ends at its namespace', () => {
    const storage = local({ mountPath: '/safe', persistentVolumeClaim: { claimName: 'c' } });
    assert.equal(storageAccessOf(object('BackupStorage', { storage }), 'storage').ok, true);
    assert.deepEqual(storageAccessOf(object('BackupStorage', { storage }), 'demo'), {
      ok: false,
      error: {
        reason: 'ClaimInOtherNamespace',
        message:
          'BackupStorage storage/main keeps its data in a PersistentVolumeClaim, which namespace demo cannot mount; ' +
          'use a storage of the own namespace, or one on NFS or an object store',
        waits: false,
      },
    });
  });

  const lasting =
    'spec.storage: local needs one volume that outlives its Pod: hostPath, nfs, persistentVolumeClaim or csi';
  const wrong: readonly (readonly [storage: StorageSpec | undefined, message: string])[] = [
    [undefined, 'spec.storage: provider "" is unknown; use local, s3, gcs or azure'],
    [{ provider: 'b2' }, 'spec.storage: provider "b2" is unknown; use local, s3, gcs or azure'],
    [{ provider: 's3' }, 'spec.storage: s3 names no bucket'],
    [{ provider: 'gcs', gcs: { bucket: '/' } }, 'spec.storage: gcs names no bucket'],
    [{ provider: 'azure', azure: { container: 'c' } }, 'spec.storage: azure needs storageAccount and container'],
    [
      { provider: 's3', s3: { bucket: 'b', prefix: '../x' } },
      'spec.storage: s3.prefix: "../x" climbs out of its folder; write it without ".."',
    ],
    [
      local({ mountPath: 'safe' }),
      'spec.storage: local.mountPath has to be an absolute path below /, for example /backups',
    ],
    [
      local({ mountPath: [] as never }),
      'spec.storage: local.mountPath has to be an absolute path below /, for example /backups',
    ],
    [{ provider: 's3', s3: { bucket: 7 as never } }, 'spec.storage: s3 names no bucket'],
    [local({ mountPath: '/safe' }), lasting],
    [local({ mountPath: '/safe', emptyDir: {} }), lasting],
    [local({ mountPath: '/safe', hostPath: { path: '/x' }, nfs: { server: 's', path: '/' } }), lasting],
    [
      local({ mountPath: '/safe', subPath: '..', hostPath: { path: '/x' } }),
      'spec.storage: local.subPath: ".." climbs out of its folder; write it without ".."',
    ],
  ];
  for (const [storage, message] of wrong) {
    it(`is refused: ${message} (${JSON.stringify(storage ?? null)})`, () => {
      const result = storageAccessOf(object('BackupStorage', storage === undefined ? {} : { storage }), 'storage');
      assert.deepEqual(result, { ok: false, error: { reason: 'StorageInvalid', message, waits: false } });
    });
  }
});

describe('access to a Repository', () => {
  const repository = object('Repository', { path: '/demo/sts/', encryptionSecret: { name: 'encrypt' } });

  it('is its directory and the mounted password', () => {
    assert.deepEqual(repositoryAccessOf(repository, undefined, 'storage'), {
      ok: true,
      value: {
        access: {
          namespace: 'storage',
          name: 'main',
          directory: 'demo/sts',
          encryptionSecret: {
            namespace: 'storage',
            name: 'encrypt',
            mountPath: '/var/run/metastash/encryption-secret',
          },
        },
        volumes: [{ name: 'metastash-encryption-secret', secret: { secretName: 'encrypt', optional: true } }],
        volumeMounts: [
          { name: 'metastash-encryption-secret', mountPath: '/var/run/metastash/encryption-secret', readOnly: true },
        ],
      },
    });
  });

  it('takes the password that a RestoreSession brings, from that session’s namespace', () => {
    const result = repositoryAccessOf(repository, { name: 'other' }, 'demo');
    assert.ok(result.ok);
    assert.deepEqual(result.value.access.encryptionSecret, {
      namespace: 'demo',
      name: 'other',
      mountPath: '/var/run/metastash/encryption-secret',
    });
  });

  it('does not mount a password of another namespace', () => {
    const result = repositoryAccessOf(repository, undefined, 'demo');
    assert.ok(result.ok);
    assert.deepEqual(result.value.access.encryptionSecret, { namespace: 'storage', name: 'encrypt' });
    assert.deepEqual(result.value.volumes, []);
  });

  it('is refused without password or directory', () => {
    const withoutSecret = repositoryAccessOf(object('Repository', { path: 'a' }), undefined, 'demo');
    assert.ok(!withoutSecret.ok);
    assert.equal(
      withoutSecret.error.message,
      'Repository storage/main names no encryptionSecret; restic needs one with key RESTIC_PASSWORD',
    );
    const climbing = repositoryAccessOf(object('Repository', { path: '../a' }), { name: 'x' }, 'demo');
    assert.ok(!climbing.ok);
    assert.equal(climbing.error.reason, 'PathInvalid');
    assert.equal(
      climbing.error.message,
      'Repository storage/main: "../a" climbs out of its folder; write it without ".."',
    );
  });
});
