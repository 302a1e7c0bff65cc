/**
 * JSON as Go reads and writes it, where that shows: error texts of encoding/json, duplicate keys, `1.0` as something else
 * than `1` (k8s.io/apimachinery decodes integers to int64, everything else to float64), sorted and HTML-escaped output.
 */
import { isMap } from '../api-server/values.ts';

/** A float64 with a whole value: differs from the integer, prints like it. */
export class WholeFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toJSON(): number {
    return this.value;
  }
}

export interface Parsed {
  readonly value: unknown;
  /** Paths of keys that occur twice in one object: `status.a`, `children[0].x`. */
  readonly duplicates: readonly string[];
  /** The source text of an object in the value. */
  readonly sourceOf: (object: object) => string;
}

/** Parses JSON; throws SyntaxError with Go's words. */
export function parseJson(text: string): Parsed {
  const quick = quickly(text);
  return quick ?? new Parser(text).document();
}

/** Text that JavaScript would print the same way has no duplicate keys and no odd numbers. */
function quickly(text: string): Parsed | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (JSON.stringify(value) === text) return { value, duplicates: [], sourceOf: (object) => JSON.stringify(object) };
  } catch {
    // The slow parser finds the words for it.
  }
  return undefined;
}

const LITERALS: Readonly<Record<string, readonly [string, unknown]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
};
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  #at = 0;
  readonly #duplicates: string[] = [];
  readonly #ranges = new WeakMap<object, readonly [number, number]>();

  constructor(text: string) {
    this.#text = text;
  }

  document(): Parsed {
    const value = this.#value('');
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return {
      value,
      duplicates: this.#duplicates,
      sourceOf: (object) => this.#text.slice(...(this.#ranges.get(object) ?? [0, 0])),
    };
  }

  #value(path: string): unknown {
    this.#space();
    const start = this.#at;
    const char = this.#text[start];
    if (char === '{' || char === '[') {
      const value = char === '{' ? this.#object(path) : this.#list(path);
      this.#ranges.set(value, [start, this.#at]);
      return value;
    }
    if (char === '"') return this.#string();
    if (char !== undefined && (char === '-' || isDigit(char))) return this.#number();
    const literal = char === undefined ? undefined : LITERALS[char];
    if (literal) return this.#literal(...literal);
    throw this.#unexpected('looking for beginning of value');
  }

  #object(path: string): object {
    const result: Record<string, unknown> = {};
    this.#at++;
    this.#space();
    if (this.#take('}')) return result;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#unexpected('after object key');
      const keyPath = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(result, key)) this.#duplicates.push(keyPath);
      const value = this.#value(keyPath);
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      this.#space();
      if (this.#take('}')) return result;
      if (!this.#take(',')) throw this.#unexpected('after object key:value pair');
    }
  }

  #list(path: string): object {
    const result: unknown[] = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return result;
    for (;;) {
      result.push(this.#value(`${path}[${result.length}]`));
      this.#space();
      if (this.#take(']')) return result;
      if (!this.#take(',')) throw this.#unexpected('after array element');
    }
  }

  #string(): string {
    let result = '';
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new SyntaxError('unexpected end of JSON input');
      if (char < ' ') throw this.#unexpected('in string literal');
      this.#at++;
      if (char === '"') return result;
      result += char === '\\' ? this.#escape() : char;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at];
    if (char === 'u') {
      this.#at++;
      for (let digit = 0; digit < 4; digit++, this.#at++) {
        if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? ''))
          throw this.#unexpected('in \\u hexadecimal character escape');
      }
      return String.fromCharCode(parseInt(this.#text.slice(this.#at - 4, this.#at), 16));
    }
    const escaped = char === undefined ? undefined : ESCAPES[char];
    if (escaped === undefined) throw this.#unexpected('in string escape code');
    this.#at++;
    return escaped;
  }

  #number(): number | WholeFloat {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0')) this.#digits('in numeric literal');
    const integer = this.#text[this.#at] !== '.' && !/[eE]/.test(this.#text[this.#at] ?? '');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    const value = Number(this.#text.slice(start, this.#at));
    return integer || !Number.isInteger(value) ? value : new WholeFloat(value);
  }

  #digits(where: string): void {
    if (!isDigit(this.#text[this.#at] ?? '')) throw this.#unexpected(where);
    while (isDigit(this.#text[this.#at] ?? '')) this.#at++;
  }

  #literal(word: string, value: unknown): unknown {
    for (let index = 0; index < word.length; index++, this.#at++) {
      if (this.#text[this.#at] !== word[index])
        throw this.#unexpected(`in literal ${word} (expecting '${word[index]}')`);
    }
    return value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #unexpected(where: string): SyntaxError {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return new SyntaxError('unexpected end of JSON input');
    const char = String.fromCodePoint(code);
    const quoted = char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;
    return new SyntaxError(`invalid character ${quoted} ${where}`);
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

/** The value as Go's json.Marshal prints it: keys sorted, `<`, `>`, `&` and the line separators escaped. */
export function goText(value: unknown): string {
  return escaped(plainText(value));
}

function plainText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`;
  if (value instanceof WholeFloat) return JSON.stringify(value);
  if (!isMap(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${plainText(value[key])}`)
    .join(',')}}`;
}

const UNSAFE = /[<>&\u2028\u2029]/g;

function escaped(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** How Go names the JSON type of a value in its decoding errors. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof WholeFloat || typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
