/** The same request in other words: for properties that must not depend on the order of map keys. */
import fc from 'fast-check';

/** The value with the keys of every map in another order, drawn by the seed; lists keep theirs. */
export function reordered<Value>(value: Value, seed: number): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => reordered(one, seed)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, reordered(field as unknown, seed)] as const);
  const order = (key: string): number => hashOf(key, seed);
  return Object.fromEntries(entries.sort(([left], [right]) => order(left) - order(right))) as Value;
}

/** Runs a property with a seed that CI repeats; PROPERTY_SEED draws others. */
export function holds<Inputs extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Inputs>,
  runs: number = 200,
): void {
  const seed = Number(process.env['PROPERTY_SEED'] ?? 20260105);
  fc.assert(property, { seed, numRuns: runs });
}

function hashOf(text: string, seed: number): number {
  let hash = seed | 0;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash;
}
