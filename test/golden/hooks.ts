/** The hook of a golden case whose kind has no row in the route table yet, by its file's convention. */
import { existsSync } from 'node:fs';
import type { HookFunction } from '../../hooks/http/row.ts';
import type { GoldenCase } from './cases.ts';

const FOLDERS = new URL('../../hooks/kinds/', import.meta.url);

/** The pure function of the case; throws a sentence when there is none. */
export async function conventionalHook(golden: GoldenCase): Promise<HookFunction> {
  const [folder, file] = golden.kind.startsWith('claims-')
    ? ['claims', `${golden.hook}.ts`]
    : [golden.kind, `${golden.hook}.ts`];
  const url = new URL(`${folder}/${file}`, FOLDERS);
  if (!existsSync(url))
    throw new Error(`${golden.id}: no route ${golden.kind} and no file hooks/kinds/${folder}/${file}`);
  const module = (await import(url.href)) as Record<string, unknown>;
  const wanted = `${golden.hook}${folder}`;
  const found = Object.entries(module).find(([name]) => name.toLowerCase() === wanted);
  if (!found || typeof found[1] !== 'function') throw new Error(`${golden.id}: ${url.pathname} exports no ${wanted}`);
  return found[1] as HookFunction;
}
