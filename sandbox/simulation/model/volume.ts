/** The files of a PersistentVolumeClaim, and every state that they were ever in: what a backup must be equal to (L14). */
import { createHash } from 'node:crypto';

export interface VolumeFile {
  /** Names the bytes: equal ids are equal bytes. */
  readonly blob: string;
  readonly sizeBytes: number;
}

export interface VolumeState {
  readonly at: number;
  /** Path below the volume, without a leading slash. */
  readonly files: ReadonlyMap<string, VolumeFile>;
}

export class Volume {
  readonly name: string;
  readonly #states: VolumeState[];
  /** Paths that no process may read, as long as they are in here. */
  readonly unreadable = new Set<string>();

  constructor(name: string, now: number) {
    this.name = name;
    const files = ['index', 'data/one', 'data/two'].map((path, index) => [
      path,
      fileOf(`${name}/${path}`, 700 + index),
    ]);
    this.#states = [{ at: now, files: new Map(files as [string, VolumeFile][]) }];
  }

  get files(): ReadonlyMap<string, VolumeFile> {
    return this.#last().files;
  }

  /** Every state that held at some time from `from` to `to`. */
  statesBetween(from: number, to: number): readonly VolumeState[] {
    return this.#states.filter(({ at }, index) => at <= to && (this.#states[index + 1]?.at ?? Infinity) >= from);
  }

  /** The workload writes; `undefined` removes. */
  change(now: number, path: string, seed: string | undefined): void {
    const files = new Map(this.files);
    if (seed === undefined) files.delete(path);
    else files.set(path, fileOf(seed, 500 + seed.length));
    this.#states.push({ at: now, files });
  }

  /** A restore puts a file back. */
  restore(now: number, path: string, file: VolumeFile): void {
    const found = this.files.get(path);
    if (found?.blob === file.blob) return;
    this.#states.push({ at: now, files: new Map(this.files).set(path, file) });
  }

  empty(now: number): void {
    this.#states.push({ at: now, files: new Map() });
  }

  #last(): VolumeState {
    const last = this.#states.at(-1);
    if (!last) throw new Error(`volume ${this.name} has no state`);
    return last;
  }
}

function fileOf(seed: string, sizeBytes: number): VolumeFile {
  return { blob: createHash('sha256').update(seed).digest('hex').slice(0, 16), sizeBytes };
}
