/** The scripted hook server of a recording: answers by rule, and plays user steps inside a call. */
import { isMap, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import type { HookAnswer } from '../metacontroller/hook-caller.ts';

export interface ScriptedAnswer {
  readonly answer: HookAnswer;
  readonly delayMs: number;
  /** User steps to play before answering. */
  readonly steps: readonly JsonMap[];
}

export class Script {
  readonly #rules: readonly JsonMap[];
  readonly #filled: (value: unknown) => unknown;
  readonly #calls = new Map<string, number>();

  /** `filled` puts our own uids and versions where the recording has its tokens. */
  constructor(rules: readonly JsonMap[], filled: (value: unknown) => unknown = (value) => value) {
    this.#rules = rules;
    this.#filled = filled;
  }

  /** Calls since the script was set. */
  get calls(): number {
    return [...this.#calls.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The answer of the first rule that fits; 503 where none does. */
  answer(hook: string, request: JsonMap): ScriptedAnswer {
    const count = (this.#calls.get(hook) ?? 0) + 1;
    this.#calls.set(hook, count);
    const rule = this.#rules.find((one) => fits(one, { hook, request, count }));
    if (!rule) return { answer: { code: 503, headers: {}, body: 'no rule' }, delayMs: 0, steps: [] };
    const source = mapOf(this.#filled(rule['answer']));
    const headers = Object.fromEntries(
      Object.entries(mapOf(source['headers'])).map(([key, value]) => [key.toLowerCase(), textOf(value)]),
    );
    const body =
      source['json'] === undefined ? textOf(source['raw']) : JSON.stringify(filledIn(source['json'], request));
    const code = typeof source['code'] === 'number' ? source['code'] : 200;
    return {
      answer: { code, headers, body },
      delayMs: Number(source['delayMs'] ?? 0),
      steps: listOf(rule['do']).filter(isMap),
    };
  }
}

interface Occasion {
  readonly hook: string;
  readonly request: JsonMap;
  readonly count: number;
}

/** Each condition of a rule that is there must hold. */
const CONDITIONS: Readonly<Record<string, (wanted: unknown, occasion: Occasion) => boolean>> = {
  on: (wanted, { hook }) => wanted === hook,
  parent: (wanted, { request }) => wanted === mapOf(mapOf(request['parent'] ?? request['object'])['metadata'])['name'],
  nth: (wanted, { count }) => wanted === count,
  upTo: (wanted, { count }) => count <= Number(wanted),
  finalizing: (wanted, { request }) => wanted === request['finalizing'],
  has: (wanted, { request }) => at(request, textOf(wanted)) !== undefined,
  hasNot: (wanted, { request }) => at(request, textOf(wanted)) === undefined,
};

function fits(rule: JsonMap, occasion: Occasion): boolean {
  return Object.entries(CONDITIONS).every(([name, holds]) => rule[name] === undefined || holds(rule[name], occasion));
}

/** The value at a JSON pointer, or undefined. */
export function at(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Array.isArray(found) ? found[Number(key)] : mapOf(found)[key];
  }
  return found;
}

function filledIn(value: unknown, request: JsonMap): unknown {
  if (typeof value === 'string') return filledText(value, request);
  if (Array.isArray(value)) return value.flatMap((item) => spliced(item, request) ?? [filledIn(item, request)]);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, request)]));
}

function filledText(text: string, request: JsonMap): unknown {
  if (text.startsWith('$req:')) return at(request, text.slice('$req:'.length));
  return text.replace(/\$\{req:([^}]*)\}/g, (_whole, pointer: string) => {
    const value = at(request, pointer);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function spliced(item: unknown, request: JsonMap): readonly unknown[] | undefined {
  if (typeof item !== 'string' || !item.startsWith('$values:')) return undefined;
  const map = mapOf(at(request, item.slice('$values:'.length)));
  return Object.keys(map)
    .sort()
    .map((key) => map[key]);
}
