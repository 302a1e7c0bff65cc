/**
 * A Pod template in the form that the API server stores. A CronJob is updated in place, and what the server would write
 * otherwise than we do is written again in every sync: empty maps and lists, and quantities such as `1000m`.
 */

/** Kept although empty: an emptyDir volume is told by its empty map. */
const MEANT_EMPTY = ['emptyDir'];
/** Fields that Go leaves out when they are false or empty (`omitempty` without a pointer). */
const OMITTED: readonly (readonly [field: string, zero: unknown])[] = [
  ['value', ''],
  ['readOnly', false],
  ['subPath', ''],
];
const DECIMAL = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const BINARY = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };

/** The value without nulls, empty maps and empty lists, its resource quantities in canonical form. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, fieldOf(key, field)] as const);
  return Object.fromEntries(entries.filter(([key, field]) => MEANT_EMPTY.includes(key) || !isOmitted(key, field)));
}

function fieldOf(key: string, field: unknown): unknown {
  const isQuantities = (key === 'limits' || key === 'requests') && typeof field === 'object' && field !== null;
  if (!isQuantities) return canonical(field);
  return Object.fromEntries(Object.entries(field).map(([name, quantity]) => [name, canonicalQuantity(quantity)]));
}

/** A quantity with the largest suffix that leaves a whole number (apimachinery `Quantity.String`); anything else as it is. */
export function canonicalQuantity(quantity: unknown): unknown {
  const match = /^([0-9]+(?:\.[0-9]+)?)(m|k|[MGTP]|[KMGTP]i)?$/.exec(String(quantity));
  if (match === null) return quantity;
  const [, number = '', suffix = ''] = match;
  if (suffix.endsWith('i')) return withLargest(Number(number) * factorOf(BINARY, suffix), BINARY) ?? quantity;
  const amount = suffix === 'm' ? Number(number) / 1000 : Number(number) * factorOf(DECIMAL, suffix);
  const thousandths = Math.round(amount * 1e6) / 1000;
  return withLargest(amount, DECIMAL) ?? (Number.isSafeInteger(thousandths) ? `${thousandths}m` : quantity);
}

function withLargest(amount: number, units: Readonly<Record<string, number>>): string | undefined {
  if (!Number.isSafeInteger(amount)) return undefined;
  const unit = Object.entries(units).findLast(([, factor]) => amount !== 0 && amount % factor === 0) ?? ['', 1];
  return `${amount / unit[1]}${unit[0]}`;
}

function factorOf(units: Readonly<Record<string, number>>, suffix: string): number {
  return units[suffix] ?? Number.NaN;
}

function isOmitted(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (OMITTED.some(([field, zero]) => field === key && zero === value)) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
