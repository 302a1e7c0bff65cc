/**
 * What can be wrong with the place that a BackupStorage names, provider by provider. A wrong bucket or endpoint would not
 * fail loudly: restic's S3 driver makes a missing bucket, so a slip of the pen would become a new, empty store.
 * No message repeats an endpoint: a user may have written credentials into it.
 */
import { normalisePrefix } from '../../domain/backend-path.ts';
import type { StorageSpec } from '../../generated/types/backupstorage.ts';

/** A sentence that names the field and what to write instead; undefined where nothing is wrong. */
export type PlaceCheck = (storage: StorageSpec) => string | undefined;

const S3_BUCKET = /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;
const GCS_BUCKET = /^[a-z0-9](?:[a-z0-9._-]{1,220})[a-z0-9]$/;
const AZURE_ACCOUNT = /^[a-z0-9]{3,24}$/;
const AZURE_CONTAINER = /^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}$/;
const MAX_CONNECTIONS = 1000;

/** The checks of one provider, in order; undefined for a provider that we do not know. */
export function placeChecks(provider: unknown): readonly PlaceCheck[] | undefined {
  switch (provider) {
    case 'local':
      return [localBlock, localMountPath, localSource, connections('local')];
    case 's3':
      return [s3Block, s3Bucket, s3Endpoint, prefix('s3'), connections('s3')];
    case 'gcs':
      return [gcsBlock, gcsBucket, prefix('gcs'), connections('gcs')];
    case 'azure':
      return [azureBlock, azureAccount, azureContainer, prefix('azure'), connections('azure')];
    default:
      return undefined;
  }
}

const localBlock: PlaceCheck = ({ local }) =>
  local === undefined
    ? '/spec/storage/local is missing; name a mountPath and one volume source such as hostPath'
    : undefined;

const localMountPath: PlaceCheck = ({ local }) => {
  const path: unknown = local?.mountPath;
  const parsed = normalisePrefix(path);
  if (typeof path === 'string' && /^\/[^:]+$/.test(path) && parsed.ok && parsed.value !== '') return undefined;
  return '/spec/storage/local/mountPath must be an absolute path without "..", for example /backups';
};

const NO_SOURCE: readonly string[] = ['mountPath', 'subPath', 'maxConnections'];
const NOT_KEPT: readonly string[] = ['emptyDir', 'configMap', 'secret', 'downwardAPI', 'projected', 'ephemeral'];

const localSource: PlaceCheck = ({ local }) => {
  const sources = Object.entries(local ?? {}).filter(([key, value]) => !NO_SOURCE.includes(key) && isPresent(value));
  const names = sources.map(([key]) => key);
  if (names.length === 0) {
    return '/spec/storage/local names no volume; add hostPath, nfs, persistentVolumeClaim or csi';
  }
  if (names.length > 1) return `/spec/storage/local names several volumes (${names.sort().join(', ')}); keep one`;
  const lost = names.find((name) => NOT_KEPT.includes(name));
  return lost === undefined
    ? undefined
    : `/spec/storage/local/${lost} does not outlive its Pod, so nothing would be kept; use hostPath, nfs, persistentVolumeClaim or csi`;
};

const s3Block: PlaceCheck = ({ s3 }) =>
  s3 === undefined ? '/spec/storage/s3 is missing; name bucket and endpoint' : undefined;

const s3Bucket: PlaceCheck = ({ s3 }) =>
  S3_BUCKET.test(trimmed(s3?.bucket))
    ? undefined
    : '/spec/storage/s3/bucket must be 3 to 63 lower-case letters, digits, dots or dashes, without slashes';

const s3Endpoint: PlaceCheck = ({ s3 }) => endpointFault(s3?.endpoint);

const gcsBlock: PlaceCheck = ({ gcs }) =>
  gcs === undefined ? '/spec/storage/gcs is missing; name a bucket' : undefined;

const gcsBucket: PlaceCheck = ({ gcs }) =>
  GCS_BUCKET.test(trimmed(gcs?.bucket))
    ? undefined
    : '/spec/storage/gcs/bucket must be lower-case letters, digits, dots, dashes or underscores, without slashes';

const azureBlock: PlaceCheck = ({ azure }) =>
  azure === undefined ? '/spec/storage/azure is missing; name storageAccount and container' : undefined;

const azureAccount: PlaceCheck = ({ azure }) =>
  AZURE_ACCOUNT.test(azure?.storageAccount ?? '')
    ? undefined
    : '/spec/storage/azure/storageAccount must be 3 to 24 lower-case letters and digits';

const azureContainer: PlaceCheck = ({ azure }) =>
  AZURE_CONTAINER.test(azure?.container ?? '')
    ? undefined
    : '/spec/storage/azure/container must be 3 to 63 lower-case letters, digits and single dashes';

function prefix(provider: 's3' | 'gcs' | 'azure'): PlaceCheck {
  return (storage) => {
    const parsed = normalisePrefix(storage[provider]?.prefix);
    return parsed.ok ? undefined : `/spec/storage/${provider}/prefix: ${parsed.error}`;
  };
}

function connections(provider: 'local' | 's3' | 'gcs' | 'azure'): PlaceCheck {
  return (storage) => {
    const count: unknown = storage[provider]?.maxConnections;
    if (count === undefined || (Number.isInteger(count) && Number(count) >= 0 && Number(count) <= MAX_CONNECTIONS)) {
      return undefined;
    }
    return `/spec/storage/${provider}/maxConnections must be a whole number from 0 (restic's own choice) to ${MAX_CONNECTIONS}`;
  };
}

function endpointFault(endpoint: unknown): string | undefined {
  if (endpoint === undefined || endpoint === '') return undefined;
  const at = '/spec/storage/s3/endpoint';
  if (typeof endpoint !== 'string' || !/^https?:\/\/\S+$/.test(endpoint) || !URL.canParse(endpoint)) {
    return `${at} must be a URL that begins with https:// or http://, for example https://s3.eu-central-1.amazonaws.com`;
  }
  const url = new URL(endpoint);
  const wrong = URL_FAULTS.find(([isWrong]) => isWrong(url));
  return wrong === undefined ? undefined : `${at} ${wrong[1]}`;
}

const URL_FAULTS: readonly (readonly [isWrong: (url: URL) => boolean, message: string])[] = [
  [
    (url) => url.username !== '' || url.password !== '',
    'holds credentials; put them into the Secret that secretName names, and replace them: this object is not secret',
  ],
  [(url) => url.search !== '' || url.hash !== '', 'must not hold a query or a fragment'],
  [(url) => url.pathname !== '/', 'must not hold a path; write it as bucket and prefix'],
  [(url) => isLinkLocal(url.hostname), 'is a link-local address, which is no object store'],
];

/** Link-local addresses are clouds' metadata services, which hand out credentials. */
function isLinkLocal(host: string): boolean {
  return /^169\.254\./.test(host) || /^\[fe[89ab][0-9a-f]:/i.test(host) || /^\[::ffff:a9fe:/i.test(host);
}

/** KubeStash's webhook drops a trailing slash of bucket and prefix. */
function trimmed(text: unknown): string {
  return typeof text === 'string' ? text.replace(/\/$/, '') : '';
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
