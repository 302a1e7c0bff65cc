/** The store of a storage. Providers' libraries are loaded when used: a local backend pays for none of them. */
import type { StorageAccess } from '../../hooks/domain/task.ts';
import { certificatesIn, requiredKey, type SecretData } from '../secrets.ts';
import { placed } from '../settings.ts';
import type { Store } from './store.ts';

/** What a store needs beside its place: where the container's `/` is, and the storage Secret by key. */
export interface StoreAccess {
  readonly root: string;
  readonly secret: SecretData;
  /** Environment that concerns backends (settings.ts). */
  readonly inherited: Readonly<Record<string, string>>;
}

/** Opens the store; nothing is contacted yet. */
export async function openStore(storage: StorageAccess, access: StoreAccess): Promise<Store> {
  const { place } = storage;
  const required = (key: string): string | undefined =>
    storage.secret ? requiredKey(access.secret, key, storage.secret) : undefined;
  switch (place.provider) {
    case 'local':
      return (await import('./files.ts')).filesStore(placed(access.root, place.mountPath), place.mountPath);
    case 's3':
      return (await import('./s3.ts')).s3Store(place, {
        accessKeyId: required('AWS_ACCESS_KEY_ID'),
        secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
        caBundle: storage.secret && certificatesIn(access.secret, 'CA_CERT_DATA', storage.secret, Date.now()),
      });
    case 'azure':
      return (await import('./azure.ts')).azureStore(place, {
        accountKey: required('AZURE_ACCOUNT_KEY'),
        endpointSuffix: access.inherited['AZURE_ENDPOINT_SUFFIX'],
      });
    case 'gcs':
      return (await import('./gcs.ts')).gcsStore(place, required('GOOGLE_SERVICE_ACCOUNT_JSON_KEY'));
  }
}
