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
];
/** Suffixes that the API server takes and rounds up to thousandths. */
const FINE: Readonly<Record<string, number>> = { u: -6, n: -9 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const MILLI = 1000n;
const MAX = (2n ** 63n - 1n) * MILLI;
const SHAPE = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,2})?$/;

interface Quantity {
  /** Value times 1000; finer parts are rounded away from zero, as the API server does with resources. */
  readonly milli: bigint;
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
  return ok(left.value.milli < right.value.milli ? -1 : left.value.milli > right.value.milli ? 1 : 0);
}

function quantityOf(value: unknown): Parsed<Quantity> {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' ? SHAPE.exec(text) : null;
  const [, sign, whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') {
    return refused(`${String(JSON.stringify(value)).slice(0, 40)} is no quantity; write for example 500m, 2 or 1Gi`);
  }
  const [factor, divisor] = factorOf(suffix);
  const magnitude = dividedUp(BigInt(whole + fraction) * factor, divisor * 10n ** BigInt(fraction.length));
  if (magnitude > MAX) return refused(`${JSON.stringify(text)} is larger than any quantity can be`);
  return ok({ milli: sign === '-' ? -magnitude : magnitude, format: formatOf(suffix) });
}

function formatOf(suffix: string): Quantity['format'] {
  if (suffix.endsWith('i')) return 'binary';
  return /^[eE]./.test(suffix) ? 'exponent' : 'decimal';
}

/** What one unit of the suffix is in thousandths, as a fraction. */
function factorOf(suffix: string): readonly [factor: bigint, divisor: bigint] {
  const binary = BINARY.indexOf(suffix);
  if (binary >= 0) return [1024n ** BigInt(binary + 1) * MILLI, 1n];
  const known = DECIMAL.find(([name]) => name === suffix)?.[1] ?? FINE[suffix];
  const exponent = (known ?? Number(suffix.slice(1))) + 3;
  return exponent >= 0 ? [10n ** BigInt(exponent), 1n] : [1n, 10n ** BigInt(-exponent)];
}

function textOf({ milli, format }: Quantity): string {
  const magnitude = milli < 0n ? -milli : milli;
  const sign = milli < 0n ? '-' : '';
  if (magnitude === 0n) return '0';
  if (format === 'binary' && magnitude >= 1024n * MILLI && magnitude % MILLI === 0n) {
    return sign + binaryText(magnitude / MILLI);
  }
  const [suffix, exponent] = DECIMAL.find(([, power]) => magnitude % 10n ** BigInt(power + 3) === 0n) ?? ['m', -3];
  const amount = magnitude / 10n ** BigInt(exponent + 3);
  return `${sign}${amount}${format === 'exponent' && exponent !== 0 ? `e${exponent}` : format === 'exponent' ? '' : suffix}`;
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
