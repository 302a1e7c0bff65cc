/** The metadata store in an Azure container, by Azure's SDK. Conditional put: `If-None-Match: *`. */
import { BlobServiceClient, RestError, StorageSharedKeyCredential, type ContainerClient } from '@azure/storage-blob';
import type { StoragePlace } from '../../hooks/domain/task.ts';
import { Fault, isFault } from '../faults.ts';
import { prefixedKeys, YAML_CONTENT_TYPE, type Store, type StoredObject } from './store.ts';

type AzurePlace = Extract<StoragePlace, { provider: 'azure' }>;

export interface AzureAccess {
  readonly accountKey: string | undefined;
  /** As restic's AZURE_ENDPOINT_SUFFIX: `core.windows.net` unless another Azure cloud is meant. */
  readonly endpointSuffix: string | undefined;
}

/** A store in `place.container` below `place.prefix`; the container must exist. */
export function azureStore(place: AzurePlace, access: AzureAccess): Store {
  return containerStore(containerOf(place, access), place);
}

/** The same, over a client that is signed in already. */
export function containerStore(container: ContainerClient, place: AzurePlace): Store {
  const keys = prefixedKeys(place.prefix);
  const sent = <T>(request: () => Promise<T>): Promise<T> => request().catch((thrown) => rethrown(thrown, place));
  const put = (key: string, bytes: Uint8Array, conditions: { ifNoneMatch?: string }): Promise<unknown> =>
    container
      .getBlockBlobClient(keys.whole(key))
      .upload(bytes, bytes.length, { conditions, blobHTTPHeaders: { blobContentType: YAML_CONTENT_TYPE } });
  return {
    get: (key) => sent(() => container.getBlobClient(keys.whole(key)).downloadToBuffer().catch(absent)),
    put: (key, bytes) => sent(async () => void (await put(key, bytes, {}))),
    putIfAbsent: (key, bytes) =>
      sent(async () => {
        try {
          await put(key, bytes, { ifNoneMatch: '*' });
          return true;
        } catch (thrown) {
          if (thrown instanceof RestError && (thrown.statusCode === 409 || thrown.statusCode === 412)) return false;
          throw thrown;
        }
      }),
    async *list(directory): AsyncGenerator<StoredObject> {
      try {
        for await (const blob of container.listBlobsFlat({ prefix: keys.below(directory) })) {
          yield { key: keys.keyOf(blob.name), sizeBytes: blob.properties.contentLength ?? 0 };
        }
      } catch (thrown) {
        rethrown(thrown, place);
      }
    },
    children: (directory) =>
      sent(async () => {
        const files: string[] = [];
        const directories: string[] = [];
        for await (const item of container.listBlobsByHierarchy('/', { prefix: keys.below(directory) })) {
          const name = keys.nameIn(directory, item.name);
          (item.kind === 'prefix' ? directories : files).push(name);
        }
        return { files, directories };
      }),
    delete: (key) => sent(async () => void (await container.getBlobClient(keys.whole(key)).deleteIfExists())),
    probe: () =>
      sent(async () => {
        if (!(await container.exists())) throw new Fault('BucketNotFound', `${nameOf(place)} does not exist`);
      }),
  };
}

function containerOf(place: AzurePlace, access: AzureAccess): ContainerClient {
  if (access.accountKey === undefined) {
    throw new Fault('StorageForbidden', `${nameOf(place)}: the mover signs in to Azure with AZURE_ACCOUNT_KEY only`);
  }
  const url = `https://${place.storageAccount}.blob.${access.endpointSuffix ?? 'core.windows.net'}`;
  const credential = new StorageSharedKeyCredential(place.storageAccount, access.accountKey);
  return new BlobServiceClient(url, credential).getContainerClient(place.container);
}

function nameOf(place: AzurePlace): string {
  return `Container ${place.container} of storage account ${place.storageAccount}`;
}

function absent(thrown: unknown): undefined {
  if (thrown instanceof RestError && thrown.statusCode === 404 && thrown.code !== 'ContainerNotFound') return undefined;
  throw thrown;
}

function rethrown(thrown: unknown, place: AzurePlace): never {
  if (isFault(thrown)) throw thrown;
  const status = thrown instanceof RestError ? thrown.statusCode : undefined;
  const words = thrown instanceof RestError ? (thrown.code ?? thrown.message) : String(thrown);
  if (status === 404) throw new Fault('BucketNotFound', `${nameOf(place)} does not exist`, thrown);
  if (status === 401 || status === 403)
    throw new Fault('StorageForbidden', `${nameOf(place)} refused the mover: ${words}`, thrown);
  throw new Fault('StorageUnreachable', `${nameOf(place)} could not be used: ${words}`, thrown);
}
