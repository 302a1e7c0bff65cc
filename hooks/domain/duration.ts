/**
 * Durations in Go's text form (`1h30m`, `300ms`), as KubeStash's timeouts, delays and component durations are written
 * (Go `time.ParseDuration`), read strictly: what Go would take but no backup can mean is refused too.
 */
import { ok, refused, type Parsed } from './result.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Ten years: above it, a duration is a slip of the pen. */
const MAX_MS = 10 * 365 * 24 * 3_600_000;

/** Milliseconds of a Go duration, zero or more, at most ten years. */
export function parseDuration(text: unknown): Parsed<number> {
  if (typeof text !== 'string' || text === '') return refused(`${shown(text)} is no duration; ${HINT}`);
  if (text === '0') return ok(0);
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (match === null) return refused(`${shown(text)} is no duration; ${HINT}`);
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
  }
  return total <= MAX_MS ? ok(total) : refused(`${shown(text)} is longer than ten years; ${HINT}`);
}

/** Milliseconds of a Go duration that must be above zero, such as a timeout. */
export function parsePositiveDuration(text: unknown): Parsed<number> {
  const parsed = parseDuration(text);
  if (!parsed.ok || parsed.value > 0) return parsed;
  return refused(`${shown(text)} is no time at all; ${HINT}`);
}

/** Go's text of a duration, to the millisecond: `0s`, `350ms`, `1m0.5s`, `26h0m0s`. Negative values count as zero. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor((whole % 3_600_000) / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** As `formatDuration`, rounded to seconds: how session durations are shown (kubestash-api.md §6.1 #50). */
export function formatSeconds(milliseconds: number): string {
  return formatDuration(Math.round(milliseconds / 1000) * 1000);
}

const HINT = 'write numbers with units h, m, s or ms, for example 1h30m';

function shown(text: unknown): string {
  const json = JSON.stringify(text) ?? 'nothing';
  return json.length <= 60 ? json : `${json.slice(0, 57)}..."`;
}
