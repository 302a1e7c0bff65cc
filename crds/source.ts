/**
 * Reads crds/source/: one file per kind and the fragments they share. A schema there may say `$ref: <fragment>` (siblings
 * win over what the fragment says, validations add up) and `$include: <fragments>` (their properties come first).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A schema as written in crds/source, or, with no `$` key left in it, as the API server takes it. */
export interface Schema {
  readonly $ref?: string;
  readonly $include?: string | readonly string[];
  readonly type?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly 'x-kubernetes-validations'?: readonly Validation[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  /** TypeScript type to write instead of the one that the schema describes. */
  readonly 'x-typescript'?: string;
  readonly [keyword: string]: unknown;
}

export interface Validation {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly priority?: number;
}

/** One file of crds/source/kinds. A kind with `status` is reconciled: it gets the status subresource and its common fields. */
export interface KindSource {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly columns: readonly Column[];
  readonly description: string;
  readonly validations?: readonly Validation[];
  readonly spec: Schema;
  readonly status?: Schema;
  readonly definitions?: Fragments;
}

export type Fragments = Readonly<Record<string, Schema>>;

const SOURCE = join(import.meta.dirname, 'source');

/** Every kind of crds/source/kinds, by file name. */
export function kindSources(): readonly KindSource[] {
  return yamlFiles('kinds').map((file) => readYaml(file) as KindSource);
}

/** The fragments of crds/source/fragments, all in one map. Throws when two have the same name. */
export function sharedFragments(): Fragments {
  const all = new Map<string, Schema>();
  for (const file of yamlFiles('fragments')) {
    for (const [name, schema] of Object.entries(readYaml(file) as Fragments)) {
      if (all.has(name)) throw new Error(`${file}: fragment ${name} is declared twice; give one of them another name`);
      all.set(name, schema);
    }
  }
  return Object.fromEntries(all);
}

/** The schema with every `$ref` and `$include` put in place and our own keywords left out. Throws on an unknown name. */
export function resolved(schema: Schema, fragments: Fragments): Schema {
  const { properties, items, additionalProperties, ...words } = opened(schema, fragments);
  const { 'x-typescript': ours, ...rest } = words;
  void ours;
  return {
    ...rest,
    ...(properties ? { properties: mapValues(properties, (one) => resolved(one, fragments)) } : {}),
    ...(items ? { items: resolved(items, fragments) } : {}),
    ...(additionalProperties ? { additionalProperties: resolved(additionalProperties, fragments) } : {}),
  };
}

/** The schema itself without `$ref` and `$include`; what lies below it is left as it is. */
export function opened(schema: Schema, fragments: Fragments): Schema {
  const { $ref, $include, ...own } = known(schema);
  const base = $ref === undefined ? {} : opened(fragmentOf($ref, fragments), fragments);
  const included = [$include ?? []].flat().map((name) => opened(fragmentOf(name, fragments), fragments));
  const parts = [...included, base, own];
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as Record<string, Schema>;
  const validations = [base, own].flatMap((part) => part['x-kubernetes-validations'] ?? []);
  return {
    ...base,
    ...own,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(validations.length > 0 ? { 'x-kubernetes-validations': validations } : {}),
  };
}

/** The same keys with other values. */
export function mapValues<From, To>(
  map: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

/** Words that a schema in crds/source may use; a comma in an unquoted description makes others. */
const KEYWORDS = new Set([
  ...[
    '$ref',
    '$include',
    'x-typescript',
    'type',
    'description',
    'properties',
    'items',
    'additionalProperties',
    'required',
  ],
  ...[
    'enum',
    'default',
    'format',
    'pattern',
    'anyOf',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
  ],
  ...['validations', 'list-type', 'list-map-keys', 'map-type', 'preserve-unknown-fields', 'int-or-string'].map(
    (word) => `x-kubernetes-${word}`,
  ),
]);

function known(schema: Schema): Schema {
  const stray = Object.keys(schema).find((word) => !KEYWORDS.has(word));
  if (stray === undefined) return schema;
  throw new Error(
    `crds/source: "${stray}" is no keyword (near "${schema.description ?? ''}"): quote text that has a comma`,
  );
}

function fragmentOf(name: string, fragments: Fragments): Schema {
  const fragment = fragments[name];
  if (!fragment)
    throw new Error(`crds/source: no fragment ${name}; declare it in crds/source/fragments or under definitions`);
  return fragment;
}

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(SOURCE, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(SOURCE, folder, name));
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}
