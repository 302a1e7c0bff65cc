/**
 * How restic reaches a component's repository: URL, options, flags, environment, and which Secret key becomes what
 * (kubestash-api.md §2.6, restic manual "Preparing a new repository"). No Secret's bytes come here.
 */
import { objectKey } from './backend-path.ts';
import type { StoragePlace } from './task.ts';

/** One key of a Secret and how restic gets its value. */
export interface SecretUse {
  readonly key: string;
  /** `env`: the value in that variable; `env-file`: a file with the value, its path in that variable; `flag-file`: its path after that flag. */
  readonly as: 'env' | 'env-file' | 'flag-file';
  /** Name of the variable or flag. */
  readonly target: string;
  /** A Secret without this key is reported (naming the key only); one without an optional key is fine. */
  readonly required: boolean;
}

export interface ResticRepository {
  /** For `--repo`. */
  readonly url: string;
  /** Environment without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** For `--option`, one flag each: `s3.connections=10`. */
  readonly options: readonly string[];
  /** Further global flags: `--insecure-tls`. */
  readonly flags: readonly string[];
  /** What to take from the storage's Secret, where it has one. */
  readonly secretUses: readonly SecretUse[];
}

/** The key of the encryption Secret. A trailing line break of its value is not part of the password. */
export const RESTIC_PASSWORD_KEY = 'RESTIC_PASSWORD';

/** How restic reaches `<place>/<directory>/<resticPath>`; directory and resticPath are normalised already. */
export function resticRepositoryOf(place: StoragePlace, directory: string, resticPath: string): ResticRepository {
  const path = objectKey(directory, resticPath);
  switch (place.provider) {
    case 'local':
      return { ...EMPTY, url: `${place.mountPath.replace(/\/+$/, '')}/${path}` };
    case 's3':
      return {
        url: `s3:${s3Endpoint(place.endpoint)}/${objectKey(place.bucket, place.prefix, path)}`,
        env: place.region === undefined || place.region === '' ? {} : { AWS_DEFAULT_REGION: place.region },
        options: connections('s3', place.maxConnections),
        flags: place.insecureTLS === true ? ['--insecure-tls'] : [],
        secretUses: storageSecretUses('s3'),
      };
    case 'gcs':
      return {
        ...EMPTY,
        url: `gs:${place.bucket}:/${objectKey(place.prefix, path)}`,
        options: connections('gs', place.maxConnections),
        secretUses: storageSecretUses('gcs'),
      };
    case 'azure':
      return {
        ...EMPTY,
        url: `azure:${place.container}:/${objectKey(place.prefix, path)}`,
        env: { AZURE_ACCOUNT_NAME: place.storageAccount },
        options: connections('azure', place.maxConnections),
        secretUses: storageSecretUses('azure'),
      };
  }
}

/** Which keys a storage Secret of this provider holds, and how restic gets them. A local storage has none. */
export function storageSecretUses(provider: StoragePlace['provider']): readonly SecretUse[] {
  return SECRET_USES[provider];
}

const EMPTY = { env: {}, options: [], flags: [], secretUses: [] } as const;

const SECRET_USES: Readonly<Record<StoragePlace['provider'], readonly SecretUse[]>> = {
  local: [],
  s3: [
    { key: 'AWS_ACCESS_KEY_ID', as: 'env', target: 'AWS_ACCESS_KEY_ID', required: true },
    { key: 'AWS_SECRET_ACCESS_KEY', as: 'env', target: 'AWS_SECRET_ACCESS_KEY', required: true },
    { key: 'CA_CERT_DATA', as: 'flag-file', target: '--cacert', required: false },
  ],
  gcs: [
    {
      key: 'GOOGLE_SERVICE_ACCOUNT_JSON_KEY',
      as: 'env-file',
      target: 'GOOGLE_APPLICATION_CREDENTIALS',
      required: true,
    },
    { key: 'GOOGLE_PROJECT_ID', as: 'env', target: 'GOOGLE_PROJECT_ID', required: false },
  ],
  azure: [{ key: 'AZURE_ACCOUNT_KEY', as: 'env', target: 'AZURE_ACCOUNT_KEY', required: true }],
};

/** restic's own default endpoint is AWS; a scheme of the user's is kept, it decides about TLS. */
function s3Endpoint(endpoint: string | undefined): string {
  return endpoint === undefined || endpoint === '' ? 's3.amazonaws.com' : endpoint.replace(/\/+$/, '');
}

function connections(scheme: string, count: number | undefined): readonly string[] {
  return count === undefined || count <= 0 ? [] : [`${scheme}.connections=${count}`];
}
