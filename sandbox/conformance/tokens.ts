/**
 * Matching recorded values with our own. Recordings write `uid-3`, `rv-7`, `t-1` and `rand-2` for what differs from run to
 * run, also inside texts; a token stands for one value of ours throughout a scenario, and no two tokens share a value.
 */
import { isMap, type JsonMap } from '../api-server/values.ts';
import { goText } from '../metacontroller/go-json.ts';

const TOKEN = /\b(uid|rv|t|rand|hash)-(\d+)\b/g;
const VALUES: Readonly<Record<string, string>> = {
  uid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  rv: '\\d+',
  t: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z',
  rand: '[a-z0-9]{5}',
  hash: '[0-9a-z]+',
};

export class Tokens {
  #values = new Map<string, string>();
  #tokens = new Map<string, string>();

  /** Our value for a token of the recording. */
  valueOf(token: string): string | undefined {
    return this.#values.get(token);
  }

  /** The text with every known token replaced by our value. */
  filled<Value>(value: Value): Value;
  filled(value: unknown): unknown {
    if (typeof value === 'string')
      return value.replace(
        TOKEN,
        (token, kind: string, number: string) => this.#values.get(token) ?? this.#invented(token, kind, number),
      );
    if (Array.isArray(value)) return value.map((item) => this.filled(item));
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.filled(key), this.filled(item)]));
  }

  /** A resource version that only the user's own text names was never one of the server's. */
  #invented(token: string, kind: string, number: string): string {
    if (kind !== 'rv') return token;
    const value = `9${number.padStart(8, '0')}`;
    this.#values.set(token, value);
    this.#tokens.set(value, token);
    return value;
  }

  /** Runs `match`; what it learnt about tokens is kept only if it found no difference. */
  attempt(match: () => string | undefined): string | undefined {
    const values = new Map(this.#values);
    const tokens = new Map(this.#tokens);
    const difference = match();
    if (difference !== undefined) {
      this.#values = values;
      this.#tokens = tokens;
    }
    return difference;
  }

  /** The first difference between the recorded value and ours, as `path: expected …, got …`; undefined when there is none. */
  difference(expected: unknown, actual: unknown, path = ''): string | undefined {
    if (typeof expected === 'string' && typeof actual === 'string') return this.#text(expected, actual, path);
    if (Array.isArray(expected) && Array.isArray(actual)) return this.#list(expected, actual, path);
    if (isMap(expected) && isMap(actual)) return this.#map(expected, actual, path);
    return Object.is(expected, actual) ? undefined : mismatch(path, expected, actual);
  }

  #list(expected: readonly unknown[], actual: readonly unknown[], path: string): string | undefined {
    if (expected.length !== actual.length) return mismatch(path, expected, actual);
    for (let index = 0; index < expected.length; index++) {
      const difference = this.difference(expected[index], actual[index], `${path}[${index}]`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  #map(expected: JsonMap, actual: JsonMap, path: string): string | undefined {
    const left = actualKeys(actual);
    for (const key of actualKeys(expected)) {
      const own = this.#key(key, left);
      if (own === undefined) return mismatch(`${path}/${key}`, expected[key], undefined);
      left.delete(own);
      const difference = this.difference(expected[key], actual[own], `${path}/${key}`);
      if (difference !== undefined) return difference;
    }
    const [extra] = left;
    return extra === undefined ? undefined : mismatch(`${path}/${extra}`, undefined, actual[extra]);
  }

  /** Our key for a recorded one; keys hold generated names. */
  #key(expected: string, keys: ReadonlySet<string>): string | undefined {
    if (keys.has(expected)) return expected;
    if (!/\b(uid|rand|hash)-\d+\b/.test(expected)) return undefined;
    return [...keys].find((key) => this.attempt(() => this.#text(expected, key, '')) === undefined);
  }

  #text(recorded: string, actual: string, path: string): string | undefined {
    const expected = withoutManagedFields(recorded);
    if (expected === actual) return undefined;
    const found: string[] = [];
    const pattern = escaped(expected).replace(TOKEN, (token, kind: string) => {
      found.push(token);
      return `(${VALUES[kind] ?? '.*'})`;
    });
    const match = found.length > 0 ? new RegExp(`^${pattern}$`, 's').exec(actual) : null;
    if (!match) return mismatch(path, expected, actual);
    for (const [index, token] of found.entries()) {
      const fault = this.#bind(token, match[index + 1] ?? '');
      if (fault !== undefined) return `${path}: ${fault}`;
    }
    return undefined;
  }

  /** Lets the token stand for the value from now on; a text where one of them has another partner already. */
  #bind(token: string, value: string): string | undefined {
    // Times have no identity: two of them may fall into one second here and into two there.
    if (token.startsWith('t-')) return undefined;
    const known = this.#values.get(token) ?? value;
    const other = this.#tokens.get(value) ?? token;
    if (known !== value || other !== token) return `expected ${token} (here ${known}), got ${value} (there ${other})`;
    this.#values.set(token, value);
    this.#tokens.set(value, token);
    return undefined;
  }
}

/** Recordings leave managedFields out everywhere but in texts, where an echoed object was applied. */
export function withoutManagedFields(text: string): string {
  if (!text.startsWith('{') || !text.includes('"managedFields":[')) return text;
  return goText(JSON.parse(text, (key, value: unknown) => (key === 'managedFields' ? undefined : value)));
}

/** A text without what tokens stand for, to tell shapes apart. */
export function masked(text: string): string {
  return text.replace(TOKEN, '$1').replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uid');
}

/** Keys that carry meaning: an absent creation time may be written as null. */
function actualKeys(map: JsonMap): Set<string> {
  return new Set(
    Object.keys(map).filter((key) => map[key] !== undefined && !(key === 'creationTimestamp' && map[key] === null)),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function mismatch(path: string, expected: unknown, actual: unknown): string {
  return `${path === '' ? '/' : path}: expected ${shown(expected)}, got ${shown(actual)}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
