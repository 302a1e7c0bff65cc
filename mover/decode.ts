/** Checks of untyped JSON at the edge: each names the JSON pointer of what is wrong and never its value. */
import { Fault } from './faults.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object. */
export function objectAt(value: unknown, pointer: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(pointer, 'an object', value);
}

/** The value as a string that is not empty. */
export function textAt(value: unknown, pointer: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(pointer, 'a string that is not empty', value);
}

/** The value as a list whose entries each pass `entry`. */
export function listAt<T>(value: unknown, pointer: string, entry: (one: unknown, pointer: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw wrong(pointer, 'a list', value);
  return value.map((one, index) => entry(one, `${pointer}/${index}`));
}

/** Nothing for an absent value, else what `check` makes of it. */
export function optionalAt<T>(
  value: unknown,
  pointer: string,
  check: (one: unknown, pointer: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : check(value, pointer);
}

/** Whether this is a JSON object, neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(pointer: string, wanted: string, value: unknown): Fault {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new Fault('TaskInvalid', `METASTASH_TASK at ${pointer}: ${wanted} is needed, ${kind} is there`);
}
