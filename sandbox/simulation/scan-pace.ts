/**
 * How often a storage is looked through. The hooks say every 24 hours; in the bundle they read it here (bundle.ts), since thirty
 * scans of a store in which nothing happened would be most of a calm month's work and tell what five tell. One seed runs at a time.
 */
const HOUR_MS = 3600_000;

export let scanEveryMs = 24 * HOUR_MS;

/** For the seed that runs from now on. */
export function scanEveryHours(hours: number): void {
  scanEveryMs = hours * HOUR_MS;
}
