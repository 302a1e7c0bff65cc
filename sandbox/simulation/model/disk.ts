/**
 * What lies behind a BackupStorage: keys and texts, with the time and the process of every change. It outlives every
 * cluster. Its weather decides what a request comes to; the model of restic and the metadata store both go through it.
 */

export type Refusal = 'unreachable' | 'forbidden' | 'full' | 'absent';

/** A request that the store did not carry out. */
export class DiskError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, what: string) {
    super(`${refusal}: ${what}`);
    this.refusal = refusal;
  }
}

export interface StoredText {
  readonly text: string;
  readonly at: number;
  /** The process that wrote it. */
  readonly by: string;
}

export interface DiskChange {
  readonly verb: 'put' | 'delete';
  readonly key: string;
  readonly at: number;
  readonly by: string;
}

/** What holds for every request while it lasts. */
export interface Weather {
  /** No request arrives. */
  readonly outage?: boolean;
  /** The bucket or mount is not there. */
  readonly missing?: boolean;
  readonly readOnly?: boolean;
  readonly full?: boolean;
}

export class Disk {
  readonly name: string;
  readonly objects = new Map<string, StoredText>();
  weather: Weather = {};
  readonly #onChange: (disk: Disk, change: DiskChange) => void;

  constructor(name: string, onChange: (disk: Disk, change: DiskChange) => void = () => undefined) {
    this.name = name;
    this.#onChange = onChange;
  }

  read(key: string): string | undefined {
    this.#admit('read', key);
    return this.objects.get(key)?.text;
  }

  /** Keys below the directory, in order. */
  keysBelow(directory: string): readonly string[] {
    this.#admit('list', directory);
    const start = directory === '' ? '' : `${directory}/`;
    return [...this.objects.keys()].filter((key) => key.startsWith(start)).sort();
  }

  write(key: string, text: string, by: { readonly name: string; readonly now: number }): void {
    this.#admit('write', key);
    if (this.weather.readOnly) throw new DiskError('forbidden', `write ${key}`);
    if (this.weather.full) throw new DiskError('full', `write ${key}: no space left on device`);
    this.objects.set(key, { text, at: by.now, by: by.name });
    this.#onChange(this, { verb: 'put', key, at: by.now, by: by.name });
  }

  remove(key: string, by: { readonly name: string; readonly now: number }): void {
    this.#admit('delete', key);
    if (this.weather.readOnly) throw new DiskError('forbidden', `delete ${key}`);
    if (!this.objects.has(key)) return;
    // Told before it is gone, so that the audit sees what is lost.
    this.#onChange(this, { verb: 'delete', key, at: by.now, by: by.name });
    this.objects.delete(key);
  }

  #admit(verb: string, key: string): void {
    if (this.weather.outage) throw new DiskError('unreachable', `${verb} ${key}`);
    if (this.weather.missing) throw new DiskError('absent', `${verb} ${key}: the bucket is not there`);
  }
}
