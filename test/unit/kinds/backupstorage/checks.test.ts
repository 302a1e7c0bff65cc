import assert from 'node:assert/strict';
import { CHECKS } from '../../../../hooks/kinds/backupstorage/checks.ts';
import { syncBackupStorage } from '../../../../hooks/kinds/backupstorage/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import * as sample from './fixtures.ts';

interface Case {
  readonly it: string;
  readonly spec: object;
  readonly others?: readonly KubeObject[];
  readonly reason: string;
  readonly message: string;
  readonly waits?: boolean;
}

const s3 = (changes: object): object => ({ storage: { provider: 's3', s3: { ...sample.S3.s3, ...changes } } });
const local = (changes: object): object => ({
  storage: { provider: 'local', local: { ...sample.LOCAL.local, ...changes } },
});
const gcs = (changes: object): object => ({ storage: { provider: 'gcs', gcs: { bucket: 'backups', ...changes } } });
const azure = (changes: object): object => ({
  storage: { provider: 'azure', azure: { storageAccount: 'account1', container: 'backups', ...changes } },
});
const usage = (allowedNamespaces: object): object => ({ usagePolicy: { allowedNamespaces } });
const other = (name: string, spec: object, metadata: object = {}): KubeObject =>
  sample.storage(spec, {
    metadata: { name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  });

const BUCKET = '/spec/storage/s3/bucket must be 3 to 63 lower-case letters, digits, dots or dashes, without slashes';
const ENDPOINT = '/spec/storage/s3/endpoint';
const URL_NEEDED = `${ENDPOINT} must be a URL that begins with https:// or http://, for example https://s3.eu-central-1.amazonaws.com`;
const MOUNT_PATH = '/spec/storage/local/mountPath must be an absolute path without "..", for example /backups';

const CASES: readonly Case[] = [
  {
    it: 'an unknown provider',
    spec: { storage: { provider: 'swift' } },
    reason: 'UnknownProvider',
    message: '/spec/storage/provider is "swift"; use local, s3, gcs or azure',
  },
  {
    it: 'a provider without its block',
    spec: { storage: { provider: 's3' } },
    reason: 'InvalidStorage',
    message: '/spec/storage/s3 is missing; name bucket and endpoint',
  },
  ...['Backups', 'my bucket', 'a/b', 'ab', ''].map((bucket) => ({
    it: `the S3 bucket ${JSON.stringify(bucket)}`,
    spec: s3({ bucket }),
    reason: 'InvalidStorage',
    message: BUCKET,
  })),
  ...['s3.example.com', 'file:///etc', 'https://', 'ftp://host'].map((endpoint) => ({
    it: `the endpoint ${endpoint}`,
    spec: s3({ endpoint }),
    reason: 'InvalidStorage',
    message: URL_NEEDED,
  })),
  {
    it: 'an endpoint with credentials, without repeating them',
    spec: s3({ endpoint: 'https://user:hunter2@s3.example.com' }),
    reason: 'InvalidStorage',
    message: `${ENDPOINT} holds credentials; put them into the Secret that secretName names, and replace them: this object is not secret`,
  },
  {
    it: 'an endpoint with a query',
    spec: s3({ endpoint: 'https://s3.example.com/?a=b' }),
    reason: 'InvalidStorage',
    message: `${ENDPOINT} must not hold a query or a fragment`,
  },
  {
    it: 'an endpoint with a path',
    spec: s3({ endpoint: 'https://s3.example.com/bucket' }),
    reason: 'InvalidStorage',
    message: `${ENDPOINT} must not hold a path; write it as bucket and prefix`,
  },
  ...['http://169.254.169.254', 'http://[fe80::1]', 'http://[::ffff:169.254.169.254]'].map((endpoint) => ({
    it: `the link-local endpoint ${endpoint}`,
    spec: s3({ endpoint }),
    reason: 'InvalidStorage',
    message: `${ENDPOINT} is a link-local address, which is no object store`,
  })),
  {
    it: 'a prefix that climbs',
    spec: s3({ prefix: 'a/../../b' }),
    reason: 'InvalidStorage',
    message: '/spec/storage/s3/prefix: "a/../../b" climbs out of its folder; write it without ".."',
  },
  {
    it: 'a prefix with a line break',
    spec: gcs({ prefix: 'a\nb' }),
    reason: 'InvalidStorage',
    message: '/spec/storage/gcs/prefix: a path inside a backend has no control characters and no backslash',
  },
  {
    it: 'a negative number of connections',
    spec: s3({ maxConnections: -1 }),
    reason: 'InvalidStorage',
    message: "/spec/storage/s3/maxConnections must be a whole number from 0 (restic's own choice) to 1000",
  },
  {
    it: 'a GCS bucket with capitals',
    spec: gcs({ bucket: 'Backups' }),
    reason: 'InvalidStorage',
    message:
      '/spec/storage/gcs/bucket must be lower-case letters, digits, dots, dashes or underscores, without slashes',
  },
  {
    it: 'an Azure account that is none',
    spec: azure({ storageAccount: 'My-Account' }),
    reason: 'InvalidStorage',
    message: '/spec/storage/azure/storageAccount must be 3 to 24 lower-case letters and digits',
  },
  {
    it: 'an Azure container that is none',
    spec: azure({ container: 'a--b' }),
    reason: 'InvalidStorage',
    message: '/spec/storage/azure/container must be 3 to 63 lower-case letters, digits and single dashes',
  },
  ...['backups', '/', '/a/../b', ''].map((mountPath) => ({
    it: `the mount path ${JSON.stringify(mountPath)}`,
    spec: local({ mountPath }),
    reason: 'InvalidStorage',
    message: MOUNT_PATH,
  })),
  {
    it: 'a local storage without a volume',
    spec: local({ hostPath: undefined }),
    reason: 'InvalidStorage',
    message: '/spec/storage/local names no volume; add hostPath, nfs, persistentVolumeClaim or csi',
  },
  {
    it: 'a local storage with two volumes',
    spec: local({ nfs: { server: 'nfs', path: '/' } }),
    reason: 'InvalidStorage',
    message: '/spec/storage/local names several volumes (hostPath, nfs); keep one',
  },
  {
    it: 'a volume that goes with its Pod',
    spec: local({ hostPath: undefined, emptyDir: {} }),
    reason: 'InvalidStorage',
    message:
      '/spec/storage/local/emptyDir does not outlive its Pod, so nothing would be kept; use hostPath, nfs, persistentVolumeClaim or csi',
  },
  {
    it: 'an unknown word for who may use it',
    spec: usage({ from: 'Everyone' }),
    reason: 'InvalidUsagePolicy',
    message: '/spec/usagePolicy/allowedNamespaces/from is "Everyone"; use All, Same or Selector',
  },
  {
    it: 'a selector that is missing',
    spec: usage({ from: 'Selector' }),
    reason: 'InvalidUsagePolicy',
    message:
      '/spec/usagePolicy/allowedNamespaces/selector is missing though from is Selector; add matchLabels, or use All for every namespace',
  },
  {
    it: 'a selector that cannot be read',
    spec: usage({ from: 'Selector', selector: { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] } }),
    reason: 'InvalidUsagePolicy',
    message:
      '/spec/usagePolicy/allowedNamespaces/selector/matchExpressions cannot be read; In and NotIn need values, Exists and DoesNotExist take none',
  },
  {
    it: 'an unknown deletion policy',
    spec: { deletionPolicy: 'wipeout' },
    reason: 'InvalidDeletionPolicy',
    message: '/spec/deletionPolicy is "wipeout"; use Delete or WipeOut',
  },
  {
    it: 'the younger of two defaults, naming both',
    spec: { default: true },
    others: [other('older', { default: true, ...s3({ prefix: 'older' }) })],
    reason: 'SecondDefault',
    message:
      '/spec/default: namespace demo has several default BackupStorages (older, s3-storage); leave default: true on one',
    waits: true,
  },
  {
    it: 'the directory of an older storage, wherever that is',
    spec: {},
    others: [other('older', s3({ prefix: '/demo/' }), { namespace: 'other' })],
    reason: 'DirectoryClaimed',
    message:
      '/spec/storage names the same directory as BackupStorage other/older; use another prefix, or that storage with a usagePolicy that admits your namespaces',
    waits: true,
  },
];

describe('the checks of a BackupStorage refuse', () => {
  for (const one of CASES) {
    it(one.it, () => {
      const request = sample.request(sample.storage(one.spec), [], [...sample.AROUND, ...(one.others ?? [])]);
      const { status, children } = syncBackupStorage(request, sample.NOW);
      const passed = conditionOf(status, 'ValidationPassed');
      assert.deepEqual([status.phase, passed?.status, passed?.message], ['NotReady', 'False', one.message]);
      assert.deepEqual(
        [conditionOf(status, 'Ready')?.reason, conditionOf(status, one.waits ? 'Reconciling' : 'Stalled')?.status],
        [one.reason, 'True'],
      );
      assert.deepEqual(
        children.filter(({ kind }) => kind === 'Job'),
        [],
      );
      assert.equal(JSON.stringify(status).includes('hunter2'), false);
    });
  }

  it('nothing without a case that shows it', () => {
    const shown = new Set(CASES.map((one) => one.reason));
    assert.deepEqual(
      CHECKS.map((one) => one.reason).filter((reason) => !shown.has(reason)),
      [],
    );
  });
});

describe('the checks of a BackupStorage accept', () => {
  const ACCEPTED: readonly (readonly [string, object, (readonly KubeObject[])?])[] = [
    ['S3 without an endpoint, which is AWS', s3({ endpoint: undefined })],
    ['a bucket and a prefix that end in a slash', s3({ bucket: 'backups/', prefix: '/demo/' })],
    ['an endpoint inside the cluster', s3({ endpoint: 'http://minio.storage.svc.cluster.local:443' })],
    ['S3 without a Secret', s3({ secretName: undefined })],
    ['a GCS bucket', gcs({})],
    ['an Azure container', azure({})],
    ['a directory of the node', local({})],
    [
      'the older of two defaults',
      { default: true },
      [other('younger', { default: true, ...s3({ prefix: 'x' }) }, { creationTimestamp: '2026-01-05T01:30:00Z' })],
    ],
    ['the directory of a younger storage', {}, [other('younger', {}, { creationTimestamp: '2026-01-05T01:30:00Z' })]],
    ['a like-named bucket of another server', {}, [other('older', s3({ endpoint: 'https://minio.example.com' }))]],
    ['the same directory of a node', local({}), [other('older', local({}))]],
  ];
  for (const [what, spec, others = []] of ACCEPTED) {
    it(what, () => {
      const { status } = syncBackupStorage(
        sample.request(sample.storage(spec), [], [...sample.AROUND, ...others]),
        sample.NOW,
      );
      assert.equal(
        conditionOf(status, 'ValidationPassed')?.status,
        'True',
        conditionOf(status, 'ValidationPassed')?.message,
      );
    });
  }
});
