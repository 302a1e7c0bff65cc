/** Everything that happened, as one hash and as lines for a reader: equal runs have equal hashes. */
import { createHash } from 'node:crypto';

export interface TraceLine {
  readonly at: number;
  /** `api`, `disk`, `fault`, `mover`, `says`. */
  readonly from: string;
  readonly text: string;
}

export interface Trace {
  add(from: string, text: string): void;
  /** Hash of all lines so far. */
  digest(): string;
  /** Kept lines; none unless they were asked for. */
  readonly lines: readonly TraceLine[];
  readonly length: number;
}

/** A trace on this clock. */
export function traceOn(clock: { readonly now: () => number }, keepsLines: boolean): Trace {
  const lines: TraceLine[] = [];
  const pending: string[] = [];
  let hash = createHash('sha256');
  let length = 0;
  const flush = (): void => {
    hash.update(pending.join('\n'));
    pending.length = 0;
  };
  return {
    add(from, text) {
      const at = clock.now();
      length += 1;
      pending.push(`${at} ${from} ${text}`);
      if (pending.length > 500) flush();
      if (keepsLines) lines.push({ at, from, text });
    },
    digest() {
      flush();
      const copy = hash.copy();
      hash = copy.copy();
      return copy.digest('hex');
    },
    lines,
    get length() {
      return length;
    },
  };
}
