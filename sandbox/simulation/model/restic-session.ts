/** One run of the modelled restic: its requests to the store, with restic's own retries, and how it ends. */
import { createHash } from 'node:crypto';
import type { ResticRun } from '../../../mover/restic/process.ts';
import { DiskError, type Disk } from './disk.ts';
import type { VolumeFile } from './volume.ts';

/** The process that runs restic, and its surroundings. */
export interface ResticHost {
  /** Names the process in audits. */
  readonly name: string;
  /** In a Pod the Pod's name. */
  readonly hostname: string;
  readonly now: () => number;
  /** Carries out one step, later; a process that is killed meanwhile hears nothing of it. */
  does<Result>(what: string, act: () => Result, ms: number): Promise<Result>;
  repositoryAt(url: string): { readonly disk: Disk; readonly key: string };
  /** Files at and below an absolute path; undefined where it does not exist. */
  filesAt(path: string): readonly SourceFile[] | undefined;
  restore(path: string, file: VolumeFile): void;
  writeListing(file: string, lines: readonly string[]): void;
  /** Whether a process of this very host is alive. */
  isAlive(name: string): boolean;
}

export interface SourceFile extends VolumeFile {
  /** Absolute. */
  readonly path: string;
  readonly unreadable?: boolean;
}

/** restic ends with this code and these words. */
export class ResticFailure extends Error {
  readonly code: number;
  constructor(code: number, words: string) {
    super(words);
    this.code = code;
  }
}

/** restic retries a backend call for 15 minutes (internal/global/global.go). */
const RETRY_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 60_000;
const REQUEST_MS = 60;

export class ResticSession {
  readonly run: ResticRun;
  readonly host: ResticHost;
  readonly disk: Disk;
  /** Key of the repository on the disk. */
  readonly root: string;
  readonly flags: ReadonlySet<string>;
  readonly #clockSkewMs: number;

  constructor(run: ResticRun, host: ResticHost, clockSkewMs: number) {
    this.run = run;
    this.host = host;
    const { disk, key } = host.repositoryAt(run.env['RESTIC_REPOSITORY'] ?? '');
    this.disk = disk;
    this.root = key;
    this.flags = new Set(run.args.filter((arg) => arg.startsWith('-')));
    this.#clockSkewMs = clockSkewMs;
  }

  /** The container's own clock. */
  now(): number {
    return this.host.now() + this.#clockSkewMs;
  }

  time(): string {
    return new Date(this.now()).toISOString();
  }

  /** Values of a flag that may be repeated. */
  valuesOf(flag: string): readonly string[] {
    return this.run.args.flatMap((arg, index) => (this.run.args[index - 1] === flag ? [arg] : []));
  }

  /** What stands after `--`, or, without it, what is no flag. */
  operands(): readonly string[] {
    const end = this.run.args.indexOf('--');
    return end < 0 ? [] : this.run.args.slice(end + 1);
  }

  say(message: object): void {
    this.run.onMessage?.(message as Parameters<NonNullable<ResticRun['onMessage']>>[0]);
  }

  line(text: string): void {
    this.run.onLine?.(text);
  }

  keyOf(name: string): string {
    return `${this.root}/${name}`;
  }

  read(name: string): Promise<string | undefined> {
    return this.#asked(`read ${name}`, () => this.disk.read(this.keyOf(name)));
  }

  write(name: string, text: string, ms = REQUEST_MS): Promise<void> {
    return this.#asked(`write ${name}`, () => this.disk.write(this.keyOf(name), text, this.#by()), ms);
  }

  remove(name: string): Promise<void> {
    return this.#asked(`delete ${name}`, () => this.disk.remove(this.keyOf(name), this.#by()));
  }

  /** Names below a folder of the repository, without the folder. */
  list(folder: string): Promise<readonly string[]> {
    const start = `${this.keyOf(folder)}/`;
    return this.#asked(`list ${folder}`, () =>
      this.disk.keysBelow(this.keyOf(folder)).map((key) => key.slice(start.length)),
    );
  }

  pause(ms: number): Promise<void> {
    return this.host.does('wait', () => undefined, ms);
  }

  #by(): { readonly name: string; readonly now: number } {
    return { name: this.host.name, now: this.host.now() };
  }

  async #asked<Result>(what: string, act: () => Result, ms = REQUEST_MS): Promise<Result> {
    // Told to stop, it still removes its lock and does nothing else.
    if (this.run.signal.aborted && !what.startsWith('delete locks/')) return new Promise(() => undefined);
    const until = this.host.now() + RETRY_MS;
    for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.host.does(`restic ${this.run.args[0]}: ${what}`, act, ms);
      } catch (thrown) {
        if (!(thrown instanceof DiskError)) throw thrown;
        if (thrown.refusal !== 'unreachable') throw new ResticFailure(1, `Fatal: ${thrown.message}`);
        if (this.host.now() + pauseMs > until) throw new ResticFailure(1, `Fatal: ${thrown.message}: timeout`);
        await this.pause(pauseMs);
      }
    }
  }
}

/** restic's ids: the SHA-256 of the stored bytes. */
export function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
