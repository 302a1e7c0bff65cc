/** Programs that run beside the tests, with their output in files. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 20_000;
const STOP_MS = 15_000;

export interface Running {
  readonly pid: number;
  /** Everything it printed. */
  output(): string;
  /** Asks it to end, and ends it after 15 s. */
  stop(): Promise<void>;
  /** Ends it without asking, as a kernel does that runs out of memory. */
  kill(): Promise<void>;
}

/**
 * Starts a program and waits until `ready` (http: or tcp:) answers. Throws with what it printed when it ends before. `env` goes on
 * top of the environment of this process.
 */
export async function start(
  command: readonly [string, ...string[]],
  log: string,
  ready: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const [program, ...args] = command;
  const file = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', file, file], env: { ...process.env, ...env } });
  const killed = (): unknown => child.kill('SIGKILL');
  process.once('exit', killed);
  const output = (): string => readFileSync(log, 'utf8');
  let isAsked = false;
  child.once('exit', (code, signal) => {
    process.off('exit', killed);
    if (!isAsked)
      process.stderr.write(
        `\n${command.slice(0, 4).join(' ')} ended by itself (${code ?? signal}):\n${output().slice(-2000)}\n`,
      );
  });
  const end = (how: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    isAsked = true;
    return ended(child, how);
  };
  const deadline = Date.now() + READY_MS;
  while (!(await answers(ready))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} did not become ready:\n${output().slice(-4000)}`);
    }
    await sleep(50);
  }
  return { pid: child.pid ?? 0, output, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killed = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  clearTimeout(killed);
}

/** A server is there: one that speaks HTTP, whatever it says, or one that takes connections. */
async function answers(url: string): Promise<boolean> {
  const { protocol, port, hostname } = new URL(url);
  if (protocol === 'tcp:') return takesConnections(Number(port), hostname);
  try {
    const { status } = await fetch(url);
    return status < 500;
  } catch {
    return false;
  }
}

function takesConnections(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}

/** A port of loopback that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
