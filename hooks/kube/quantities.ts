/**
 * Resource quantities in the form that the API server stores (apimachinery `resource.Quantity`): `1000m` is `1`, `1024Mi`
 * is `1Gi`. What is desired in any other form costs a needless write at every sync (metacontroller.md T9).
 */
import { ok, refused, type Parsed } from '../domain/result.ts';

const DECIMAL: readonly (readonly [suffix: string, exponent: number])[] = [
  ['E', 18],
  ['P', 15],
  ['T', 12],
  ['G', 9],
  ['M', 6],
  ['k', 3],
  ['', 0],
  ['m', -3],
  ['u', -6],
  ['n', -9],
];
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 10n ** 9n;
const MAX = (2n ** 63n - 1n) * NANO;
const SHAPE = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,2})?$/;

interface Quantity {
  /** Value times 10^9; finer parts are rounded up, as the API server does. */
  readonly nano: bigint;
  readonly format: 'decimal' | 'binary' | 'exponent';
}

/** The canonical text of a quantity, which may also be a plain number. */
export function canonicalQuantity(value: unknown): Parsed<string> {
  const quantity = quantityOf(value);
  return quantity.ok ? ok(textOf(quantity.value)) : quantity;
}

/** Negative, zero or positive as the first quantity is smaller than, equal to or greater than the second. */
export function compareQuantities(one: unknown, other: unknown): Parsed<number> {
  const left = quantityOf(one);
  const right = quantityOf(other);
  if (!left.ok) return left;
  if (!right.ok) return right;
  return ok(left.value.nano < right.value.nano ? -1 : left.value.nano > right.value.nano ? 1 : 0);
}

function quantityOf(value: unknown): Parsed<Quantity> {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' ? SHAPE.exec(text) : null;
  const [, sign, whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') {
    return refused(`${String(JSON.stringify(value)).slice(0, 40)} is no quantity; write for example 500m, 2 or 1Gi`);
  }
  const scaled = BigInt(whole + fraction) * factorOf(suffix);
  const magnitude = dividedUp(scaled, 10n ** BigInt(fraction.length));
  if (magnitude > MAX) return refused(`${JSON.stringify(text)} is larger than any quantity can be`);
  return ok({ nano: sign === '-' ? -magnitude : magnitude, format: formatOf(suffix) });
}

function formatOf(suffix: string): Quantity['format'] {
  if (suffix.endsWith('i')) return 'binary';
  return /^[eE]./.test(suffix) ? 'exponent' : 'decimal';
}

/** What one unit of the suffix is in 10^-9; 10^-9 of a unit is the finest that counts, so small exponents become fractions. */
function factorOf(suffix: string): bigint {
  const binary = BINARY.indexOf(suffix);
  if (binary >= 0) return 1024n ** BigInt(binary + 1) * NANO;
  const exponent = DECIMAL.find(([name]) => name === suffix)?.[1] ?? Number(suffix.slice(1));
  return exponent >= -9 ? 10n ** BigInt(exponent + 9) : 1n;
}

function textOf({ nano, format }: Quantity): string {
  const magnitude = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  if (magnitude === 0n) return '0';
  if (format === 'binary' && magnitude >= 1024n * NANO) return sign + binaryText(dividedUp(magnitude, NANO));
  for (const [suffix, exponent] of DECIMAL) {
    const unit = 10n ** BigInt(exponent + 9);
    if (magnitude % unit !== 0n) continue;
    const shown = format === 'exponent' ? (exponent === 0 ? '' : `e${exponent}`) : suffix;
    return `${sign}${magnitude / unit}${shown}`;
  }
  return `${sign}${magnitude}n`;
}

function binaryText(bytes: bigint): string {
  let rest = bytes;
  let power = 0;
  while (power < BINARY.length && rest % 1024n === 0n) {
    rest /= 1024n;
    power += 1;
  }
  return `${rest}${power === 0 ? '' : BINARY[power - 1]}`;
}

function dividedUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
