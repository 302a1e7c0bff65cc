/** The three-way merge of dynamic-apply (pkg/dynamic/apply/apply.go): pure, and never changes its arguments. */
import { isMap, type JsonMap } from '../api-server/values.ts';
import { WholeFloat } from './go-json.ts';

/** Keys by which a list of objects is guessed to be a map; the first that all items share wins. */
const MERGE_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'];

const NOTHING: JsonMap = {};

/** `observed` with what left `lastApplied` removed and what is `desired` set; everything else stays. */
export function merged(observed: JsonMap, lastApplied: JsonMap | undefined, desired: JsonMap): JsonMap {
  return mergedMap(observed, lastApplied ?? NOTHING, desired);
}

/** A desired value of another type counts as an empty one of the observed type, as in the original. */
function mergedValue(observed: unknown, lastApplied: unknown, desired: unknown): unknown {
  if (isObject(observed))
    return mergedMap(observed, isObject(lastApplied) ? lastApplied : NOTHING, isObject(desired) ? desired : NOTHING);
  if (Array.isArray(observed)) {
    return mergedList(
      observed,
      Array.isArray(lastApplied) ? lastApplied : [],
      Array.isArray(desired) ? desired : undefined,
    );
  }
  return desired;
}

function mergedMap(observed: JsonMap, lastApplied: JsonMap, desired: JsonMap): JsonMap {
  const result: Record<string, unknown> = { ...observed };
  for (const key of Object.keys(lastApplied)) if (!Object.hasOwn(desired, key)) delete result[key];
  for (const [key, value] of Object.entries(desired)) {
    if (value !== undefined) result[key] = mergedValue(observed[key], lastApplied[key], value);
  }
  return result;
}

function mergedList(
  observed: readonly unknown[],
  lastApplied: readonly unknown[],
  desired: readonly unknown[] | undefined,
): unknown {
  const key = mergeKey([observed, lastApplied, desired ?? []]);
  // A nil list of Go prints as null.
  if (key === undefined) return desired ?? null;
  const items = mergedMap(byKey(key, observed), byKey(key, lastApplied), byKey(key, desired ?? []));
  const added = new Set<string>();
  const result: unknown[] = [];
  for (const item of observed) {
    const name = keyText(item, key);
    if (!Object.hasOwn(items, name)) continue;
    result.push(items[name]);
    added.add(name);
  }
  for (const item of desired ?? []) {
    const name = keyText(item, key);
    if (added.has(name)) continue;
    result.push(items[name]);
    added.add(name);
  }
  return result;
}

function byKey(key: string, list: readonly unknown[]): JsonMap {
  return Object.fromEntries(list.map((item) => [keyText(item, key), item]));
}

function keyText(item: unknown, key: string): string {
  const value = isMap(item) ? item[key] : undefined;
  return value instanceof WholeFloat
    ? String(value.value)
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}

function mergeKey(lists: readonly (readonly unknown[])[]): string | undefined {
  let shared: readonly string[] = MERGE_KEYS;
  let any = false;
  for (const list of lists) {
    for (const item of list) {
      if (!isObject(item)) return undefined;
      shared = shared.filter((key) => Object.hasOwn(item, key));
      any = true;
    }
  }
  return any ? shared[0] : undefined;
}

function isObject(value: unknown): value is JsonMap {
  return isMap(value) && !(value instanceof WholeFloat);
}
