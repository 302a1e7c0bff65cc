/** When two BackupStorages are the same directory, as KubeStash's webhook compares them: a local one never is. */
import { directoriesOverlap, normalisePrefix } from '../../domain/backend-path.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { JsonMap } from '../../kube/objects.ts';

/** Equal for storages that keep their bytes in one directory; undefined where that cannot be told from the spec. */
export function placeKeyOf(storage: BackupStorage): string | undefined {
  const { provider, s3, gcs, azure } = storage.spec?.storage ?? {};
  if (provider === 's3' && s3) return keyOf([endpointOf(s3.endpoint), bucketOf(s3.bucket), s3.region], s3.prefix);
  if (provider === 'gcs' && gcs) return keyOf(['gcs', bucketOf(gcs.bucket)], gcs.prefix);
  if (provider === 'azure' && azure) return keyOf(['azure', azure.storageAccount, azure.container], azure.prefix);
  return undefined;
}

function keyOf(parts: readonly unknown[], prefix: unknown): string | undefined {
  const parsed = normalisePrefix(prefix);
  return parsed.ok ? JSON.stringify([...parts.map((part) => part ?? ''), parsed.value]) : undefined;
}

/** KubeStash leaves the endpoint out and so takes two MinIO servers with a like-named bucket for one. */
function endpointOf(endpoint: unknown): string {
  return typeof endpoint === 'string' && URL.canParse(endpoint) ? `s3 ${new URL(endpoint).host}` : 's3';
}

function bucketOf(bucket: unknown): string {
  return typeof bucket === 'string' ? bucket.replace(/\/$/, '') : '';
}

/**
 * Whether the bytes of one storage may lie among the other's: the same volume or bucket, and one directory inside the other's.
 * Places that cannot be compared from the specs (two names of one NFS server) do not.
 */
export function placesOverlap(one: BackupStorage, other: BackupStorage): boolean {
  const [left, right] = [locationOf(one), locationOf(other)];
  if (left === undefined || right === undefined || left.volume !== right.volume) return false;
  return left.path === '' || right.path === '' || directoriesOverlap(left.path, right.path);
}

interface Location {
  readonly volume: string;
  readonly path: string;
}

function locationOf(storage: BackupStorage): Location | undefined {
  const { provider, local, s3, gcs, azure } = storage.spec?.storage ?? {};
  if (provider === 's3' && s3) return locationIn([endpointOf(s3.endpoint), bucketOf(s3.bucket)], [s3.prefix]);
  if (provider === 'gcs' && gcs) return locationIn(['gcs', bucketOf(gcs.bucket)], [gcs.prefix]);
  if (provider === 'azure' && azure)
    return locationIn(['azure', azure.storageAccount, azure.container], [azure.prefix]);
  return provider === 'local' && local ? localLocation(storage.metadata.namespace, mapOf(local)) : undefined;
}

function localLocation(namespace: string | undefined, local: JsonMap): Location | undefined {
  const { hostPath, nfs, persistentVolumeClaim: claim, subPath } = local;
  if (hostPath !== undefined) return locationIn(['hostPath'], [mapOf(hostPath)['path'], subPath]);
  if (nfs !== undefined) return locationIn(['nfs', mapOf(nfs)['server']], [mapOf(nfs)['path'], subPath]);
  if (claim !== undefined) return locationIn(['claim', namespace, mapOf(claim)['claimName']], [subPath]);
  const source = Object.entries(local).filter(([key]) => !['mountPath', 'subPath', 'maxConnections'].includes(key));
  return locationIn(['local', JSON.stringify(source)], [subPath]);
}

function locationIn(volume: readonly unknown[], path: readonly unknown[]): Location | undefined {
  const parsed = normalisePrefix(path.map((part) => (typeof part === 'string' ? part : '')).join('/'));
  return parsed.ok ? { volume: JSON.stringify(volume.map((part) => part ?? '')), path: parsed.value } : undefined;
}
