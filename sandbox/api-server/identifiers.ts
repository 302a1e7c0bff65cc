/** Uids and generated names that depend on a seed and a counter only. */
import { createHash, randomUUID } from 'node:crypto';

export interface Identifiers {
  uid(): string;
  /** Five characters for `generateName`. */
  suffix(): string;
  /** How many uids were given out. */
  readonly serial: number;
}

/** The letters of Kubernetes' generated names: none that could spell a word. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Reproducible identifiers of a seed. */
export function identifiers(seed: string): Identifiers {
  let serial = 0;
  let names = 0;
  const prefix = createHash('sha256').update(seed).digest('hex');
  return {
    uid() {
      const count = (++serial).toString(16).padStart(12, '0');
      return `${prefix.slice(0, 8)}-${prefix.slice(8, 12)}-4${prefix.slice(12, 15)}-a${prefix.slice(15, 18)}-${count}`;
    },
    suffix() {
      const digest = createHash('sha256').update(`${seed}/${++names}`).digest();
      return [...digest.subarray(0, 5)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
    },
    get serial() {
      return serial;
    },
  };
}

/** Identifiers that no other process shares, for a cluster whose data outlives it. */
export function uniqueIdentifiers(): Identifiers {
  const counted = identifiers(randomUUID());
  return {
    uid() {
      counted.uid();
      return randomUUID();
    },
    suffix: () => counted.suffix(),
    get serial() {
      return counted.serial;
    },
  };
}
