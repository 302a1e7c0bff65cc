/** One hook's answer to a question, by the real functions behind the real checks of requests and answers. */
import { decode, type Decoded } from '../../hooks/http/decode.ts';
import { encode } from '../../hooks/http/encode.ts';
import { HookError } from '../../hooks/http/errors.ts';
import { hookErrorOf } from '../../hooks/http/refusal.ts';
import type { HookAnswer, HookName, HookRequest, HookRow } from '../../hooks/http/row.ts';
import { equal, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { seenView, type Known } from './seen-view.ts';

export interface Question {
  readonly row: HookRow;
  readonly hook: HookName;
  readonly request: JsonMap;
  readonly now: number;
}

/** An answer without its resync, as text. */
export interface DirectAnswer {
  readonly code: number;
  readonly answer: string;
  /** What the text was made of; undefined where the question was refused. */
  readonly rest?: object;
  /** Seconds. */
  readonly resync: number | undefined;
}

/** A question's decoded request, with what hooks read of it. */
export interface Seen {
  readonly decoded: Decoded;
  readonly holdsFor: (request: JsonMap) => boolean;
}

/** Undefined where the request is refused: then the answer says so. `known` belongs to this hook alone. */
export function seenOf({ row, hook, request }: Question, known: Known): Seen | undefined {
  try {
    const decoded = decode(request, row, hook);
    const view = seenView(decoded.request as unknown as JsonMap, known);
    return { decoded: { ...decoded, request: view.request as unknown as HookRequest }, holdsFor: view.holdsFor };
  } catch {
    return undefined;
  }
}

/** As `answerText`, without the text of the question: stored objects are frozen JSON already. */
export function directAnswer({ row, hook, request, now }: Question, seen?: Seen): DirectAnswer {
  try {
    const decoded = seen?.decoded ?? decode(request, row, hook);
    const decide = row.hooks[decoded.hook] ?? row.hooks.sync;
    const asked = { row, hook: decoded.hook, namespace: namespaceOf(request) };
    const { resyncAfterSeconds, ...rest } = decided(() => decide(decoded.request, now)) as Resyncing;
    const answer = encode(rest as HookAnswer, asked);
    return { code: 200, answer, rest, resync: delayOf(resyncAfterSeconds, asked) };
  } catch (thrown) {
    const error = hookErrorOf(thrown);
    const cause = error.cause instanceof Error ? ` ${error.cause.stack}` : '';
    return { code: error.status, answer: `${error.message}${cause}`, resync: undefined };
  }
}

/** Whether the answer at another time is the same as this one: equal parts make equal text. */
export function isAnswered({ row, request, now }: Question, seen: Seen, before: DirectAnswer): boolean {
  const decide = row.hooks[seen.decoded.hook] ?? row.hooks.sync;
  const asked = { row, hook: seen.decoded.hook, namespace: namespaceOf(request) };
  try {
    const { resyncAfterSeconds, ...rest } = decide(seen.decoded.request, now) as Resyncing;
    return delayOf(resyncAfterSeconds, asked) === before.resync && equal(rest, before.rest);
  } catch {
    return false;
  }
}

type Resyncing = HookAnswer & { readonly resyncAfterSeconds?: unknown };

/** A delay as the encoder writes it; it throws where there is none to write. */
function delayOf(resyncAfterSeconds: unknown, asked: Parameters<typeof encode>[1]): number | undefined {
  if (resyncAfterSeconds === undefined) return undefined;
  if (Number.isInteger(resyncAfterSeconds) && Number(resyncAfterSeconds) >= 1) return Number(resyncAfterSeconds);
  const empty = { status: {}, children: [], attachments: [], resyncAfterSeconds } as unknown as HookAnswer;
  return (JSON.parse(encode(empty, asked)) as { readonly resyncAfterSeconds: number }).resyncAfterSeconds;
}

function decided(decide: () => HookAnswer): HookAnswer {
  try {
    return decide();
  } catch (cause) {
    throw new HookError('HookFailed', undefined, { cause });
  }
}

function parentOf(request: JsonMap): JsonMap {
  return mapOf(mapOf(request['parent'] ?? request['object'])['metadata']);
}

/** The uid of the question's parent. */
export function uidOf(request: JsonMap): string {
  return textOf(parentOf(request)['uid']);
}

/** The namespace of the question's parent, empty where it has none. */
export function namespaceOf(request: JsonMap): string {
  return textOf(parentOf(request)['namespace']);
}
