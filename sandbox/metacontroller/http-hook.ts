/** Calling hooks over HTTP, as the demo does. */
import type { HookCaller } from './hook-caller.ts';

/** A hook caller that posts JSON with fetch; redirects are followed, as by the real host's client. */
export function httpHook(): HookCaller {
  return async (url, body, options) => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const response = await fetch(url, { method: 'POST', headers: options.headers, body: JSON.stringify(body), signal });
    return { code: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
}
