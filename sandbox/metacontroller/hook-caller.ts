/** How the host reaches hooks, and what one sync of a parent asks of its surroundings while it runs. */
import type { StoredObject } from '../api-server/api.ts';
import type { JsonMap } from '../api-server/values.ts';

export interface HookAnswer {
  readonly code: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; an in-process caller may hand over the JSON value instead. */
  readonly body: string | JsonMap;
}

export interface HookOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** After this the host no longer waits for the answer. */
  readonly timeoutMs: number;
}

/** An answer that comes in a later task of the clock, without a promise; an Error is a network error. */
export type LaterAnswer = (settle: (answer: HookAnswer | Error) => void) => void;

/**
 * Posts the request to the URL. A caller that answers at once keeps a whole sync inside one task. A rejection or exception
 * is a network error; its message goes into the SyncError event.
 */
export type HookCaller = (
  url: string,
  body: JsonMap,
  options: HookOptions,
) => HookAnswer | LaterAnswer | Promise<HookAnswer>;

/** What a sync waits for: everything else in it happens at once. */
export type Wait =
  | { readonly wait: 'hook'; readonly url: string; readonly body: JsonMap; readonly options: HookOptions }
  | { readonly wait: 'time'; readonly ms: number }
  /** A request to an API server that is not in this process; undefined where there is nothing to hand back. */
  | { readonly wait: 'request'; readonly send: () => Promise<StoredObject | undefined> };

/** What came of a wait. */
export type Outcome =
  | { readonly answer: HookAnswer }
  | { readonly failure: string }
  | { readonly slept: true }
  | { readonly stored: StoredObject | undefined }
  | { readonly refused: Error };

/** A piece of a sync: yields waits, is resumed with their outcomes. */
export type Steps<Result> = Generator<Wait, Result, Outcome>;

/** Answer 429: try again after so many seconds, without an event and without backoff. */
export class TooManyRequests extends Error {
  readonly afterSeconds: number;
  constructor(afterSeconds: number) {
    super(`too many requests, retry after ${afterSeconds} s`);
    this.afterSeconds = afterSeconds;
  }
}

/** The process of the real host dies at this point (a nil dereference): every controller in it stops. */
export class HostPanic extends Error {}
