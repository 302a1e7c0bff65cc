/**
 * The restic program behind one interface. Every method is one run of it, or two where a lock had to be cleared. A restic
 * below 0.18 is refused with `ResticTooOld`.
 */
import { join } from 'node:path';
import type { JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { EXIT, exitFault } from './exit-codes.ts';
import type { ResticLocation } from './location.ts';
import { runRestic, type ResticExit } from './process.ts';

/** Codes 10 to 12 came with 0.17.1, subfolder restores and `--json` for all commands used here by 0.18 (faults.md §5). */
const OLDEST_MINOR = 18;

/** How long restic itself waits for another process's lock; prune and check hold theirs for that order of time. */
const RETRY_LOCK = '15m';
/** Long enough for another mover's short work. */
const FIRST_WAIT = '20s';
/** restic retries a backend call for 15 minutes; what is silent longer is hung. */
const SILENCE_MS = 20 * 60_000;

export interface ResticOptions {
  readonly binary: string;
  readonly location: ResticLocation;
  readonly password: string;
  /** Further environment: PATH, proxies, workload identity. */
  readonly inherited: Readonly<Record<string, string>>;
  /** Working directory of every run. */
  readonly root: string;
  readonly scratch: string;
  readonly cache: boolean;
  readonly signal: AbortSignal;
  /** Cuts Secret values out of restic's words. */
  readonly clean: (text: string) => string;
  readonly retryLock?: string;
  readonly silenceMs?: number;
}

export interface ResticCall {
  /** Command, its flags and operands, operands after `--`. */
  readonly args: readonly string[];
  readonly onMessage?: (message: JsonObject) => void;
  readonly onLine?: (line: string) => void;
  readonly stdoutFile?: string;
  /** Runs beside another call that must not be slowed down. */
  readonly background?: boolean;
  /** Longest time without a line; for work that says nothing for hours. */
  readonly silenceMs?: number;
  /** Exit codes that the caller handles itself, beside 0. */
  readonly accept?: readonly number[];
}

export interface Restic {
  /** Whether the repository exists and this password opens it. */
  exists(): Promise<boolean>;
  /** Makes a new repository. The caller has proved that there is none (repository.ts). */
  init(): Promise<void>;
  /** Removes locks that restic itself holds for stale; never `--remove-all` (faults.md S10). */
  unlock(): Promise<void>;
  /** One run; a lock is waited for, stale ones are cleared once. Exit codes that are not accepted throw. */
  call(call: ResticCall): Promise<ResticExit>;
}

/** restic on one repository. The first run is accompanied by a look at restic's version. */
export function openRestic(options: ResticOptions): Restic {
  const plain = (call: ResticCall, flags: readonly string[], signal = options.signal): Promise<ResticExit> =>
    runRestic({
      binary: options.binary,
      args: [...call.args.slice(0, 1), ...flags, ...call.args.slice(1)],
      env: environmentOf(options),
      cwd: options.root,
      signal,
      clean: options.clean,
      silenceMs: call.silenceMs ?? options.silenceMs ?? SILENCE_MS,
      ...(call.onMessage ? { onMessage: call.onMessage } : {}),
      ...(call.onLine ? { onLine: call.onLine } : {}),
      ...(call.stdoutFile ? { stdoutFile: call.stdoutFile } : {}),
      ...(call.background ? { background: true } : {}),
    });
  let version: Promise<string> | undefined;
  const run = (call: ResticCall, flags: readonly string[]): Promise<ResticExit> => {
    version ??= versionOf((wanted) => plain(wanted, ['--json']));
    return gated(version, options.signal, (signal) => plain(call, flags, signal));
  };
  const flags = ['--json', ...cacheFlags(options), ...options.location.flags];
  const locking = (wait: string): readonly string[] => [...flags, '--retry-lock', wait];
  const unlock = async (): Promise<void> => {
    const exit = await run({ args: ['unlock'] }, flags);
    if (exit.code !== EXIT.done) throw exitFault(exit, 'unlock');
  };
  const call = async (wanted: ResticCall): Promise<ResticExit> => {
    const patience = options.retryLock ?? RETRY_LOCK;
    let exit = await run(wanted, locking(FIRST_WAIT));
    // A lock that is provably dead already is not waited for; another may become so while it is.
    for (const wait of [patience, patience]) {
      if (exit.code !== EXIT.locked) break;
      await unlock();
      exit = await run(wanted, locking(wait));
    }
    if (exit.code === EXIT.done || (exit.code !== undefined && wanted.accept?.includes(exit.code))) return exit;
    throw exitFault(exit, wanted.args[0] ?? '');
  };
  return {
    exists: async () => {
      const exit = await run({ args: ['cat', '--no-lock', '--', 'config'] }, flags);
      if (exit.code === EXIT.noRepository) return false;
      if (exit.code === EXIT.done) return true;
      throw exitFault(exit, 'cat config');
    },
    init: async () => {
      const exit = await run({ args: ['init'] }, flags);
      if (exit.code !== EXIT.done) throw exitFault(exit, 'init');
    },
    unlock,
    call,
  };
}

/**
 * Runs `work` beside the version check and stops it when the version is too old. The check takes 15 ms and restic first
 * derives a key for hundreds, so nothing is read or written before it ends; one after the other would cost its time.
 */
async function gated<T>(
  version: Promise<string>,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooOld = new AbortController();
  const [verdict, done] = await Promise.allSettled([
    version.catch((thrown: unknown) => {
      tooOld.abort();
      throw thrown;
    }),
    work(AbortSignal.any([outer, tooOld.signal])),
  ]);
  if (verdict.status === 'rejected') throw verdict.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

async function versionOf(run: (call: ResticCall) => Promise<ResticExit>): Promise<string> {
  let found = '';
  const remember = (text: unknown): void => {
    if (typeof text === 'string') found = text;
  };
  const exit = await run({
    args: ['version'],
    onMessage: (message) => remember(message['version']),
    onLine: (line) => remember(/^restic (\S+)/.exec(line)?.[1]),
  });
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(found) ?? [];
  const newEnough = Number(major) > 0 || Number(minor) >= OLDEST_MINOR;
  if (exit.code === EXIT.done && newEnough) return found;
  throw new Fault('ResticTooOld', found === '' ? 'restic does not say its version' : `restic is version ${found}`);
}

function environmentOf(options: ResticOptions): Readonly<Record<string, string>> {
  return {
    ...options.inherited,
    ...options.location.env,
    RESTIC_REPOSITORY: options.location.url,
    RESTIC_PASSWORD: options.password,
    // One status line a second feeds the report, which limits itself further (report/reporter.ts).
    RESTIC_PROGRESS_FPS: '1',
    TMPDIR: options.scratch,
    // Calendar rules of `forget` use the offset stored in the snapshot (faults.md §5).
    TZ: 'UTC',
  };
}

function cacheFlags(options: ResticOptions): readonly string[] {
  return options.cache ? ['--cache-dir', join(options.scratch, 'restic-cache'), '--cleanup-cache'] : ['--no-cache'];
}
