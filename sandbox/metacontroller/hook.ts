/** One hook of one controller: where it is, how it is asked, what an answer means (pkg/hooks). */
import type { ApiReads } from '../api-server/api.ts';
import { isMap, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import { decodedAnswer, type AnswerType } from './answers.ts';
import { authorizationOf, timeoutMs, webhookUrl } from './endpoints.ts';
import { HostPanic, TooManyRequests, type HookAnswer, type Steps } from './hook-caller.ts';
import { objectKey } from './object-map.ts';

export type HookVersion = 'v1' | 'v2';
export type HookKind = 'sync' | 'finalize' | 'customize';

/** Turns a webhook of a spec into the URL to call; the default believes the spec. */
export type Resolve = (webhook: JsonMap) => string;

export interface HookSurroundings {
  readonly api: ApiReads;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly endpointConfigs: unknown;
}

export interface Hook {
  readonly version: HookVersion;
  /** The decoded answer. Throws TooManyRequests for 429, Error for whatever else is not an answer. */
  call(request: JsonMap, root: JsonMap): Steps<JsonMap>;
}

/** The hook of a controller's spec, or undefined where it has no webhook. Throws Error where the spec cannot be used. */
export function hookOf(kind: HookKind, spec: unknown, type: AnswerType, around: HookSurroundings): Hook | undefined {
  const webhook = mapOf(spec)['webhook'];
  if (!isMap(webhook)) return undefined;
  const authorization = resolvedAuthorization(kind, webhook, around);
  webhookUrl(webhook);
  const url = around.resolve(webhook);
  const version: HookVersion = mapOf(spec)['version'] === 'v2' ? 'v2' : 'v1';
  const mode = textOf(webhook['responseUnMarshallMode']) || (version === 'v2' ? 'strict' : 'loose');
  const headers = { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) };
  const wait = timeoutMs(webhook['timeout']);
  const memory = answerMemory(webhook['etag'], around.clock);
  return {
    version,
    *call(request, root) {
      const remembered = memory?.get(root);
      const sent = remembered ? { ...headers, 'if-none-match': remembered.etag } : headers;
      const outcome = yield { wait: 'hook', url, body: request, options: { headers: sent, timeoutMs: wait } };
      if ('failure' in outcome) throw new Error(`http error: Post "${url}": ${outcome.failure}`);
      if (!('answer' in outcome)) throw new Error('a hook call was resumed without an answer');
      const { answer } = outcome;
      if (answer.code === 429)
        throw new TooManyRequests(retryAfterSeconds(answer.headers['retry-after'], around.clock.now()));
      const body = acceptedBody(answer, remembered, memory, root);
      return decodedAnswer(body, { type, hook: kind, version, strict: mode === 'strict' });
    },
  };
}

function resolvedAuthorization(kind: HookKind, webhook: JsonMap, around: HookSurroundings): string {
  try {
    return authorizationOf(around.api, webhook, around.endpointConfigs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't resolve endpoint config for ${kind} hook: ${why}`, { cause: error });
  }
}

function acceptedBody(
  answer: HookAnswer,
  remembered: Remembered | undefined,
  memory: AnswerMemory | undefined,
  root: JsonMap,
): HookAnswer['body'] {
  const unchanged = remembered !== undefined && (answer.code === 304 || answer.code === 412);
  if (answer.code !== 200 && !unchanged) {
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    throw new Error(`unsupported status code: ${answer.code} body: ${body}`);
  }
  if (unchanged) return remembered.body;
  const etag = answer.headers['etag'];
  if (etag !== undefined && etag !== '') memory?.set(root, { etag, body: answer.body });
  return answer.body;
}

/** Whole seconds, or an RFC 1123 date; anything else means at once. */
function retryAfterSeconds(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  if (/^[+-]?\d+$/.test(header)) return Number(header);
  const instant = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \w+$/.test(header)
    ? Date.parse(header)
    : Number.NaN;
  return Number.isNaN(instant) ? 0 : Math.ceil((instant - now) / 1000);
}

interface Remembered {
  readonly etag: string;
  readonly body: HookAnswer['body'];
}

interface AnswerMemory {
  get(root: JsonMap): Remembered | undefined;
  set(root: JsonMap, remembered: Remembered): void;
}

/** Answers by kind and name of the parent, never by uid: so it is in the real host. */
function answerMemory(etag: unknown, clock: Clock): AnswerMemory | undefined {
  const settings = mapOf(etag);
  if (settings['enabled'] !== true) return undefined;
  const seconds = settings['cacheTimeoutSeconds'];
  if (seconds !== undefined && settings['cacheCleanupSeconds'] === undefined) {
    throw new HostPanic('panic: runtime error: invalid memory address or nil pointer dereference');
  }
  const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Infinity;
  const entries = new Map<string, { readonly remembered: Remembered; readonly until: number }>();
  const keyOf = (root: JsonMap): string => `${textOf(root['kind'])} ${objectKey(root)}`;
  return {
    get(root) {
      const entry = entries.get(keyOf(root));
      return entry && clock.now() < entry.until ? entry.remembered : undefined;
    },
    set(root, remembered) {
      entries.set(keyOf(root), { remembered, until: clock.now() + lifetimeMs });
    },
  };
}
