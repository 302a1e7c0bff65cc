/** What an API server keeps of a JSON value: no nulls, no undefined, no empty maps and lists (but `emptyDir: {}` is a choice). */
export function storedForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storedForm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => key === 'emptyDir' || !isNothing(one))
      .map(([key, one]) => [key, storedForm(one)]),
  );
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
