/** Validation of a value against a structural schema; each fault is one text as in the API server's 422 answers. */
import { fieldSchema, type Schema } from './schema.ts';
import { equal, isMap, type JsonMap } from './values.ts';

/** Every fault of the value at `path` (`spec.sessions[0].name`), in the order of the document. */
export function faultsOf(schema: Schema, value: unknown, path: string): string[] {
  if (value === null && schema.nullable) return [];
  const typeFault = wrongType(schema, value, path);
  if (typeFault) return [typeFault];
  return [
    ...enumFaults(schema, value, path),
    ...(typeof value === 'string' ? textFaults(schema, value, path) : []),
    ...(typeof value === 'number' ? numberFaults(schema, value, path) : []),
    ...(Array.isArray(value) ? listFaults(schema, value, path) : []),
    ...(isMap(value) ? mapFaults(schema, value, path) : []),
    ...combinationFaults(schema, value, path),
  ];
}

function wrongType(schema: Schema, value: unknown, path: string): string | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || Number.isInteger(value)) return undefined;
    return `${path}: Invalid value: "${typeName(value)}": ${path} in body must be of type integer or string: "${typeName(value)}"`;
  }
  if (schema.type === undefined || isOfType(schema.type, value)) return undefined;
  return `${path}: Invalid value: "${typeName(value)}": ${path} in body must be of type ${schema.type}: "${typeName(value)}"`;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isMap(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    default:
      return typeof value === type;
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function enumFaults(schema: Schema, value: unknown, path: string): string[] {
  if (!schema.enum || schema.enum.some((allowed) => equal(allowed, value))) return [];
  const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ');
  return [`${path}: Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`];
}

function textFaults(schema: Schema, value: string, path: string): string[] {
  const faults: string[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    faults.push(`${path}: Too long: may not be more than ${schema.maxLength} bytes`);
  if (schema.minLength !== undefined && length < schema.minLength) {
    faults.push(
      `${path}: Invalid value: ${JSON.stringify(value)}: ${path} in body should be at least ${schema.minLength} chars long`,
    );
  }
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    faults.push(`${path}: Invalid value: ${JSON.stringify(value)}: ${path} in body should match '${schema.pattern}'`);
  }
  if (schema.format === 'date-time' && !isDateTime(value)) {
    faults.push(
      `${path}: Invalid value: ${JSON.stringify(value)}: ${path} in body must be of type date-time: ${JSON.stringify(value)}`,
    );
  }
  return faults;
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) patterns.set(source, (pattern = new RegExp(source, 'u')));
  return pattern;
}

function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

function numberFaults(schema: Schema, value: number, path: string): string[] {
  const faults: string[] = [];
  const { minimum, maximum } = schema;
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    faults.push(
      `${path}: Invalid value: ${value}: ${path} in body should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
    );
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    faults.push(
      `${path}: Invalid value: ${value}: ${path} in body should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
    );
  }
  return faults;
}

function listFaults(schema: Schema, value: readonly unknown[], path: string): string[] {
  const faults: string[] = [];
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    faults.push(
      `${path}: Invalid value: ${value.length}: ${path} in body should have at least ${schema.minItems} items`,
    );
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    faults.push(`${path}: Too many: ${value.length}: must have at most ${schema.maxItems} items`);
  const { items } = schema;
  if (items) value.forEach((item, index) => faults.push(...faultsOf(items, item, `${path}[${index}]`)));
  return [...faults, ...duplicateFaults(schema, value, path)];
}

function duplicateFaults(schema: Schema, value: readonly unknown[], path: string): string[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'map' && listType !== 'set' && !schema.uniqueItems) return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = listType === 'map' && isMap(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
    const text = JSON.stringify(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [`${path}[${index}]: Duplicate value: ${text}`];
  });
}

function mapFaults(schema: Schema, value: JsonMap, path: string): string[] {
  const faults = (schema.required ?? [])
    .filter((key) => value[key] === undefined)
    .map((key) => `${at(path, key)}: Required value`);
  const size = Object.keys(value).length;
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    faults.push(
      `${path}: Invalid value: ${size}: ${path} in body should have at least ${schema.minProperties} properties`,
    );
  }
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    faults.push(`${path}: Too many: ${size}: must have at most ${schema.maxProperties} items`);
  for (const [key, item] of Object.entries(value)) {
    const field = fieldSchema(schema, key);
    if (field && item !== undefined) faults.push(...faultsOf(field, item, at(path, key)));
  }
  return faults;
}

function combinationFaults(schema: Schema, value: unknown, path: string): string[] {
  const faults = (schema.allOf ?? []).flatMap((one) => faultsOf(one, value, path));
  if (schema.anyOf && !schema.anyOf.some((one) => faultsOf(one, value, path).length === 0)) {
    faults.push(`${path}: Invalid value: ${path} in body must validate at least one schema (anyOf)`);
  }
  if (schema.oneOf && schema.oneOf.filter((one) => faultsOf(one, value, path).length === 0).length !== 1) {
    faults.push(`${path}: Invalid value: ${path} in body must validate one and only one schema (oneOf)`);
  }
  if (schema.not && faultsOf(schema.not, value, path).length === 0)
    faults.push(`${path}: Invalid value: ${path} in body must not validate the schema (not)`);
  return faults;
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
