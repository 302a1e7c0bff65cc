/** Type guards over parsed JSON, for the one place where types are not known yet. */

export type Map = Readonly<Record<string, unknown>>;

/** A JSON object, and neither null nor a list. */
export function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
