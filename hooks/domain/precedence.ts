/**
 * Settings in layers, later ones winning (kubestash-api.md §6.1 #13): maps are merged key by key, lists of items with a
 * known key are merged by that key, everything else is replaced as a whole.
 */

type Settings = Readonly<Record<string, unknown>>;

/** Which lists merge, and by which field of their items: `{env: 'name', tolerations: 'key'}`. */
export type ListKeys = Readonly<Record<string, string>>;

/** One map of settings from several layers. Undefined and null values set nothing; empty maps and lists are dropped. */
export function layered(layers: readonly (object | undefined)[], listKeys: ListKeys): Settings {
  const result = new Map<string, unknown>();
  for (const layer of layers) {
    for (const [field, value] of Object.entries(layer ?? {})) {
      if (value === undefined || value === null) continue;
      result.set(field, merged(result.get(field), value, Object.hasOwn(listKeys, field) ? listKeys[field] : undefined));
    }
  }
  return Object.fromEntries([...result].filter(([, value]) => !isEmpty(value)));
}

/** Items of both lists, those of `upper` in the place of items with the same key; order is that of first appearance. */
export function mergedByKey<Item extends object>(
  lower: readonly Item[],
  upper: readonly Item[],
  key: string,
): readonly Item[] {
  const keyOf = (item: Item): unknown => (item as Settings)[key];
  const kept = lower.map((item) => upper.findLast((other) => keyOf(other) === keyOf(item)) ?? item);
  return [...kept, ...upper.filter((item) => !lower.some((other) => keyOf(other) === keyOf(item)))];
}

function merged(lower: unknown, upper: unknown, key: string | undefined): unknown {
  if (Array.isArray(lower) && Array.isArray(upper) && key !== undefined) return mergedByKey(lower, upper, key);
  return isMap(lower) && isMap(upper) ? layered([lower, upper], {}) : upper;
}

function isMap(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}
