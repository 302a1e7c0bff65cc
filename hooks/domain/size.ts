/** Byte counts as KubeStash writes them into statuses (kubestash-api.md §1.4): `0 B`, `1.234 GiB`. */
import { ok, refused, type Parsed } from './result.ts';

const UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];

/** The text of a byte count: three decimals of the largest unit that is strictly smaller than it, else whole bytes. */
export function formatSize(bytes: number): string {
  const whole = Number.isFinite(bytes) ? Math.max(0, Math.round(bytes)) : 0;
  const unit = UNITS.find(([, size]) => whole > size);
  return unit === undefined ? `${whole} B` : `${(whole / unit[1]).toFixed(3)} ${unit[0]}`;
}

/** Whole bytes of such a text, as exact as its three decimals. */
export function parseSize(text: unknown): Parsed<number> {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?) (B|KiB|MiB|GiB|TiB)$/.exec(text) : null;
  if (match === null) return refused('a size is a number and a unit, for example 12 B or 1.234 GiB');
  const factor = UNITS.find(([unit]) => unit === match[2])?.[1] ?? 1;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? ok(bytes) : refused('a size beyond 8 PiB cannot be counted exactly');
}

/** The text of a sum of such texts; undefined as soon as one is missing or malformed (the sum would be a lie). */
export function sumOfSizes(texts: readonly (string | undefined)[]): string | undefined {
  let total = 0;
  for (const text of texts) {
    const parsed = parseSize(text);
    if (!parsed.ok) return undefined;
    total += parsed.value;
  }
  return formatSize(total);
}
