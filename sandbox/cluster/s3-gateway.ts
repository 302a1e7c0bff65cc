/** A real S3 server on loopback for `BACKEND=s3`: versitygw over a folder, as examples/quickstart-s3 expects it. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Port and keys of examples/quickstart-s3. */
const PORT = 7070;
const ACCESS_KEY = 'quickstart';
const SECRET_KEY = 'quickstart-secret';
const START_TIMEOUT_MS = 10_000;

export interface S3Gateway {
  stop(): void;
}

/** Starts the server with one bucket below `directory`. Throws if it cannot be built, or does not listen in time. */
export async function startS3Gateway(directory: string, bucket: string): Promise<S3Gateway> {
  const tools = join(import.meta.dirname, '..', '..', 'test', 'tools', 'versitygw.sh');
  const binary = execFileSync('bash', [tools], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const store = join(directory, 's3');
  mkdirSync(join(store, bucket), { recursive: true });
  const child = spawn(
    binary,
    ['--access', ACCESS_KEY, '--secret', SECRET_KEY, '--port', `127.0.0.1:${PORT}`, '--quiet', 'posix', store],
    { stdio: 'ignore' },
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await listens())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill();
      throw new Error(`the S3 server does not listen on 127.0.0.1:${PORT}; is the port taken?`);
    }
  }
  return { stop: () => child.kill('SIGTERM') };
}

function listens(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => setTimeout(() => resolve(false), 50));
  });
}
