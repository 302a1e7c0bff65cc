/**
 * What decoding into Go types and encoding again does to an object of a built-in kind: null and empty lists vanish, empty
 * maps vanish while empty structs stay, quantities get their canonical form (k8s.io/apimachinery pkg/api/resource).
 */
import { isMap, type JsonMap } from './values.ts';

/** Fields that are maps in Go (`omitempty` drops them when empty); other objects are structs and stay as `{}`. */
const MAP_FIELDS = new Set([
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'binaryData', 'stringData', 'selector'],
  ...[
    'limits',
    'requests',
    'overhead',
    'parameters',
    'volumeAttributes',
    'attributes',
    'capacity',
    'allocatable',
    'hard',
    'used',
  ],
]);
/** Maps of resource names to quantities. */
const QUANTITY_MAPS = new Set(['limits', 'requests', 'overhead', 'capacity', 'allocatable', 'hard', 'used']);
const QUANTITIES = new Set(['sizeLimit', 'divisor']);
/** Free-form maps of text: nothing inside them is a field name. */
const TEXT_MAPS = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'binaryData', 'stringData']);

/** The value as a Go type would print it; shares what did not change. */
export function typed(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return typedList(value, field);
  if (!isMap(value)) return QUANTITIES.has(field) ? quantity(value) : value;
  if (TEXT_MAPS.has(field)) return typedTexts(value);
  return typedMap(value, field);
}

function typedList(list: readonly unknown[], field: string): unknown {
  let changed = false;
  const next = list.map((item) => {
    const result = typed(item, field);
    if (result !== item) changed = true;
    return result ?? {};
  });
  return changed ? next : list;
}

function typedTexts(map: JsonMap): JsonMap {
  if (!Object.values(map).includes(null)) return map;
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? '']));
}

function typedMap(map: JsonMap, field: string): JsonMap {
  const result: Record<string, unknown> = {};
  let changed = false;
  for (const [key, item] of Object.entries(map)) {
    const next = QUANTITY_MAPS.has(field) ? quantity(item) : typed(item, key);
    if (isDropped(key, next)) {
      changed = true;
      continue;
    }
    if (next !== item) changed = true;
    result[key] = next;
  }
  return changed ? result : map;
}

function isDropped(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return MAP_FIELDS.has(key) && isMap(value) && Object.keys(value).length === 0 && key !== 'selector';
}

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: readonly (readonly [string, bigint])[] = [
  ['E', 10n ** 27n],
  ['P', 10n ** 24n],
  ['T', 10n ** 21n],
  ['G', 10n ** 18n],
  ['M', 10n ** 15n],
  ['k', 10n ** 12n],
  ['', 10n ** 9n],
  ['m', 10n ** 6n],
  ['u', 10n ** 3n],
  ['n', 1n],
];

/** The canonical text of a resource quantity (`1000m` is `1`, `1024Mi` is `1Gi`); anything else comes back as it is. */
export function quantity(value: unknown): unknown {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?([A-Za-z]*)$/.exec(String(value));
  if (!match) return value;
  const [, sign = '', whole = '0', fraction = '', suffix = ''] = match;
  const scale = scaleOf(suffix);
  if (scale === undefined) return value;
  const nano =
    (BigInt(whole + fraction) * scale * 10n ** 9n) /
    (10n ** BigInt(fraction.length) * (isDecimal(suffix) ? 10n ** 9n : 1n));
  const text = !isDecimal(suffix) && nano % 10n ** 9n === 0n ? binaryText(nano / 10n ** 9n) : decimalText(nano);
  return nano === 0n ? '0' : `${sign === '-' ? '-' : ''}${text}`;
}

function isDecimal(suffix: string): boolean {
  return !suffix.endsWith('i');
}

function scaleOf(suffix: string): bigint | undefined {
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return 1024n ** BigInt(binary);
  return DECIMAL.find(([name]) => name === suffix)?.[1];
}

function binaryText(bytes: bigint): string {
  let exponent = 0;
  let mantissa = bytes;
  while (exponent < BINARY.length - 1 && mantissa !== 0n && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    exponent++;
  }
  return `${mantissa}${BINARY[exponent]}`;
}

function decimalText(nano: bigint): string {
  const found = DECIMAL.find(([, scale]) => nano % scale === 0n) ?? ['n', 1n];
  return `${nano / found[1]}${found[0]}`;
}
