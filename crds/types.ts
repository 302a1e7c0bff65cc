/** TypeScript types of the kinds: one file per kind and one for the fragments they share. */
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import * as prettier from 'prettier';
import { specOf, statusOf, VERSION } from './manifest.ts';
import { mapValues, opened, type Fragments, type KindSource, type Schema } from './source.ts';
import { readonlyTypes } from './readonly-types.ts';

const HEADER = '// Made from crds/source by crds/generate.ts: do not edit.\n';

/** The text of hooks/generated/types/shared.ts. */
export async function sharedTypes(shared: Fragments): Promise<string> {
  const body = await interfacesOf(shared, shared);
  return formatted(`${imports(body, [])}${body}`);
}

/** The text of hooks/generated/types/<kind>.ts. */
export async function kindTypes(kind: KindSource, shared: Fragments): Promise<string> {
  const definitions = kind.definitions ?? {};
  const status = statusOf(kind);
  const roots = { [`${kind.kind}Spec`]: specOf(kind), ...(status ? { [`${kind.kind}Status`]: status } : {}) };
  const body = await interfacesOf({ ...roots, ...definitions }, { ...shared, ...definitions });
  const object = `/** ${kind.description} */
    export interface ${kind.kind} extends KubeObject<${kind.kind}Spec, ${status ? `${kind.kind}Status` : 'undefined'}> {
      readonly apiVersion: '${kind.group}/${VERSION}';
      readonly kind: '${kind.kind}';
      readonly spec: ${kind.kind}Spec;
    }\n`;
  const named = Object.keys(shared).filter((name) => isNamed(opened(shared[name] ?? {}, shared)));
  return formatted(`${imports(object + body, named)}${object}${body}`);
}

/** Fragments that become an interface of their own; others are written out where they are used. */
function isNamed(schema: Schema): boolean {
  return schema.properties !== undefined && schema['x-typescript'] === undefined;
}

async function interfacesOf(declared: Fragments, fragments: Fragments): Promise<string> {
  const named = Object.entries(declared).filter(([, schema]) => isNamed(opened(schema, fragments)));
  const texts = await Promise.all(
    named.map(([name, schema]) =>
      compile(plainSchema(opened(schema, fragments), fragments), name, {
        bannerComment: '',
        format: false,
        additionalProperties: false,
        ignoreMinAndMaxItems: true,
      }),
    ),
  );
  return readonlyTypes(texts.join('\n'));
}

/** The schema in JSON Schema's words, as far as types depend on it. */
function plainSchema(schema: Schema, fragments: Fragments): JSONSchema {
  const tsType = typeTextOf(schema, fragments);
  const description = { ...(schema.description ? { description: schema.description } : {}) };
  if (tsType) return { ...description, tsType };
  const open = opened(schema, fragments);
  return {
    ...(open.description ? { description: open.description } : {}),
    ...(open.enum ? { enum: [...open.enum] as string[] } : { type: open.type as 'object' }),
    ...(open.required ? { required: [...open.required] } : {}),
    ...(open.properties ? { properties: mapValues(open.properties, (one) => plainSchema(one, fragments)) } : {}),
    ...(open.items ? { items: plainSchema(open.items, fragments) } : {}),
    ...(open.type === 'object' ? { additionalProperties: restOf(open, fragments) } : {}),
  };
}

function restOf(schema: Schema, fragments: Fragments): JSONSchema | boolean {
  if (schema.additionalProperties) return plainSchema(schema.additionalProperties, fragments);
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

/** The type in words where it is not to be derived from the schema: fragments by name, free-form objects, quantities. */
function typeTextOf(schema: Schema, fragments: Fragments): string | undefined {
  const open = opened(schema, fragments);
  if (open['x-typescript']) return open['x-typescript'];
  if (schema.$ref !== undefined && isNamed(open)) return schema.$ref;
  if (open['x-kubernetes-int-or-string']) return 'number | string';
  const free = open.type === 'object' && open['x-kubernetes-preserve-unknown-fields'] && !open.properties;
  return free ? 'Readonly<Record<string, unknown>>' : undefined;
}

function imports(body: string, shared: readonly string[]): string {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(body);
  const used = shared.filter((name) => uses(name) && !new RegExp(`interface ${name}\\b`).test(body));
  return [
    HEADER,
    uses('Condition') ? "import type { Condition } from '../../kube/conditions.ts';\n" : '',
    uses('KubeObject') ? "import type { KubeObject } from '../../kube/objects.ts';\n" : '',
    used.length > 0 ? `import type { ${used.join(', ')} } from './shared.ts';\n` : '',
    '\n',
  ].join('');
}

function formatted(text: string): Promise<string> {
  return prettier.format(text, { parser: 'typescript', singleQuote: true, printWidth: 120, trailingComma: 'all' });
}
