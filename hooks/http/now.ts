/** `?now=<RFC 3339>`: another clock for one request, so that a golden answer can be reproduced with curl. */
import { instantOf } from '../kube/instants.ts';
import type { Instant } from '../kube/metacontroller.ts';
import { HookError } from './errors.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The instant that the query names, or the clock's; throws NowRefused unless `dev`, and NowMalformed. */
export function nowOf(url: string, clock: () => Instant, dev: boolean): Instant {
  const query = url.indexOf('?');
  if (query === -1) return clock();
  const now = new URLSearchParams(url.slice(query + 1)).get('now');
  if (now === null) return clock();
  if (!dev) throw new HookError('NowRefused');
  const text = now.replace(' ', '+'); // a query's + is a space, an offset's is not
  const instant = RFC3339.test(text) ? instantOf(text) : undefined;
  if (instant === undefined) throw new HookError('NowMalformed');
  return instant;
}
