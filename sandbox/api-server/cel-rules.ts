/** `x-kubernetes-validations`: CEL rules of CustomResourceDefinitions (k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel). */
import { parse, type ParseResult } from '@marcbachmann/cel-js';
import { fieldSchema, type CelRule, type Schema } from './schema.ts';
import { isMap, type JsonMap } from './values.ts';

/** Schemas that hold a rule somewhere, so that the rest is never walked. */
const ruled = new WeakMap<Schema, boolean>();

/** Faults of every rule that the object breaks; `previous` is the stored object, where this is an update. */
export function ruleFaults(schema: Schema, object: JsonMap, previous: JsonMap | undefined): string[] {
  return hasRules(schema) ? faultsAt({ schema, self: object, oldSelf: previous, path: '' }) : [];
}

interface Place {
  readonly schema: Schema;
  readonly self: unknown;
  readonly oldSelf: unknown;
  readonly path: string;
}

function hasRules(schema: Schema): boolean {
  let found = ruled.get(schema);
  if (found === undefined) {
    const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
    found =
      schema['x-kubernetes-validations'] !== undefined || inner.some((one) => isMap(one) && hasRules(one as Schema));
    ruled.set(schema, found);
  }
  return found;
}

function faultsAt(place: Place): string[] {
  // What did not change was judged when it was stored, and no transition rule can object to it.
  if (place.self === undefined || place.self === null || place.self === place.oldSelf) return [];
  const own = (place.schema['x-kubernetes-validations'] ?? []).flatMap((rule) => faultOf(rule, place) ?? []);
  return [...own, ...insides(place).flatMap(faultsAt)];
}

function insides({ schema, self, oldSelf, path }: Place): Place[] {
  const { items } = schema;
  if (Array.isArray(self)) {
    if (!items || !hasRules(items)) return [];
    return self.map((one: unknown, index) => ({
      schema: items,
      self: one,
      oldSelf: counterpart(schema, one, oldSelf),
      path: `${path}[${index}]`,
    }));
  }
  if (!isMap(self)) return [];
  return Object.entries(self).flatMap(([key, value]) => {
    const field = fieldSchema(schema, key);
    if (!field || !hasRules(field)) return [];
    return [
      {
        schema: field,
        self: value,
        oldSelf: isMap(oldSelf) ? oldSelf[key] : undefined,
        path: path === '' ? key : `${path}.${key}`,
      },
    ];
  });
}

/** Only elements of keyed lists have a predecessor. */
function counterpart(schema: Schema, element: unknown, oldList: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys || !isMap(element) || !Array.isArray(oldList)) return undefined;
  return oldList.find((old: unknown) => isMap(old) && keys.every((key) => old[key] === element[key]));
}

const TRANSITION = /\boldSelf\b/;

function faultOf(rule: CelRule, place: Place): string | undefined {
  if (TRANSITION.test(rule.rule) && place.oldSelf === undefined) return undefined;
  const path = `${place.path}${rule.fieldPath ?? ''}`.replace(/^\./, '') || '<nil>';
  try {
    const self = celValue(place.schema, place.self);
    const oldSelf = place.oldSelf === undefined ? null : celValue(place.schema, place.oldSelf);
    if (program(rule.rule)({ self, oldSelf }) === true) return undefined;
    return `${path}: Invalid value: ${shown(place.self)}: ${rule.message ?? `failed rule: ${rule.rule}`}`;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return `${path}: Invalid value: ${shown(place.self)}: rule evaluation error: ${why}: ${rule.rule}`;
  }
}

const programs = new Map<string, ParseResult>();

function program(rule: string): ParseResult {
  let parsed = programs.get(rule);
  if (!parsed) programs.set(rule, (parsed = parse(rule)));
  return parsed;
}

/** The value in CEL's types: what the schema calls an integer is an int there, other numbers are doubles. */
function celValue(schema: Schema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return schema?.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, celValue(schema && fieldSchema(schema, key), item)]),
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return '"array"';
  return isMap(value) ? '"object"' : JSON.stringify(value);
}
