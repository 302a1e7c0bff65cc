/** The metadata store in a Google Cloud Storage bucket, by Google's SDK. Conditional put: `ifGenerationMatch=0`. */
import { ApiError, Storage, type Bucket, type File } from '@google-cloud/storage';
import type { StoragePlace } from '../../hooks/domain/task.ts';
import { Fault, isFault } from '../faults.ts';
import { prefixedKeys, YAML_CONTENT_TYPE, type Store, type StoredObject } from './store.ts';

type GcsPlace = Extract<StoragePlace, { provider: 'gcs' }>;

/** A store in `place.bucket` below `place.prefix`; the bucket must exist. Without a key: the Pod's own identity. */
export function gcsStore(place: GcsPlace, serviceAccountKey: string | undefined): Store {
  return bucketStore(clientOf(place, serviceAccountKey).bucket(place.bucket), place);
}

/** The same, over a client that is signed in already. */
export function bucketStore(bucket: Bucket, place: GcsPlace): Store {
  const keys = prefixedKeys(place.prefix);
  const sent = <T>(request: () => Promise<T>): Promise<T> => request().catch((thrown) => rethrown(thrown, place));
  const put = (key: string, bytes: Uint8Array, preconditionOpts: { ifGenerationMatch?: number }): Promise<void> =>
    bucket
      .file(keys.whole(key), { preconditionOpts })
      .save(Buffer.from(bytes), { resumable: false, contentType: YAML_CONTENT_TYPE, preconditionOpts });
  const page = async (
    query: object,
  ): Promise<{ files: readonly File[]; next: object | null; prefixes: readonly string[] }> => {
    const [files, next, answer] = await sent(() => bucket.getFiles({ ...query, autoPaginate: false }));
    return {
      files,
      next: next ?? null,
      prefixes: (answer as { prefixes?: readonly string[] } | undefined)?.prefixes ?? [],
    };
  };
  async function* pages(query: object): AsyncGenerator<Awaited<ReturnType<typeof page>>> {
    for (let next: object | null = query; next !== null;) {
      const found: Awaited<ReturnType<typeof page>> = await page(next);
      yield found;
      next = found.next;
    }
  }
  return {
    get: (key) => sent(async () => (await bucket.file(keys.whole(key)).download().catch(absent))?.[0]),
    put: (key, bytes) => sent(() => put(key, bytes, {})),
    putIfAbsent: (key, bytes) =>
      sent(async () => {
        try {
          await put(key, bytes, { ifGenerationMatch: 0 });
          return true;
        } catch (thrown) {
          if (thrown instanceof ApiError && thrown.code === 412) return false;
          throw thrown;
        }
      }),
    async *list(directory): AsyncGenerator<StoredObject> {
      for await (const { files } of pages({ prefix: keys.below(directory) })) {
        for (const file of files) yield { key: keys.keyOf(file.name), sizeBytes: Number(file.metadata.size ?? 0) };
      }
    },
    children: async (directory) => {
      const files: string[] = [];
      const directories: string[] = [];
      for await (const found of pages({ prefix: keys.below(directory), delimiter: '/' })) {
        files.push(...found.files.map((file) => keys.nameIn(directory, file.name)).filter((name) => name !== ''));
        directories.push(...found.prefixes.map((prefix) => keys.nameIn(directory, prefix)));
      }
      return { files, directories };
    },
    delete: (key) => sent(async () => void (await bucket.file(keys.whole(key)).delete({ ignoreNotFound: true }))),
    probe: () => sent(async () => void (await bucket.getFiles({ maxResults: 1, autoPaginate: false }))),
  };
}

function clientOf(place: GcsPlace, serviceAccountKey: string | undefined): Storage {
  if (serviceAccountKey === undefined) return new Storage();
  try {
    const credentials = JSON.parse(serviceAccountKey) as { project_id?: string };
    return new Storage({ credentials, ...(credentials.project_id ? { projectId: credentials.project_id } : {}) });
  } catch {
    // The parser's message would quote the key.
    throw new Fault('SecretKeyMissing', `Bucket ${place.bucket}: GOOGLE_SERVICE_ACCOUNT_JSON_KEY is not JSON`);
  }
}

function absent(thrown: unknown): undefined {
  // A missing bucket is 404 as well; `probe` has told the two apart.
  if (thrown instanceof ApiError && thrown.code === 404) return undefined;
  throw thrown;
}

function rethrown(thrown: unknown, place: GcsPlace): never {
  if (isFault(thrown)) throw thrown;
  const code = thrown instanceof ApiError ? thrown.code : undefined;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === 404) throw new Fault('BucketNotFound', `Bucket ${place.bucket} does not exist`, thrown);
  if (code === 401 || code === 403)
    throw new Fault('StorageForbidden', `Bucket ${place.bucket} refused the mover: ${words}`, thrown);
  throw new Fault('StorageUnreachable', `Bucket ${place.bucket} could not be used: ${words}`, thrown);
}
