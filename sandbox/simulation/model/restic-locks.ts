/**
 * restic's locks (R:internal/repository/lock_file.go): list, write, wait 200 ms, list again; refreshed every 5 minutes; stale
 * after 30 minutes by the clock of who looks, or at once where the holder was a process of this very host that is gone.
 */
import { ResticFailure, idOf, type ResticSession } from './restic-session.ts';

export interface LockObject {
  readonly time: string;
  readonly exclusive: boolean;
  readonly hostname: string;
  /** Of the model: the process that holds it. */
  readonly process: string;
}

const STALE_MS = 30 * 60_000;
const REFRESH_MS = 5 * 60_000;
const WAIT_MS = 200;

export interface HeldLock {
  /** Does work that takes this long, and keeps the lock fresh meanwhile. */
  work(ms: number): Promise<void>;
  release(): Promise<void>;
}

/** Waits up to `--retry-lock` for others; 11 after that. */
export async function locked(session: ResticSession, exclusive: boolean): Promise<HeldLock> {
  const until = session.host.now() + retryMs(session);
  for (let pauseMs = 5000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    const name = await acquired(session, exclusive);
    if (name !== undefined) return held(session, exclusive, name);
    if (session.host.now() + pauseMs > until)
      throw new ResticFailure(11, `unable to create lock in backend: repository is already locked by another process`);
    await session.pause(pauseMs);
  }
}

async function acquired(session: ResticSession, exclusive: boolean): Promise<string | undefined> {
  if (await isHindered(session, exclusive)) return undefined;
  const name = await written(session, exclusive);
  await session.pause(WAIT_MS);
  if (!(await isHindered(session, exclusive, name))) return name;
  await session.remove(`locks/${name}`);
  return undefined;
}

async function isHindered(session: ResticSession, exclusive: boolean, own?: string): Promise<boolean> {
  for (const name of await session.list('locks')) {
    if (name === own) continue;
    const text = await session.read(`locks/${name}`);
    if (text === undefined || text === '') continue;
    const lock = lockFrom(text);
    if (!lock) throw new ResticFailure(1, `Fatal: unable to create lock in backend: invalid lock file ${name}`);
    if (exclusive || lock.exclusive) return true;
  }
  return false;
}

async function written(session: ResticSession, exclusive: boolean): Promise<string> {
  const { hostname, name } = session.host;
  const lock: LockObject = { time: session.time(), exclusive, hostname, process: name };
  const text = JSON.stringify(lock);
  const id = idOf(text);
  await session.write(`locks/${id}`, text);
  return id;
}

function held(session: ResticSession, exclusive: boolean, first: string): HeldLock {
  let name = first;
  let freshAt = session.host.now();
  return {
    async work(ms) {
      for (let left = ms; left > 0; left -= REFRESH_MS) {
        await session.pause(Math.min(left, REFRESH_MS));
        if (session.host.now() - freshAt < REFRESH_MS) continue;
        const next = await written(session, exclusive);
        await session.remove(`locks/${name}`);
        [name, freshAt] = [next, session.host.now()];
      }
    },
    release: () => session.remove(`locks/${name}`),
  };
}

/** `unlock`: stale locks go; `--remove-all` takes every one. Locks that cannot be read stay. */
export async function unlock(session: ResticSession): Promise<void> {
  for (const name of await session.list('locks')) {
    const text = await session.read(`locks/${name}`);
    if (text === undefined) continue;
    const lock = lockFrom(text);
    if (session.flags.has('--remove-all') || (lock && isStale(session, lock))) await session.remove(`locks/${name}`);
  }
}

function isStale(session: ResticSession, lock: LockObject): boolean {
  if (session.now() - Date.parse(lock.time) > STALE_MS) return true;
  return lock.hostname === session.host.hostname && !session.host.isAlive(lock.process);
}

/** The lock in these bytes; undefined where they are cut short. */
export function lockFrom(text: string): LockObject | undefined {
  try {
    return JSON.parse(text) as LockObject;
  } catch {
    return undefined;
  }
}

function retryMs(session: ResticSession): number {
  const text = session.valuesOf('--retry-lock')[0];
  const match = /^(\d+)([smh])$/.exec(text ?? '');
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? 's'] ?? 0;
  return Number(match?.[1] ?? 0) * unit;
}
