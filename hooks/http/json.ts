/** Bytes to frozen JSON. The request is frozen to the leaves, so that no hook can change what another reads. */
import { isUtf8 } from 'node:buffer';
import { HookError, pointer } from './errors.ts';
import { jsonFault } from './json-fault.ts';

/** Far above any Kubernetes object, far below what recursion can bear. */
const MAX_DEPTH = 200;

/** The object that these bytes hold; throws the catalogue's BodyEmpty, BodyNot… and BodyTooDeep, NumberOutOfRange. */
export function frozenJson(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) throw new HookError('BodyEmpty');
  if (!isUtf8(body)) throw new HookError('BodyNotUtf8');
  const value = parsed(body.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new HookError('BodyNotObject');
  try {
    freeze(value, 0);
  } catch (error) {
    throw error instanceof Endless ? new HookError('NumberOutOfRange', endlessAt(value)) : error;
  }
  return value as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HookError('BodyNotJson', jsonFault(text));
  }
}

/**
 * Freezes and checks in one walk: depth, and numbers that JSON can write but no double can hold (they would be answered
 * as null). The walk carries no path, it costs a tenth of the parsing; a fault's place is searched for afterwards.
 */
function freeze(value: object, depth: number): void {
  if (depth > MAX_DEPTH) throw new HookError('BodyTooDeep', `over ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) for (const element of value) freezeField(element, depth);
  else for (const key in value) freezeField((value as Record<string, unknown>)[key], depth);
  Object.freeze(value);
}

function freezeField(field: unknown, depth: number): void {
  if (typeof field === 'object') {
    if (field !== null) freeze(field, depth + 1);
  } else if (typeof field === 'number' && !Number.isFinite(field)) {
    throw new Endless();
  }
}

class Endless extends Error {}

/** The pointer of the first number that overflowed; only called when there is one within MAX_DEPTH. */
function endlessAt(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, field] of Object.entries(value)) {
    const below = endlessAt(field);
    if (below !== undefined) return pointer(key) + below;
  }
  return undefined;
}
