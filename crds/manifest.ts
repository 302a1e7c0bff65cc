/** A kind as a CustomResourceDefinition: what kubectl applies. */
import { stringify } from 'yaml';
import { resolved, type Fragments, type KindSource, type Schema } from './source.ts';

export const VERSION = 'v1alpha1';

/** The status schema of a reconciled kind: its own fields and those that every such kind has. */
export function statusOf(kind: KindSource): Schema | undefined {
  if (!kind.status) return undefined;
  return {
    type: 'object',
    description: `What MetaStash found and did. Written by MetaStash alone.`,
    // kstatus takes an object without status for finished, so a new one says that nobody has looked at it yet.
    default: { observedGeneration: -1 },
    ...kind.status,
    properties: {
      observedGeneration: { $ref: 'ObservedGeneration' },
      ...kind.status.properties,
      conditions: { $ref: 'Conditions' },
      metastash: { $ref: 'Metastash' },
    },
  };
}

/** The spec schema of a kind. */
export function specOf(kind: KindSource): Schema {
  return { type: 'object', description: `What is wanted.`, ...kind.spec };
}

/** The whole object schema of a kind, with nothing left to resolve. */
export function objectSchema(kind: KindSource, shared: Fragments): Schema {
  const fragments = { ...shared, ...kind.definitions };
  const status = statusOf(kind);
  return resolved(
    {
      type: 'object',
      description: kind.description,
      required: ['spec'],
      ...(kind.validations ? { 'x-kubernetes-validations': kind.validations } : {}),
      properties: {
        apiVersion: { type: 'string', description: `Version of the schema: ${kind.group}/${VERSION}.` },
        kind: { type: 'string', description: `Kind of the object: ${kind.kind}.` },
        // The API server knows metadata itself and refuses any word on it.
        metadata: { type: 'object' },
        spec: specOf(kind),
        ...(status ? { status } : {}),
      },
    },
    fragments,
  );
}

/** The text of `crds/<group>_<plural>.yaml`. */
export function manifestText(kind: KindSource, shared: Fragments): string {
  const names = {
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    plural: kind.plural,
    singular: kind.kind.toLowerCase(),
    ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
    categories: kind.categories,
  };
  const manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}`, labels: { 'app.kubernetes.io/part-of': 'metastash' } },
    spec: {
      group: kind.group,
      names,
      scope: kind.scope,
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          ...(kind.status ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: kind.columns,
          schema: { openAPIV3Schema: objectSchema(kind, shared) },
        },
      ],
    },
  };
  const header = `# Made from crds/source by crds/generate.ts: edit crds/source/kinds/${kind.kind.toLowerCase()}.yaml or the fragments, then make generate.\n`;
  return header + stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
}
