/**
 * client-go's rate-limiting work queue (util/workqueue): a key waits at most once and is never worked on twice at a time;
 * of several delayed additions the earliest counts; failures back off per key, within a bucket of the whole queue.
 */
import type { Clock } from '../clock.ts';

const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 1000 * 1000;
const BUCKET_PER_SECOND = 10;
const BUCKET_BURST = 100;

export class WorkQueue {
  readonly #clock: Clock;
  readonly #ready: () => void;
  readonly #order: string[] = [];
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #delayed = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  #tokens = BUCKET_BURST;
  #tokensAt: number;
  #closed = false;

  /** `ready` is called whenever a key may be taken. */
  constructor(clock: Clock, ready: () => void) {
    this.#clock = clock;
    this.#ready = ready;
    this.#tokensAt = clock.now();
  }

  add(key: string): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (this.#processing.has(key)) return;
    this.#order.push(key);
    this.#ready();
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) return this.add(key);
    const at = this.#clock.now() + delayMs;
    const pending = this.#delayed.get(key);
    if (pending && pending.at <= at) return;
    pending?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** Adds the key after its backoff: 5 ms, 10 ms, … 1000 s, or later where the bucket of the queue is empty. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.max(Math.min(BASE_DELAY_MS * 2 ** failures, MAX_DELAY_MS), this.#bucketDelay()));
  }

  /** Ends the key's backoff. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  take(): string | undefined {
    const key = this.#order.shift();
    if (key === undefined) return undefined;
    this.#processing.add(key);
    this.#dirty.delete(key);
    return key;
  }

  /** Must follow each `take` when the work on the key is over. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#closed || !this.#dirty.has(key)) return;
    this.#order.push(key);
    this.#ready();
  }

  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#order.length = 0;
  }

  #bucketDelay(): number {
    const now = this.#clock.now();
    this.#tokens = Math.min(BUCKET_BURST, this.#tokens + ((now - this.#tokensAt) / 1000) * BUCKET_PER_SECOND) - 1;
    this.#tokensAt = now;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / BUCKET_PER_SECOND) * 1000;
  }
}
