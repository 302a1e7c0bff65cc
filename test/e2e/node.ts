/**
 * Taking the node's power: kubelet, containerd and everything that runs in its containers are killed, and kubelet and
 * containerd are started again as they were. The node is this machine, so this is found in /proc, whoever started it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How programs of the node were started. */
export type StoppedNode = readonly StoppedProgram[];

export interface Program {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly output: string;
}

/** What whoever started the program stops it by. */
interface StoppedProgram extends Program {
  readonly pidFiles: readonly string[];
}

/** Kills the node at once, as a failure of its power does. Throws where there is no kubelet or containerd on this machine. */
export function stopNode(): StoppedNode {
  const shims = programs().filter(isShimOfKubernetes);
  const found = [containerdOf(shims), theOnly('kubelet', programs().filter(isNamed('kubelet')))];
  const stopped = found.map((program) => ({ ...program, pidFiles: pidFilesOf(program) }));
  for (const { pid } of stopped) process.kill(pid, 'SIGKILL');
  for (const shim of shims) {
    for (const pid of [...descendantsOf(shim.pid), shim.pid]) kill(pid);
  }
  return stopped;
}

/** Starts what was stopped, with its arguments, working directory and log, and again what ends at once, as an init system does. */
export async function startNode(stopped: StoppedNode): Promise<void> {
  for (const program of stopped) {
    for (let attempt = 1; !(await stays(program)); attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`${program.argv[0]} does not stay up; see ${program.output}`);
    }
  }
}

const ATTEMPTS = 15;
const UP_MS = 3000;

/** The kubelet ends when containerd does not answer yet. */
async function stays({ argv, cwd, output, pidFiles }: StoppedProgram): Promise<boolean> {
  const [program = '', ...args] = argv;
  const log = openSync(output, 'a');
  const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
  for (const file of pidFiles) writeFileSync(file, `${child.pid}\n`);
  await sleep(UP_MS);
  return child.exitCode === null && child.signalCode === null;
}

/** Files `*.pid` beside it that hold its id. */
function pidFilesOf({ pid, cwd }: Program): readonly string[] {
  const files = readdirSync(cwd).filter((name) => name.endsWith('.pid'));
  return files.map((name) => join(cwd, name)).filter((file) => readFileSync(file, 'utf8').trim() === String(pid));
}

/**
 * Another engine on this machine may run a containerd too: the node's listens where the shims of its containers report to,
 * which is their argument `-address`.
 */
function containerdOf(shims: readonly Program[]): Program {
  const addresses = new Set(shims.map(({ argv }) => argv[argv.indexOf('-address') + 1] ?? ''));
  const sockets = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , flags, , , , path = '']) => flags === LISTENING && addresses.has(path))
    .map(([, , , , , , inode = '']) => `socket:[${inode}]`);
  const listens = ({ pid }: Program): boolean => openFilesOf(pid).some((file) => sockets.includes(file));
  return theOnly('containerd', programs().filter(isNamed('containerd')).filter(listens));
}

/** __SO_ACCEPTCON, as /proc/net/unix writes it. */
const LISTENING = '00010000';

function isNamed(name: string): (program: Program) => boolean {
  return ({ argv }) => basename(argv[0] ?? '') === name;
}

function theOnly(name: string, found: readonly Program[]): Program {
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} programs named ${name} run this machine's node; it has one`);
  return found[0];
}

function openFilesOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return []; // It was closed since it was listed.
    }
  });
}

/** Another engine on this machine has shims of its own, in another of containerd's namespaces. */
function isShimOfKubernetes({ argv }: Program): boolean {
  return basename(argv[0] ?? '').startsWith('containerd-shim') && argv.includes('k8s.io');
}

/** The environment that a program was started with, as one text. */
export function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Every program of this machine. */
export function programs(): readonly Program[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
        const place = { cwd: readlinkSync(`/proc/${pid}/cwd`), output: readlinkSync(`/proc/${pid}/fd/1`) };
        return [{ pid: Number(pid), argv, ...place }];
      } catch {
        // It has ended since it was listed.
        return [];
      }
    });
}

function descendantsOf(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [...descendantsOf(child), child]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with its parent.
  }
}
