/** A real S3 server on the node's address, which Pods reach. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { list } from './kubectl.ts';
import { ROOT } from './needs.ts';
import { freePort, start, type Running } from './processes.ts';

const ACCESS_KEY = 'e2e';
const SECRET_KEY = 'e2e-secret-key';
const BUCKET = 'backups';

export interface S3 extends Running {
  /** Host and port. */
  readonly address: string;
  /** `spec.storage` of a BackupStorage with these prefix and Secret. */
  storage(prefix: string, secretName: string): object;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Starts versitygw over a folder with one bucket; at a free port, or again where one was. */
export async function startS3(folder: string, address?: string): Promise<S3> {
  const built = execFileSync('bash', [join(ROOT, 'test/tools/versitygw.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const store = join(folder, 's3');
  mkdirSync(join(store, BUCKET), { recursive: true });
  const endpoint = address ?? `${nodeAddress()}:${await freePort()}`;
  const keys = ['--access', ACCESS_KEY, '--secret', SECRET_KEY];
  const running = await start(
    [built.trim(), ...keys, '--port', endpoint, '--quiet', 'posix', store],
    join(folder, 's3.log'),
    `http://${endpoint}/`,
  );
  return {
    ...running,
    address: endpoint,
    credentials: { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY },
    storage: (prefix, secretName) => ({
      provider: 's3',
      s3: { endpoint: `http://${endpoint}`, bucket: BUCKET, region: 'us-east-1', prefix, secretName },
    }),
  };
}

/** The address at which Pods reach this machine. */
export function nodeAddress(): string {
  const [node] = list('nodes');
  const addresses = (node?.status?.['addresses'] ?? []) as readonly {
    readonly type: string;
    readonly address: string;
  }[];
  const found = addresses.find((one) => one.type === 'InternalIP')?.address;
  if (!found) throw new Error('the node has no InternalIP');
  return found;
}
