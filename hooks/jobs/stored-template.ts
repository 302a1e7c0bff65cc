/**
 * A Pod template in the form that the API server stores. A CronJob is updated in place, and what the server drops of it
 * would be written again in every sync: empty maps and lists, and what Go leaves out when it says nothing.
 */

/** The value without nulls, empty maps and lists, and fields at their zero value. Runs in every sync, so it allocates only what it answers. */
export function storedTemplate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storedTemplate);
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const key in source) {
    const inner = storedTemplate(source[key]);
    // An emptyDir volume is told by its empty map.
    if (key === 'emptyDir' || !isOmitted(key, inner)) kept[key] = inner;
  }
  return kept;
}

function isOmitted(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'object') return isEmpty(value);
  return isZero(key, value);
}

/** Fields that Go leaves out when they are false or empty (`omitempty` without a pointer). */
function isZero(key: string, value: unknown): boolean {
  if (key === 'value' || key === 'subPath') return value === '';
  return key === 'readOnly' && value === false;
}

function isEmpty(value: object): boolean {
  for (const _key in value) return false;
  return true;
}
