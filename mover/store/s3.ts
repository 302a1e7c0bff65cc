/** The metadata store on S3 and what speaks its protocol, by AWS's SDK. Conditional put: `If-None-Match: *`. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { Agent } from 'node:https';
import type { StoragePlace } from '../../hooks/domain/task.ts';
import { Fault, isFault } from '../faults.ts';
import { prefixedKeys, YAML_CONTENT_TYPE, type Store, type StoredObject } from './store.ts';

type S3Place = Extract<StoragePlace, { provider: 's3' }>;

export interface S3Credentials {
  /** Absent: the SDK's own chain, as for IAM roles of a ServiceAccount. */
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  /** PEM of a private certificate authority. */
  readonly caBundle: string | undefined;
}

/** A store in `place.bucket` below `place.prefix`; the bucket must exist. */
export function s3Store(place: S3Place, credentials: S3Credentials): Store {
  const client = clientOf(place, credentials);
  const Bucket = place.bucket;
  const keys = prefixedKeys(place.prefix);
  const sent = <T>(request: () => Promise<T>): Promise<T> => request().catch((thrown) => rethrown(thrown, place));
  const put = (key: string, bytes: Uint8Array, condition: object): Promise<unknown> => {
    const object = { Bucket, Key: keys.whole(key), Body: bytes, ContentType: YAML_CONTENT_TYPE };
    return client.send(new PutObjectCommand({ ...object, ...condition }));
  };
  const pages = (directory: string, delimiter: object): AsyncGenerator<ListObjectsV2CommandOutput> =>
    pagesOf({ Bucket, Prefix: keys.below(directory), ...delimiter }, (input) =>
      sent(() => client.send(new ListObjectsV2Command(input))),
    );
  return {
    get: (key) =>
      sent(async () => {
        const answer = await client.send(new GetObjectCommand({ Bucket, Key: keys.whole(key) })).catch(absent);
        return answer?.Body?.transformToByteArray();
      }),
    put: (key, bytes) => sent(async () => void (await put(key, bytes, {}))),
    putIfAbsent: (key, bytes) => sent(() => put(key, bytes, { IfNoneMatch: '*' }).then(() => true, refusedAsPresent)),
    async *list(directory): AsyncGenerator<StoredObject> {
      for await (const page of pages(directory, {})) {
        for (const object of page.Contents ?? []) {
          yield { key: keys.keyOf(object.Key ?? ''), sizeBytes: object.Size ?? 0 };
        }
      }
    },
    children: async (directory) => {
      const files: string[] = [];
      const directories: string[] = [];
      for await (const page of pages(directory, { Delimiter: '/' })) {
        for (const object of page.Contents ?? []) files.push(keys.nameIn(directory, object.Key ?? ''));
        for (const prefix of page.CommonPrefixes ?? []) directories.push(keys.nameIn(directory, prefix.Prefix ?? ''));
      }
      // Some servers and consoles keep an empty object for the directory itself.
      return { files: files.filter((name) => name !== ''), directories };
    },
    delete: (key) =>
      sent(async () => void (await client.send(new DeleteObjectCommand({ Bucket, Key: keys.whole(key) })))),
    probe: () => sent(async () => void (await client.send(new HeadBucketCommand({ Bucket })))),
  };
}

async function* pagesOf(
  query: ListObjectsV2CommandInput,
  send: (input: ListObjectsV2CommandInput) => Promise<ListObjectsV2CommandOutput>,
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let next: string | undefined;
  do {
    const page = await send(next === undefined ? query : { ...query, ContinuationToken: next });
    yield page;
    next = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
}

/** A conditional put that lost: 412, or 409 while another one is under way. */
function refusedAsPresent(thrown: unknown): boolean {
  if (statusOf(thrown) === 412 || statusOf(thrown) === 409) return false;
  throw thrown;
}

function clientOf(place: S3Place, credentials: S3Credentials): S3Client {
  const { accessKeyId, secretAccessKey, caBundle } = credentials;
  const tls = { ...(caBundle ? { ca: caBundle } : {}), ...(place.insecureTLS ? { rejectUnauthorized: false } : {}) };
  return new S3Client({
    region: place.region || 'us-east-1',
    ...(place.endpoint ? { endpoint: endpointOf(place.endpoint), forcePathStyle: true } : {}),
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    ...(Object.keys(tls).length > 0 ? { requestHandler: { httpsAgent: new Agent(tls) } } : {}),
    // Servers other than AWS's refuse the newer checksum trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function endpointOf(endpoint: string): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined;
}

function absent(thrown: unknown): undefined {
  if (thrown instanceof S3ServiceException && (thrown.name === 'NoSuchKey' || thrown.name === 'NotFound'))
    return undefined;
  throw thrown;
}

function rethrown(thrown: unknown, place: S3Place): never {
  if (isFault(thrown)) throw thrown;
  const bucket = `Bucket ${place.bucket}${place.endpoint ? ` at ${place.endpoint}` : ''}`;
  const name = thrown instanceof Error ? thrown.name : String(thrown);
  const status = statusOf(thrown);
  if (name === 'NoSuchBucket' || status === 404) throw new Fault('BucketNotFound', `${bucket} does not exist`, thrown);
  if (status === 401 || status === 403)
    throw new Fault('StorageForbidden', `${bucket} refused the mover: ${name}`, thrown);
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (status === 429 || name === 'SlowDown')
    throw new Fault('StorageThrottled', `${bucket}: ${name}: ${words}`, thrown);
  throw new Fault('StorageUnreachable', `${bucket} could not be used: ${name}: ${words}`, thrown);
}
