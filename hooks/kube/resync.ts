/** When a parent is looked at again though nothing has woken it: `resyncAfterSeconds` of an answer (design §2). */
import type { Instant } from './metacontroller.ts';

/** Every answer that is not terminal asks to be looked at again after this long at most. */
export const LONGEST_RESYNC_SECONDS = 300;

/**
 * Whole seconds until the first of these instants, from 1 to `longest`. One that has come is looked at in the next sync;
 * without any it is `longest`.
 */
export function secondsUntil(
  instants: readonly (Instant | undefined)[],
  now: Instant,
  longest: number = LONGEST_RESYNC_SECONDS,
): number {
  const next = Math.min(...instants.filter((one) => one !== undefined));
  return Math.max(1, Math.min(longest, Math.ceil((next - now) / 1000)));
}

/** Those that have not come yet: what was due before has been judged, and wakes nobody again. */
export function stillToCome(instants: readonly (Instant | undefined)[], now: Instant): readonly Instant[] {
  return instants.filter((one): one is Instant => one !== undefined && one > now);
}
