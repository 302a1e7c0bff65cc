/**
 * A Pod template in the form that the API server stores. A CronJob is updated in place, and what the server drops of it
 * would be written again in every sync: empty maps and lists, and what Go leaves out when it says nothing.
 */

/** Kept although empty: an emptyDir volume is told by its empty map. */
const MEANT_EMPTY = ['emptyDir'];
/** Fields that Go leaves out when they are false or empty (`omitempty` without a pointer). */
const OMITTED: readonly (readonly [field: string, zero: unknown])[] = [
  ['value', ''],
  ['readOnly', false],
  ['subPath', ''],
];

/** The value without nulls, empty maps and lists, and fields at their zero value. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const inner = canonical(field);
    if (MEANT_EMPTY.includes(key) || !isOmitted(key, inner)) kept[key] = inner;
  }
  return kept;
}

function isOmitted(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (OMITTED.some(([field, zero]) => field === key && zero === value)) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
