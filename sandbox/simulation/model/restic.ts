/**
 * The restic program as a model: the commands that the mover uses, their locks and exit codes, over a modelled store. Any
 * run may be cut between two requests. Held against the real restic by test/simulation/restic-model.test.ts.
 */
import { Fault } from '../../../mover/faults.ts';
import type { ResticExit, ResticRun } from '../../../mover/restic/process.ts';
import { backup, snapshots } from './restic-backup.ts';
import { locked, unlock, type HeldLock } from './restic-locks.ts';
import { check, forget, prune } from './restic-maintenance.ts';
import { init, opened } from './restic-repository.ts';
import { ls, restore } from './restic-restore.ts';
import { ResticFailure, ResticSession, type ResticHost } from './restic-session.ts';

export const MODELLED_VERSION = '0.18.1';

/** How this run differs from a healthy one. */
export interface ResticWeather {
  /** Further time per uploaded pack. */
  readonly slownessMs?: number;
  /** The container's clock against the world's. */
  readonly clockSkewMs?: number;
}

/** R:cmd/restic: openWithExclusiveLock, openWithAppendLock and openWithReadLock by command. */
const LOCKS: Readonly<Record<string, 'exclusive' | 'shared'>> = {
  backup: 'shared',
  restore: 'shared',
  snapshots: 'shared',
  ls: 'shared',
  stats: 'shared',
  forget: 'exclusive',
  prune: 'exclusive',
  check: 'exclusive',
};

/** Runs restic to its end. Rejects with `Interrupted` when it was told to stop, as the real runner does. */
export async function modelledRestic(
  run: ResticRun,
  host: ResticHost,
  weather: ResticWeather = {},
): Promise<ResticExit> {
  const [command = ''] = run.args;
  if (command === 'version') {
    run.onMessage?.({
      message_type: 'version',
      version: MODELLED_VERSION,
      go_version: 'go1.24',
      go_os: 'linux',
      go_arch: 'amd64',
    });
    return { code: 0, signal: undefined, words: '' };
  }
  const session = new ResticSession(run, host, weather.clockSkewMs ?? 0);
  const work = ended(session, command, weather.slownessMs ?? 0);
  return run.signal.aborted ? Promise.reject(stopped(command)) : Promise.race([work, interruption(run, command)]);
}

function interruption(run: ResticRun, command: string): Promise<never> {
  return new Promise((_, reject) => {
    run.signal.addEventListener('abort', () => reject(stopped(command)), { once: true });
  });
}

function stopped(command: string): Fault {
  return new Fault('Interrupted', `restic ${command} was stopped`);
}

async function ended(session: ResticSession, command: string, slownessMs: number): Promise<ResticExit> {
  try {
    return { code: await done(session, command, slownessMs), signal: undefined, words: '' };
  } catch (thrown) {
    if (thrown instanceof ResticFailure) return { code: thrown.code, signal: undefined, words: thrown.message };
    throw thrown;
  }
}

async function done(session: ResticSession, command: string, slownessMs: number): Promise<number> {
  if (command === 'init') {
    await init(session);
    return 0;
  }
  if (command === 'unlock') {
    await opened(session);
    await unlock(session);
    return 0;
  }
  await opened(session);
  const kind = session.flags.has('--no-lock') ? undefined : LOCKS[command];
  if (kind === undefined) return withLock(session, command, UNLOCKED, slownessMs);
  const lock = await locked(session, kind === 'exclusive');
  const release = (): void => void lock.release().catch(() => undefined);
  session.run.signal.addEventListener('abort', release, { once: true });
  try {
    return await withLock(session, command, lock, slownessMs);
  } finally {
    session.run.signal.removeEventListener('abort', release);
    await lock.release().catch(() => undefined);
  }
}

const UNLOCKED: HeldLock = { work: async () => undefined, release: async () => undefined };

type Work = (session: ResticSession, lock: HeldLock, slownessMs: number) => Promise<number>;

/** A command that ends well whenever it ends. */
function well(work: (session: ResticSession, lock: HeldLock) => Promise<void> | void): Work {
  return async (session, lock) => {
    await work(session, lock);
    return 0;
  };
}

const WORK: Readonly<Record<string, Work>> = {
  cat: well((session) => session.line(JSON.stringify({ version: 2 }))),
  backup,
  snapshots: well(snapshots),
  restore,
  ls: well(ls),
  forget,
  prune: well(prune),
  check,
  stats: well((session) => session.line(JSON.stringify({ total_size: 0, total_file_count: 0 }))),
  list: well(async (session) => {
    for (const name of await session.list(session.run.args.at(-1) ?? 'locks')) session.line(name);
  }),
};

async function withLock(session: ResticSession, command: string, lock: HeldLock, slownessMs: number): Promise<number> {
  const work = WORK[command];
  if (!work) throw new ResticFailure(1, `unknown command "${command}" for "restic"`);
  return work(session, lock, slownessMs);
}
