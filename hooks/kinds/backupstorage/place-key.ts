/** When two BackupStorages are the same directory, as KubeStash's webhook compares them: a local one never is. */
import { normalisePrefix } from '../../domain/backend-path.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';

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
