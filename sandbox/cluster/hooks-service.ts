/** The hooks as users run them: the bundled service in its own process, reached over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const READY_TIMEOUT_MS = 10_000;

export interface HooksService {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): void;
}

/**
 * Starts the bundle on a free loopback port and waits until it is ready; it prints into `logFile`. Throws with the end of
 * what it printed if it ends before. The process outlives this one unless it is stopped.
 */
export async function startHooks(bundle: string, logFile: string): Promise<HooksService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [bundle, '--dev', '--port', String(port)], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  child.unref();
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the hooks did not become ready on ${url}:\n${readFileSync(logFile, 'utf8').slice(-4096)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url, process: child, stop: () => void child.kill('SIGTERM') };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
