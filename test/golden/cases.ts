/** The golden corpus on disk: `test/hooks/<kind>/<case>/{request,response}.yaml`, format in README.md. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { HookName } from '../../hooks/http/row.ts';
import { instantOf } from '../../hooks/kube/instants.ts';
import type { Instant } from '../../hooks/kube/metacontroller.ts';

const CORPUS = fileURLToPath(new URL('../hooks/', import.meta.url));
const HOOKS: readonly string[] = ['sync', 'customize', 'finalize'] satisfies HookName[];

/** A case as written: what is posted, at what time, and why it is in the corpus. */
export interface GoldenCase {
  /** `<kind>/<case>`. */
  readonly id: string;
  readonly kind: string;
  readonly hook: HookName;
  readonly now: Instant;
  readonly reason: string;
  readonly request: unknown;
}

/** Ids of the cases that `filter` (`<kind>` or `<kind>/<case>`, or nothing for all) names, in order. */
export function caseIds(filter: string = ''): readonly string[] {
  if (!existsSync(CORPUS)) return [];
  return foldersOf(CORPUS)
    .flatMap((kind) => foldersOf(join(CORPUS, kind)).map((name) => `${kind}/${name}`))
    .filter((id) => filter === '' || id === filter || id.startsWith(`${filter}/`));
}

/** The case of this id; throws a sentence that names file and field when it is not written as README.md says. */
export function goldenCase(id: string): GoldenCase {
  const path = requestPath(id);
  const file: unknown = parse(readFileSync(path, 'utf8'));
  if (typeof file !== 'object' || file === null) throw new Error(`${path}: not a map`);
  const { hook, now, reason, request } = file as Record<string, unknown>;
  const instant = instantOf(now);
  if (!isHookName(hook)) throw new Error(`${path}: hook must be one of ${HOOKS.join(', ')}`);
  if (instant === undefined) throw new Error(`${path}: now must be an RFC 3339 time, for example 2026-01-05T02:00:00Z`);
  if (typeof reason !== 'string' || reason.trim() === '') throw new Error(`${path}: reason must be a sentence`);
  return { id, kind: id.slice(0, id.indexOf('/')), hook, now: instant, reason, request };
}

/** The golden answer, or undefined while none was written. */
export function goldenResponse(id: string): unknown {
  const path = responsePath(id);
  return existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
}

/** Writes the golden answer; says whether the file changed. */
export function writeResponse(id: string, response: unknown): boolean {
  const text = stringify(response, { lineWidth: 0, aliasDuplicateObjects: false });
  const path = responsePath(id);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeFileSync(path, text);
  return true;
}

/** The path of a case's request file. */
export function requestPath(id: string): string {
  return join(CORPUS, id, 'request.yaml');
}

function responsePath(id: string): string {
  return join(CORPUS, id, 'response.yaml');
}

function foldersOf(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function isHookName(value: unknown): value is HookName {
  return typeof value === 'string' && HOOKS.includes(value);
}
