/** Manifests from files, as `kubectl apply -k` would find them: resources of a kustomization, and its patches. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import { mergePatched } from '../api-server/values.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

interface Kustomization {
  readonly resources?: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
}

/** All manifests of a file or of a folder's `kustomization.yaml` (resources and merge patches only), in their order. */
export function manifestsOf(path: string): readonly Manifest[] {
  if (!statSync(path).isDirectory()) return documentsOf(path);
  const kustomization = parse(readFileSync(join(path, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const resources = (kustomization.resources ?? []).flatMap((resource) => manifestsOf(join(path, resource)));
  const patches = (kustomization.patches ?? []).flatMap((patch) => documentsOf(join(path, patch.path)));
  return resources.map((resource) =>
    patches
      .filter((patch) => isSame(patch, resource))
      .reduce((merged, patch) => mergePatched(merged, patch) as Manifest, resource),
  );
}

/** All manifests of every YAML file in a folder, by file name. */
export function manifestsIn(directory: string): readonly Manifest[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((name) => documentsOf(join(directory, name)));
}

function documentsOf(file: string): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return documents.map((document) => {
    const [fault] = document.errors;
    if (fault) throw new Error(`${file}: ${fault.message}`);
    return document.toJS() as Manifest;
  });
}

/** Creates the object, or patches the one that is there to match: what `kubectl apply` does for new fields and changed ones. */
export function apply(api: ApiServer, manifest: Manifest): StoredObject {
  const { name, namespace } = manifest.metadata;
  const { apiVersion, kind } = manifest;
  const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  return api.get(key) ? api.patch(key, manifest) : api.create(withStringData(manifest));
}

/** The API server turns a Secret's stringData into data. */
function withStringData(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret' || !manifest.stringData) return manifest;
  const { stringData, ...rest } = manifest;
  const pairs = Object.entries(stringData as Record<string, string>);
  const data = Object.fromEntries(pairs.map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { ...rest, data: { ...(manifest.data as object | undefined), ...data } };
}

function isSame(left: Manifest, right: Manifest): boolean {
  return (
    left.kind === right.kind &&
    left.metadata.name === right.metadata.name &&
    left.metadata.namespace === right.metadata.namespace
  );
}
