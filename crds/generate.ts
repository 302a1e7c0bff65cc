/**
 * Makes everything that follows from crds/source: the CRDs, types, validators and the tables of docs/crds.md.
 * `tsx crds/generate.ts` writes; with `--check` it writes nothing and ends with 1, naming each file that differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestText } from './manifest.ts';
import { kindSources, sharedFragments } from './source.ts';
import { pageWithTables } from './tables.ts';
import { kindTypes, sharedTypes } from './types.ts';
import { validatorsDeclaration, validatorsText } from './validators.ts';

const ROOT = join(import.meta.dirname, '..');

/** Every generated file by its path from the repository's root. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const shared = sharedFragments();
  const kinds = kindSources();
  const files = new Map([
    ['hooks/generated/types/shared.ts', await sharedTypes(shared)],
    ['hooks/generated/validators.js', await validatorsText(kinds, shared)],
    ['hooks/generated/validators.d.ts', validatorsDeclaration(kinds)],
  ]);
  files.set('docs/crds.md', await pageWithTables(contentOf('docs/crds.md') ?? '', kinds, shared));
  for (const kind of kinds) {
    files.set(`crds/${kind.group}_${kind.plural}.yaml`, manifestText(kind, shared));
    files.set(`hooks/generated/types/${kind.kind.toLowerCase()}.ts`, await kindTypes(kind, shared));
  }
  return files;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}

if (process.argv[1] === import.meta.filename) {
  const files = await generatedFiles();
  const stale = [...files].filter(([path, text]) => contentOf(path) !== text);
  const check = process.argv.includes('--check');
  if (!check) stale.forEach(([path, text]) => write(path, text));
  for (const [path] of stale)
    console.log(check ? `${path} differs from crds/source: run make generate` : `wrote ${path}`);
  if (check && stale.length > 0) process.exitCode = 1;
}
