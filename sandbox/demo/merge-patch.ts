/** JSON merge patch (RFC 7396): null removes, objects merge, anything else replaces. */
export function mergePatched<Target extends object>(target: Target, patch: object): Target {
  const merged = { ...target } as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isMap(value) ? mergePatched(isMap(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged as Target;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
