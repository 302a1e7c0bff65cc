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
  const fault = faultBelow(value, shape);
  return fault === undefined ? undefined : pointer + fault;
}

/** The fault with its pointer from here on, which is put together only where there is one: nearly every spec has none. */
function faultBelow(value: unknown, shape: Shape): string | undefined {
  if (value === undefined) return undefined;
  if (shape === 'text') return typeof value === 'string' ? undefined : ` must be text, not ${nounOf(value)}`;
  if (shape !== 'texts' && 'items' in shape) return faultInList(value, shape.items);
  if (!isMap(value)) return ` must be a map, not ${nounOf(value)}`;
  const fields = shape === 'texts' ? value : shape.fields;
  for (const key in fields) {
    const fault = faultBelow(value[key], shape === 'texts' ? 'text' : (shape.fields[key] ?? 'text'));
    if (fault !== undefined) return `/${key}${fault}`;
  }
  return undefined;
}

function faultInList(value: unknown, items: Shape): string | undefined {
  if (!Array.isArray(value)) return ` must be a list, not ${nounOf(value)}`;
  for (let index = 0; index < value.length; index += 1) {
    const fault = faultBelow((value[index] as unknown) ?? null, items);
    if (fault !== undefined) return `/${index}${fault}`;
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
