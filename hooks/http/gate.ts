/**
 * How much is being read at one time. A hook itself runs to its end without a pause, so requests only pile up while
 * their bodies arrive; count and bytes of those are what memory is spent on.
 */
import { HookError } from './errors.ts';

export interface GateLimits {
  readonly requests: number;
  readonly bufferedBytes: number;
}

/** One request's place; give it back exactly once, whatever became of the request. */
export interface Place {
  /** Counts bytes that are held for this request; throws Busy when all requests together hold too many. */
  readonly hold: (bytes: number) => void;
  readonly release: () => void;
}

export interface Gate {
  /** Throws Busy when no place is free. */
  readonly enter: () => Place;
  readonly load: () => { readonly requests: number; readonly bufferedBytes: number };
}

/** A gate with nobody inside. */
export function createGate(limits: GateLimits): Gate {
  let requests = 0;
  let bufferedBytes = 0;
  const enter = (): Place => {
    if (requests >= limits.requests) throw new HookError('Busy', `${limits.requests} requests`);
    requests += 1;
    let held = 0;
    return {
      hold: (bytes) => {
        held += bytes;
        bufferedBytes += bytes;
        if (bufferedBytes > limits.bufferedBytes) throw new HookError('Busy', `${limits.bufferedBytes} bytes`);
      },
      release: () => {
        requests -= 1;
        bufferedBytes -= held;
        held = 0;
      },
    };
  };
  return { enter, load: () => ({ requests, bufferedBytes }) };
}
