/** JSON values as the sandbox stores them: deeply frozen, shared between versions where nothing changed. */

export type JsonMap = { readonly [key: string]: unknown };

/** Whether the value is a JSON object. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a JSON object, or an empty one. */
export function mapOf(value: unknown): JsonMap {
  return isMap(value) ? value : EMPTY;
}

/** The value as a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NONE;
}

/** The value as text, or ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const EMPTY: JsonMap = Object.freeze({});
const NONE: readonly unknown[] = Object.freeze([]);

/**
 * A deeply frozen copy as JSON would carry it: keys without a value are dropped. Frozen input is kept as it is, so whoever
 * freezes must freeze deeply.
 */
export function sealed<Value>(value: Value): Value;
export function sealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => sealed(item ?? null)));
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) copy[key] = sealed(item);
  return Object.freeze(copy);
}

/** Deep equality of JSON values: absent, null, {} and [] all differ; order of keys does not matter. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right);
  return !Array.isArray(right) && equalMaps(left as JsonMap, right as JsonMap);
}

function equalLists(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (!equal(left[index], right[index])) return false;
  return true;
}

function equalMaps(left: JsonMap, right: JsonMap): boolean {
  let count = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    if (right[key] === undefined || !equal(left[key], right[key])) return false;
    count++;
  }
  for (const key in right) if (right[key] !== undefined) count--;
  return count === 0;
}

/** RFC 7396: `null` removes, objects merge, everything else replaces. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = { ...mapOf(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = mergePatched(result[key], value);
  }
  return result;
}

/** A copy of the map without these keys. */
export function without(map: JsonMap, ...keys: readonly string[]): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...map };
  for (const key of keys) delete copy[key];
  return copy;
}
