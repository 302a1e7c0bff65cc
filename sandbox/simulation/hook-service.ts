/**
 * The hooks as the simulated Metacontroller reaches them: the real functions behind the real checks of requests and answers.
 * What is asked again and again with the same answer is looked ahead: hooks are pure, so the same question at a later time
 * may be put now, and a resync that would change nothing is left out (docs/simulation.md, "Quiet time").
 */
import { decode, type Decoded } from '../../hooks/http/decode.ts';
import { encode } from '../../hooks/http/encode.ts';
import { HookError } from '../../hooks/http/errors.ts';
import { hookErrorOf } from '../../hooks/http/refusal.ts';
import type { HookAnswer, HookName, HookRow } from '../../hooks/http/row.ts';
import { ROUTES } from '../../hooks/routes.ts';
import { listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { answerOf } from '../cluster/virtual-cluster.ts';
import type { Clock } from '../clock.ts';
import type { HookCaller } from '../metacontroller/hook-caller.ts';
import { isQuiet, type Chance } from './weather.ts';

export interface AskedHook {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly request: JsonMap;
  readonly code: number;
  readonly answer: string;
}

export interface HookServiceOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly throughJson: boolean;
  readonly skipsQuiet: boolean;
  /** No resync is planned after this instant. */
  readonly horizon: () => number;
  readonly onAsked: (asked: AskedHook) => void;
  /** When Metacontroller last wrote anything. */
  readonly lastWriteAt: () => number;
}

interface Remembered {
  readonly signature: string;
  readonly answer: string;
  /** Until when the answer is known to hold. */
  readonly until: number;
  readonly askedAt: number;
}

/** Longer than any sync writes. */
const SYNC_MS = 5000;
const TIMED_OUT = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
const REFUSED = 'dial tcp 10.96.0.10:443: connect: connection refused';

/** The caller for one host. */
export function hookService(options: HookServiceOptions): HookCaller {
  const { clock, chance } = options;
  const { weather, random, counter } = chance;
  const remembered = new Map<string, Remembered>();
  return (url, request, { timeoutMs }) => {
    if (weather.hooksAway) {
      counter.hit('F15');
      throw new Error(REFUSED);
    }
    const [row, hook] = routeOf(url);
    const now = clock.now() + weather.hookSkewMs;
    const answered = answer({ row, hook, request, now });
    options.onAsked({ row, hook, request, ...answered });
    if (random.chance(weather.hookError)) {
      counter.hit('F15');
      return { code: 500, headers: {}, body: '{"error":"HookFailed"}' };
    }
    if (random.chance(weather.hookTimeout)) {
      counter.hit('F14');
      return (settle) => void clock.after(timeoutMs, () => settle(new Error(TIMED_OUT)));
    }
    return { code: answered.code, headers: {}, body: answered.answer };
  };

  function answer(question: Question): { readonly code: number; readonly answer: string } {
    const { row, hook, request, now } = question;
    if (options.throughJson) return answerOf(JSON.stringify(request), row, hook, now);
    const key = `${row.kind} ${hook} ${uidOf(request)}`;
    const known = remembered.get(key);
    const signature = signatureOf(request);
    const isSame = known?.signature === signature;
    if (isSame && now < known.until) return { code: 200, answer: resyncingAt(known.answer, known.until - now) };
    const fresh = directAnswer(question);
    if (fresh.code !== 200) return fresh;
    const isAgain = isSame && known.answer === fresh.answer && wroteNothing(known.askedAt);
    const mayLookAhead = isAgain && options.skipsQuiet && isQuiet(weather);
    const until = mayLookAhead ? quietUntil(question, fresh) : now;
    remembered.set(key, { signature, answer: fresh.answer, until, askedAt: clock.now() });
    return until <= now ? fresh : { code: 200, answer: resyncingAt(fresh.answer, until - now) };
  }

  /** Whether the sync of that time changed nothing. Others' writes count too: then it is asked once more. */
  function wroteNothing(askedAt: number): boolean {
    const at = options.lastWriteAt();
    return at < askedAt || at > askedAt + SYNC_MS;
  }

  /** The last instant of the answer's own resyncs before which it does not change; `now` where it may not be left out. */
  function quietUntil(question: Question, fresh: DirectAnswer): number {
    const parsed = JSON.parse(fresh.answer) as JsonMap;
    const periodSeconds = parsed['resyncAfterSeconds'];
    if (typeof periodSeconds !== 'number' || !isSettled(question.request, parsed)) return question.now;
    const steps = Math.floor((options.horizon() - question.now) / 1000 / periodSeconds);
    const holdsAt = (step: number): boolean =>
      directAnswer({ ...question, now: question.now + step * periodSeconds * 1000 }, fresh.decoded).answer ===
      fresh.answer;
    return question.now + firstChange(steps, holdsAt) * periodSeconds * 1000;
  }
}

function resyncingAt(answer: string, ms: number): string {
  return JSON.stringify({ ...(JSON.parse(answer) as object), resyncAfterSeconds: Math.max(1, Math.round(ms / 1000)) });
}

/** The first step from 1 on which does not hold, by bisection; `steps` where all that were looked at hold. */
function firstChange(steps: number, holdsAt: (step: number) => boolean): number {
  if (steps <= 1) return Math.max(steps, 1);
  if (holdsAt(steps)) return steps;
  let [holds, changed] = [0, steps];
  while (changed - holds > 1) {
    const middle = (holds + changed) >> 1;
    if (holdsAt(middle)) holds = middle;
    else changed = middle;
  }
  return changed;
}

/** Whether everything that is desired is there: a missing child is asked for again until its name is free. */
function isSettled(request: JsonMap, answer: JsonMap): boolean {
  const observed = mapOf(request['children'] ?? request['attachments']);
  const desired = listOf(answer['children'] ?? answer['attachments']).map(mapOf);
  return desired.every((child) => {
    const metadata = mapOf(child['metadata']);
    const group = mapOf(observed[`${textOf(child['kind'])}.${textOf(child['apiVersion'])}`]);
    const namespace = textOf(metadata['namespace']) || namespaceOf(request);
    return group[`${namespace}/${textOf(metadata['name'])}`] !== undefined;
  });
}

interface Question {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly request: JsonMap;
  readonly now: number;
}

interface DirectAnswer {
  readonly code: number;
  readonly answer: string;
  readonly decoded?: Decoded;
}

/** As `answerText`, without the text of the question: stored objects are frozen JSON already. */
function directAnswer({ row, hook, request, now }: Question, known?: Decoded): DirectAnswer {
  try {
    const decoded = known ?? decode(request, row, hook);
    const decide = row.hooks[decoded.hook] ?? row.hooks.sync;
    const asked = { row, hook: decoded.hook, namespace: namespaceOf(request) };
    return {
      code: 200,
      answer: encode(
        decided(() => decide(decoded.request, now)),
        asked,
      ),
      decoded,
    };
  } catch (thrown) {
    const error = hookErrorOf(thrown);
    const cause = error.cause instanceof Error ? ` ${error.cause.stack}` : '';
    return { code: error.status, answer: `${error.message}${cause}` };
  }
}

function decided(decide: () => HookAnswer): HookAnswer {
  try {
    return decide();
  } catch (cause) {
    throw new HookError('HookFailed', undefined, { cause });
  }
}

function routeOf(url: string): readonly [HookRow, HookName] {
  const [, , kind = '', hook = ''] = url.split('/');
  const row = ROUTES.find((one) => one.kind === kind);
  if (!row?.hooks[hook as HookName]) throw new Error(`no route ${url}`);
  return [row, hook as HookName];
}

function parentOf(request: JsonMap): JsonMap {
  return mapOf(mapOf(request['parent'] ?? request['object'])['metadata']);
}

function uidOf(request: JsonMap): string {
  return textOf(parentOf(request)['uid']);
}

function namespaceOf(request: JsonMap): string {
  return textOf(parentOf(request)['namespace']);
}

/** Which version of which object is in the question: equal signatures are equal questions. */
function signatureOf(request: JsonMap): string {
  const metadata = parentOf(request);
  const parts = [textOf(metadata['resourceVersion']), String(request['finalizing'])];
  for (const field of ['children', 'attachments', 'related']) {
    for (const [group, objects] of Object.entries(mapOf(request[field]))) {
      parts.push(group, ...Object.values(mapOf(objects)).map(versionOf));
    }
  }
  return parts.join(' ');
}

function versionOf(object: unknown): string {
  return textOf(mapOf(mapOf(object)['metadata'])['resourceVersion']);
}
