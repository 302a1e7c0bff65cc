/** Comparing when hooks are called, in recordings that carry times. */
import type { HookEntry } from './trace.ts';
import type { HookCall } from './world.ts';

/** Shorter gaps are latency of the recording machine, not the host's doing. */
const NOTABLE_MS = 300;
const TOLERANCE = 0.3;
const SLACK_MS = 150;

/** What differs in the notable gaps between the hook calls of one segment. */
export function timingDifferences(expected: readonly HookEntry[], actual: readonly HookCall[]): string[] {
  const times = expected.flatMap((hook) => (typeof hook['ms'] === 'number' ? [hook['ms']] : []));
  if (times.length < expected.length || times.length < 2) return [];
  const wanted = notableGaps(times);
  const made = notableGaps(actual.map((hook) => hook.at));
  const fits = wanted.length === made.length && wanted.every((gap, index) => isClose(gap, made[index] ?? 0));
  return fits
    ? []
    : [`gaps between hook calls: expected ${wanted.join(', ') || 'none'} ms, got ${made.join(', ') || 'none'} ms`];
}

function notableGaps(times: readonly number[]): number[] {
  return times.slice(1).flatMap((time, index) => {
    const gap = time - (times[index] ?? 0);
    return gap >= NOTABLE_MS ? [gap] : [];
  });
}

function isClose(expected: number, actual: number): boolean {
  return Math.abs(expected - actual) <= expected * TOLERANCE + SLACK_MS;
}
