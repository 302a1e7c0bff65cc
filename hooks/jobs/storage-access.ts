/** How a mover reaches a BackupStorage: its place, its Secret, and for a local one its volume. */
import { normalisePrefix } from '../domain/backend-path.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import type { StorageAccess, StoragePlace } from '../domain/task.ts';
import { textOf } from '../kube/json-values.ts';
import type { KubeObject } from '../kube/objects.ts';
import { STORAGE_SECRET_PATH, type Volume, type VolumeMount } from './mover-job.ts';
import { secretMountOf } from './secret-mount.ts';
import type { Mounts } from './shapes.ts';

const STORAGE_VOLUME = 'metastash-storage';
const SECRET_VOLUME = 'metastash-storage-secret';
const NOT_A_SOURCE = ['mountPath', 'subPath', 'maxConnections'];
/** Each Pod would get its own, empty one. */
const NOT_KEPT = ['emptyDir', 'ephemeral', 'configMap', 'secret', 'downwardAPI', 'projected'];

/** Every further field is a volume source. */
interface LocalSpec {
  readonly mountPath?: string;
  readonly subPath?: string;
}

interface BucketSpec {
  readonly bucket?: string;
  readonly prefix?: string;
  readonly secretName?: string;
  readonly maxConnections?: number;
}

/** `BackupStorage.spec.storage`, as far as it is read here. */
export interface StorageSpec {
  readonly provider?: string;
  readonly local?: LocalSpec;
  readonly s3?: BucketSpec & { readonly endpoint?: string; readonly region?: string; readonly insecureTLS?: boolean };
  readonly gcs?: BucketSpec;
  readonly azure?: Omit<BucketSpec, 'bucket'> & { readonly storageAccount?: string; readonly container?: string };
}

export interface StorageMount extends Mounts {
  readonly access: StorageAccess;
}

/** The place of a storage spec; refuses one whose provider or necessary names are missing. */
export function storagePlaceOf(storage: StorageSpec | undefined): Outcome<StoragePlace> {
  switch (storage?.provider) {
    case 'local':
      return localPlace(storage.local);
    case 's3':
      return s3Place(storage.s3);
    case 'gcs':
      return gcsPlace(storage.gcs);
    case 'azure':
      return azurePlace(storage.azure);
    default:
      return invalid(`provider ${JSON.stringify(storage?.provider ?? '')} is unknown; use local, s3, gcs or azure`);
  }
}

/**
 * Access to a BackupStorage for a mover in `consumerNamespace`. In the storage's own namespace its Secret is mounted; from
 * elsewhere the mover reads it with its own token (design §6). A claim cannot be mounted from elsewhere at all.
 */
export function storageAccessOf(
  storage: KubeObject<{ readonly storage?: StorageSpec }>,
  consumerNamespace: string,
): Outcome<StorageMount> {
  const spec = storage.spec?.storage;
  const place = storagePlaceOf(spec);
  if (!place.ok) return place;
  const { name, namespace = '' } = storage.metadata;
  const local = place.value.provider === 'local' ? localMount(spec?.local ?? {}, place.value.mountPath) : ok(NOTHING);
  if (!local.ok) return local;
  const claim = local.value.volumes.some((volume) => volume['persistentVolumeClaim'] !== undefined);
  if (claim && namespace !== consumerNamespace) {
    return blocked(
      'ClaimInOtherNamespace',
      `BackupStorage ${namespace}/${name} keeps its data in a PersistentVolumeClaim, which namespace ${consumerNamespace} cannot mount; ` +
        'use a storage of the own namespace, or one on NFS or an object store',
    );
  }
  const secret = secretMountOf(secretNameOf(spec), namespace, consumerNamespace, {
    volume: SECRET_VOLUME,
    mountPath: STORAGE_SECRET_PATH,
  });
  return ok({
    access: { namespace, name, place: place.value, ...(secret.source === undefined ? {} : { secret: secret.source }) },
    volumes: [...local.value.volumes, ...secret.volumes],
    volumeMounts: [...local.value.volumeMounts, ...secret.volumeMounts],
  });
}

/** The Secret that a storage spec names; undefined for a storage without credentials (local, workload identity). */
export function secretNameOf(storage: StorageSpec | undefined): string | undefined {
  const blocks: Readonly<Record<string, { readonly secretName?: string } | undefined>> = {
    s3: storage?.s3,
    gcs: storage?.gcs,
    azure: storage?.azure,
  };
  const provider = storage?.provider ?? '';
  return (Object.hasOwn(blocks, provider) ? blocks[provider]?.secretName : undefined) || undefined;
}

const NOTHING: Mounts = { volumes: [], volumeMounts: [] };

function invalid(message: string): Outcome<never> {
  return blocked('StorageInvalid', `spec.storage: ${message}`);
}

function localPlace(local: LocalSpec | undefined): Outcome<StoragePlace> {
  const path = normalisePrefix(local?.mountPath);
  if (textOf(local?.mountPath)?.startsWith('/') !== true || !path.ok || path.value === '') {
    return invalid('local.mountPath has to be an absolute path below /, for example /backups');
  }
  return ok({ provider: 'local', mountPath: `/${path.value}` });
}

function s3Place(s3: StorageSpec['s3']): Outcome<StoragePlace> {
  const bucket = bucketOf('s3', s3);
  if (!bucket.ok) return bucket;
  const endpoint = textOf(s3?.endpoint);
  return ok({
    provider: 's3',
    ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/+$/, '') }),
    ...bucket.value,
    ...(s3?.region ? { region: s3.region } : {}),
    ...(s3?.insecureTLS === true ? { insecureTLS: true } : {}),
  });
}

function gcsPlace(gcs: BucketSpec | undefined): Outcome<StoragePlace> {
  const bucket = bucketOf('gcs', gcs);
  return bucket.ok ? ok({ provider: 'gcs', ...bucket.value }) : bucket;
}

function azurePlace(azure: StorageSpec['azure']): Outcome<StoragePlace> {
  const { storageAccount, container } = azure ?? {};
  if (!storageAccount || !container) return invalid('azure needs storageAccount and container');
  const common = bucketOf('azure', { ...azure, bucket: container });
  if (!common.ok) return common;
  const { bucket, ...rest } = common.value;
  return ok({ provider: 'azure', storageAccount, container: bucket, ...rest });
}

function bucketOf(
  provider: string,
  spec: BucketSpec | undefined,
): Outcome<{ readonly bucket: string; readonly prefix: string; readonly maxConnections?: number }> {
  const bucket = (textOf(spec?.bucket) ?? '').replace(/\/+$/, '');
  if (bucket === '') return invalid(`${provider} names no bucket`);
  const prefix = normalisePrefix(spec?.prefix);
  if (!prefix.ok) return invalid(`${provider}.prefix: ${prefix.error}`);
  return ok({
    bucket,
    prefix: prefix.value,
    ...(spec?.maxConnections ? { maxConnections: spec.maxConnections } : {}),
  });
}

function localMount(local: LocalSpec, mountPath: string): Outcome<Mounts> {
  const sources = Object.entries(local).filter(([field, value]) => !NOT_A_SOURCE.includes(field) && value);
  const [source] = sources;
  if (source === undefined || sources.length > 1 || NOT_KEPT.includes(source[0])) {
    return invalid('local needs one volume that outlives its Pod: hostPath, nfs, persistentVolumeClaim or csi');
  }
  const subPath = normalisePrefix(local.subPath);
  if (!subPath.ok) return invalid(`local.subPath: ${subPath.error}`);
  const volume: Volume = { name: STORAGE_VOLUME, [source[0]]: source[1] };
  const mount: VolumeMount = {
    name: STORAGE_VOLUME,
    mountPath,
    ...(subPath.value === '' ? {} : { subPath: subPath.value }),
  };
  return ok({ volumes: [volume], volumeMounts: [mount] });
}
