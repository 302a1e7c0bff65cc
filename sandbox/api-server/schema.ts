/**
 * Structural schemas of CustomResourceDefinitions: unknown fields are pruned, defaults filled in, the rest validated with the
 * messages of kube-openapi as the API server words them (k8s.io/apiextensions-apiserver pkg/apiserver/{schema,validation}).
 */
import { isMap, type JsonMap } from './values.ts';

export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: boolean;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
  readonly reason?: string;
  readonly optionalOldSelf?: boolean;
}

/** The value without fields the schema does not know, and with its defaults; shares what did not change. */
export function structured(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? mapList(value, (item) => structured(items, item)) : value;
  }
  return isMap(value) ? structuredMap(schema, value) : value;
}

function structuredMap(schema: Schema, value: JsonMap): JsonMap {
  const result: Record<string, unknown> = {};
  let changed = false;
  for (const [key, item] of Object.entries(value)) {
    const field = fieldSchema(schema, key);
    if (field ? isReplacedByDefault(field, item) : !keeps(schema, key)) {
      changed = true;
      continue;
    }
    result[key] = field ? structured(field, item) : item;
    if (result[key] !== item) changed = true;
  }
  return filledIn(schema, result) || changed ? result : value;
}

/** Puts defaults where there is nothing; says whether it did. */
function filledIn(schema: Schema, target: Record<string, unknown>): boolean {
  let filled = false;
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (field.default === undefined || target[key] !== undefined) continue;
    target[key] = structured(field, field.default);
    filled = true;
  }
  return filled;
}

/** A null that the schema does not allow gives way to the default. */
function isReplacedByDefault(field: Schema, item: unknown): boolean {
  return item === null && !field.nullable && field.default !== undefined;
}

/** Whether a field that the schema does not name stays. */
function keeps(schema: Schema, key: string): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields']) return true;
  if (schema['x-kubernetes-embedded-resource'] && EMBEDDED.has(key)) return true;
  return !schema.properties && !schema.additionalProperties && schema.type === undefined;
}

const EMBEDDED = new Set(['apiVersion', 'kind', 'metadata']);

/** The schema of one field of an object, or undefined where the schema does not know the field. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (property) return property;
  if (isMap(schema.additionalProperties)) return schema.additionalProperties as Schema;
  return schema.additionalProperties === true ? {} : undefined;
}

function mapList(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  let changed = false;
  const next = list.map((item) => {
    const result = change(item);
    if (result !== item) changed = true;
    return result;
  });
  return changed ? next : list;
}
