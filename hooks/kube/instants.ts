/** Points in time between the API's text and the hooks' milliseconds. Nothing here reads a clock. */
import type { Instant } from './metacontroller.ts';

const MILLISECONDS = '.000Z';

/** Seconds precision, UTC, as the API server stores `metav1.Time`. */
export function timestampOf(now: Instant): string {
  return `${new Date(now).toISOString().slice(0, -MILLISECONDS.length)}Z`;
}

/** The instant that a timestamp names, or undefined for anything that is not one (a user or an older version may have written it). */
export function instantOf(timestamp: unknown): Instant | undefined {
  if (typeof timestamp !== 'string') return undefined;
  const instant = Date.parse(timestamp);
  return Number.isNaN(instant) ? undefined : instant;
}
