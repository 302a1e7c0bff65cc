/**
 * Whether JSON has the outline that the code behind it relies on. In a cluster the CRD's schema has seen to that; a request
 * by hand, or an object that is older than the schema, may hold anything, and must end in a message and not in a crash.
 */

/** Absent fields are always fine, unknown ones are not looked at; null is never fine. */
export type Shape =
  | 'text'
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly items: Shape }
  /** A map of texts, whatever its keys. */
  | 'texts';

/** The first place that has another outline, as a sentence that begins with its JSON pointer. */
export function shapeFault(value: unknown, shape: Shape, pointer: string): string | undefined {
  if (value === undefined) return undefined;
  if (shape === 'text') return typeof value === 'string' ? undefined : `${pointer} must be text, not ${nounOf(value)}`;
  if (shape !== 'texts' && 'items' in shape) {
    if (!Array.isArray(value)) return `${pointer} must be a list, not ${nounOf(value)}`;
    return firstOf(value.map((item: unknown, index) => [item ?? null, shape.items, `${pointer}/${index}`]));
  }
  if (!isMap(value)) return `${pointer} must be a map, not ${nounOf(value)}`;
  const fields = shape === 'texts' ? Object.fromEntries(Object.keys(value).map((key) => [key, 'text'])) : shape.fields;
  return firstOf(Object.entries(fields).map(([key, one]) => [value[key], one as Shape, `${pointer}/${key}`]));
}

function firstOf(places: readonly (readonly [value: unknown, shape: Shape, pointer: string])[]): string | undefined {
  for (const [value, shape, pointer] of places) {
    const fault = shapeFault(value, shape, pointer);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nounOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
