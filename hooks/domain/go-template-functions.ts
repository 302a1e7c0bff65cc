/** What a hook's Go template may call: the functions of KubeStash's own examples (text/template's and sprig's), each bounded. */
import { ok, refused, type Parsed } from './result.ts';

/** A value of a template; a Map is what `dict` makes, a plain object a struct with named fields. */
export type Value =
  | string
  | number
  | boolean
  | undefined
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | { readonly [field: string]: Value };

export type TemplateFunction = (args: readonly Value[]) => Parsed<Value>;

/** The function of this name, if templates may call it. */
export function functionNamed(name: string): TemplateFunction | undefined {
  return FUNCTIONS.get(name);
}

/** For the message about a function that is not there. */
export function functionNames(): readonly string[] {
  return [...FUNCTIONS.keys()].sort();
}

/** text/template's truth: false, zero, nothing and whatever is empty are false. */
export function isTrue(value: Value): boolean {
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? true : Boolean(value);
}

/** A value as `{{ value }}` prints it. */
export function printed(value: Value): string {
  if (value === undefined) return '<no value>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, Value>)].sort(byKey);
    return `map[${entries.map(([key, one]) => `${key}:${printed(one)}`).join(' ')}]`;
  }
  return `{${Object.values(value as object)
    .map((one: Value) => printed(one))
    .join(' ')}}`;
}

const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['eq', needs(2, ([first, ...others]) => ok(others.some((one) => isEqual(first, one))))],
  ['ne', needs(2, ([first, second]) => ok(!isEqual(first, second)))],
  ['and', needs(1, (args) => ok(args.find((one) => !isTrue(one)) ?? args.at(-1)))],
  ['or', needs(1, (args) => ok(args.find(isTrue) ?? args.at(-1)))],
  ['not', needs(1, ([value]) => ok(!isTrue(value)))],
  ['print', (args) => ok(args.map(printed).join(''))],
  ['printf', needs(1, printf)],
  ['toJson', needs(1, ([value]) => ok(json(value)))],
  ['dict', dict],
  ['list', (args) => weighed(args)],
  ['default', needs(2, ([fallback, value]) => ok(isTrue(value) ? value : fallback))],
  ['quote', (args) => ok(args.map((one) => JSON.stringify(printed(one))).join(' '))],
  ['lower', needs(1, ([value]) => ok(printed(value).toLowerCase()))],
  ['upper', needs(1, ([value]) => ok(printed(value).toUpperCase()))],
  ['trim', needs(1, ([value]) => ok(printed(value).trim()))],
]);

function needs(count: number, run: TemplateFunction): TemplateFunction {
  return (args) => (args.length >= count ? run(args) : refused(`needs ${count === 1 ? 'a value' : `${count} values`}`));
}

function isEqual(left: Value, right: Value): boolean {
  return left === right;
}

function dict(args: readonly Value[]): Parsed<Value> {
  if (args.length % 2 !== 0) return refused('needs a value for every key');
  const pairs = args.flatMap((key, index) => (index % 2 === 0 ? [[printed(key), args[index + 1]] as const] : []));
  return weighed(new Map<string, Value>(pairs));
}

/** A list of lists of itself doubles with every step; what can be printed in reasonable time is bounded where it is made. */
const MAX_WEIGHT = 4096;

function weighed(value: Value): Parsed<Value> {
  return weightOf(value, MAX_WEIGHT) > MAX_WEIGHT ? refused('makes a value that is too large') : ok(value);
}

/** Values inside a value, long texts counting more; stops counting at the limit. */
function weightOf(value: Value, limit: number): number {
  if (typeof value === 'string') return 1 + value.length / 16;
  if (typeof value !== 'object') return 1;
  const inner = value instanceof Map ? [...(value as ReadonlyMap<string, Value>).values()] : Object.values(value);
  let weight = 1;
  for (const one of inner as readonly Value[]) {
    weight += weightOf(one, limit - weight);
    if (weight > limit) break;
  }
  return weight;
}

const VERBS = /%(-?\d{0,2})([a-zA-Z%])/g;

/** The verbs that notifications use, with a width of at most two digits; any other is refused, where Go would print `%!z(…)`. */
function printf([format, ...args]: readonly Value[]): Parsed<Value> {
  if (typeof format !== 'string') return refused('needs a format as its first value');
  let next = 0;
  let fault: string | undefined;
  const text = format.replace(VERBS, (whole, width: string, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) fault ??= `has no value for ${whole}`;
    const formatted = formattedAs(verb, args[next]);
    next += 1;
    if (formatted === undefined) fault ??= `cannot print ${whole} of this value; it knows %s %v %q %d %t %f %%`;
    const length = Math.abs(Number(width));
    return width.startsWith('-') ? (formatted ?? '').padEnd(length) : (formatted ?? '').padStart(length);
  });
  if (next < args.length) fault ??= `has ${args.length - next} more values than verbs`;
  return fault === undefined ? ok(text) : refused(fault);
}

function formattedAs(verb: string, value: Value): string | undefined {
  switch (verb) {
    case 's':
    case 'v':
      return printed(value);
    case 'q':
      return JSON.stringify(printed(value));
    case 'd':
      return typeof value === 'number' && Number.isInteger(value) ? String(value) : undefined;
    case 't':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'f':
      return typeof value === 'number' ? value.toFixed(6) : undefined;
    default:
      return undefined;
  }
}

/** As encoding/json writes it: keys of a map sorted, and what HTML would read escaped. */
function json(value: Value): string {
  const text = JSON.stringify(plain(value)) ?? 'null';
  return text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function plain(value: Value): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, Value>)].sort(byKey);
    return Object.fromEntries(entries.map(([key, one]) => [key, plain(one)]));
  }
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [jsonName(key), plain(one as Value)]));
}

/** `APIGroup` -> `apiGroup`, `Phase` -> `phase`: the JSON names of KubeStash's summary. */
function jsonName(field: string): string {
  const start = /^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/.exec(field)?.[0] ?? '';
  return `${start.toLowerCase()}${field.slice(start.length)}`;
}

function byKey([left]: readonly [string, Value], [right]: readonly [string, Value]): number {
  return left < right ? -1 : 1;
}
