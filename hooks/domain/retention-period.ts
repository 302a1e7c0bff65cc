/**
 * `RetentionPolicy.spec.maxRetentionPeriod`: KubeStash's own grammar (kubestash-api.md §1.3): `<int><unit>` any number of
 * times, units y mo w d h m, a repeated unit overwrites. A year is 365 days, a month 30.
 */
import { ok, refused, type Parsed } from './result.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * DAY_MS,
  mo: 30 * DAY_MS,
  w: 7 * DAY_MS,
  d: DAY_MS,
  h: 60 * MINUTE_MS,
  m: MINUTE_MS,
};
const PART = /(-?\d+)(y|mo|w|d|h|m)/y;
const MAX_MS = 1000 * 365 * DAY_MS;
const HINT = 'write numbers with units y, mo, w, d, h or m, for example 1y6mo or 30d';

/**
 * Milliseconds of a retention period; undefined for an empty text, which sets no limit. KubeStash takes negative numbers
 * and zero too: such a sum would let every Snapshot expire at once, so it is refused here.
 */
export function parseRetentionPeriod(text: unknown): Parsed<number | undefined> {
  if (typeof text !== 'string') return refused(`a retention period is text; ${HINT}`);
  const trimmed = text.trim();
  if (trimmed === '') return ok(undefined);
  const parts = new Map<string, number>();
  PART.lastIndex = 0;
  while (PART.lastIndex < trimmed.length) {
    const match = PART.exec(trimmed);
    if (match === null) return refused(`${JSON.stringify(trimmed.slice(0, 60))} is no retention period; ${HINT}`);
    parts.set(match[2] ?? '', Number(match[1]));
  }
  return checked(
    trimmed,
    [...parts].reduce((sum, [unit, count]) => sum + count * (UNIT_MS[unit] ?? 0), 0),
  );
}

function checked(text: string, milliseconds: number): Parsed<number> {
  const shown = JSON.stringify(text.slice(0, 60));
  if (milliseconds <= 0) return refused(`${shown} comes to no time at all and would remove every Snapshot; ${HINT}`);
  if (milliseconds > MAX_MS) return refused(`${shown} is longer than a thousand years; leave it out to keep for ever`);
  return ok(milliseconds);
}
