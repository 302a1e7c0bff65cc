/** Validation code of all kinds: what the CRDs say, without their CEL rules, as one module that needs nothing else. */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { specOf } from './manifest.ts';
import { mapValues, opened, type Fragments, type KindSource, type Schema } from './source.ts';

const SHARED = 'shared';

/** The text of hooks/generated/validators.js: ajv's function of every kind, sharing the code of shared fragments. */
export async function validatorsText(kinds: readonly KindSource[], shared: Fragments): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    messages: false,
    inlineRefs: false,
    unicodeRegExp: false,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i },
    code: { source: true, esm: true, optimize: 2 },
  });
  ajv.addSchema({ $id: SHARED, $defs: mapValues(shared, (one) => draft(one, shared, {})) });
  for (const kind of kinds) ajv.addSchema({ $id: kind.kind, ...kindSchema(kind, shared) });
  const names = kinds.map(({ kind }) => kind);
  const code = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  return bundled(`${code}\nexport default { ${names.join(', ')} };`);
}

/** The text of hooks/generated/validators.d.ts. */
export function validatorsDeclaration(kinds: readonly KindSource[]): string {
  return `// Made from crds/source by crds/generate.ts: do not edit.
export type KindName = ${kinds.map(({ kind }) => `'${kind}'`).join(' | ')};
/** An error as ajv states it. */
export interface RawProblem {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Validate {
  (object: unknown): boolean;
  readonly errors?: readonly RawProblem[] | null;
}
declare const validators: Readonly<Record<KindName, Validate>>;
export default validators;
`;
}

function kindSchema(kind: KindSource, shared: Fragments): object {
  const own = kind.definitions ?? {};
  return {
    type: 'object',
    required: ['spec'],
    // Only what users write: status is our own, and what an older version wrote there is no mistake of theirs.
    properties: { spec: draft(specOf(kind), shared, own) },
    $defs: mapValues(own, (one) => draft(one, shared, own)),
  };
}

const NOT_FOR_AJV = new Set(['description', 'default']);

/** The schema in ajv's words. Objects with a name stay references, so that their code exists once. */
function draft(schema: Schema, shared: Fragments, own: Fragments): object {
  const all = { ...shared, ...own };
  const open = opened(schema, all);
  if (schema.$ref !== undefined && open.properties && !schema.required) {
    return { $ref: `${schema.$ref in own ? '' : SHARED}#/$defs/${schema.$ref}` };
  }
  if (open['x-kubernetes-int-or-string'])
    return { type: ['integer', 'string'], ...picked(open, ['pattern', 'maxLength']) };
  const { format, properties, items, additionalProperties, ...rest } = open;
  const words = Object.entries(rest).filter(([word]) => !word.startsWith('x-') && !NOT_FOR_AJV.has(word));
  return {
    ...Object.fromEntries(words),
    ...(format === 'date-time' ? { format } : {}),
    ...(properties ? { properties: mapValues(properties, (one) => draft(one, shared, own)) } : {}),
    ...(items ? { items: draft(items, shared, own) } : {}),
    ...(additionalProperties ? { additionalProperties: draft(additionalProperties, shared, own) } : {}),
  };
}

function picked(schema: Schema, words: readonly string[]): object {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => words.includes(word)));
}

/** ajv's text asks for its own run-time files by require(); a bundle has them inside. */
async function bundled(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    banner: { js: '// Made from crds/source by crds/generate.ts: do not edit.' },
  });
  return result.outputFiles[0]?.text ?? '';
}
