/** Object stores on this machine: started for a test, on a free port, with nothing in them but one bucket. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 20_000;

export interface ObjectServer {
  readonly port: number;
  stop(): void;
}

export const S3_KEYS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-key' } as const;
export const BUCKET = 'backups';

/** versitygw over a directory, with one bucket. */
export function startS3(): Promise<ObjectServer> {
  const binary = built('versitygw');
  return started((port, directory) => {
    mkdirSync(join(directory, BUCKET));
    const keys = ['--access', S3_KEYS.accessKeyId, '--secret', S3_KEYS.secretAccessKey];
    return spawn(binary, [...keys, '--port', `127.0.0.1:${port}`, '--quiet', 'posix', directory], { stdio: 'ignore' });
  });
}

/** fake-gcs-server in memory. */
export function startGcs(): Promise<ObjectServer> {
  const binary = built('fake-gcs-server');
  return started((port) =>
    spawn(
      binary,
      [
        '-scheme',
        'http',
        '-host',
        '127.0.0.1',
        '-port',
        String(port),
        '-backend',
        'memory',
        '-public-host',
        `127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    ),
  );
}

/** Azurite's blob service in memory. */
export function startAzure(): Promise<ObjectServer> {
  const program = join(ROOT, 'node_modules/azurite/dist/src/blob/main.js');
  const flags = [
    '--inMemoryPersistence',
    '--silent',
    '--disableTelemetry',
    '--skipApiVersionCheck',
    '--blobHost',
    '127.0.0.1',
  ];
  return started((port, directory) =>
    spawn(process.execPath, [program, ...flags, '--blobPort', String(port)], {
      cwd: directory,
      // It runs from another directory, where the test runner's own loader is not found.
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: 'ignore',
    }),
  );
}

function built(tool: string): string {
  return execFileSync('bash', [join(ROOT, `test/tools/${tool}.sh`)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

async function started(start: (port: number, directory: string) => ChildProcess): Promise<ObjectServer> {
  const directory = mkdtempSync(join(tmpdir(), 'store-'));
  const port = await freePort();
  const child = start(port, directory);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${child.spawnfile} does not listen on ${port}`);
  }
  return {
    port,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => setTimeout(() => resolve(false), 50));
  });
}
