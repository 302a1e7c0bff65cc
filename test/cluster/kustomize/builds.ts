/** What `kubectl kustomize` makes of a folder, and of kustomizations that only a test needs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseAllDocuments, stringify } from 'yaml';

export interface Built {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const KUSTOMIZE = fileURLToPath(new URL('../../../kustomize/', import.meta.url));

/** The objects of a built folder, in order. Throws what kubectl said. */
export async function built(folder: string): Promise<readonly Built[]> {
  const { stdout } = await execa('kubectl', ['kustomize', folder]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Built);
}

/**
 * Builds a kustomization made of these fields and files. `@/` stands for kustomize/, since kustomize takes no absolute
 * path to a folder.
 */
export async function builtFrom(
  kustomization: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, unknown>> = {},
): Promise<readonly Built[]> {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-kustomize-'));
  try {
    const text = stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...kustomization });
    writeFileSync(join(folder, 'kustomization.yaml'), text.replaceAll('@/', `${relative(folder, KUSTOMIZE)}/`));
    for (const [name, objects] of Object.entries(files)) {
      const documents = Array.isArray(objects) ? objects : [objects];
      writeFileSync(join(folder, name), documents.map((object) => `---\n${stringify(object)}`).join(''));
    }
    return await built(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The object of this kind and name. Throws when it is not among them. */
export function objectOf(objects: readonly Built[], kind: string, name: string): Built {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} was built`);
  return found;
}
