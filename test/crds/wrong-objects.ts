/** The table of wrong objects (wrong-objects.yaml), each made from the good object of its kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface WrongObject {
  readonly wrong: string;
  readonly kind: string;
  /** Changes that the stored object has already, as `set`. */
  readonly before?: Readonly<Record<string, Json>>;
  readonly set?: Readonly<Record<string, Json>>;
  readonly remove?: readonly string[];
  /** The change is made to an object that exists, with this status on it. */
  readonly update?: boolean;
  readonly status?: Json;
  readonly server: string;
  readonly pointer?: string;
  readonly message?: string;
}

export interface GoodObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Json;
}

/** The good object of every kind, by kind. */
export function goodObjects(): ReadonlyMap<string, GoodObject> {
  return new Map(Object.entries(readYaml('good-objects.yaml') as Record<string, GoodObject>));
}

/** Every row of the table. */
export function wrongObjects(): readonly WrongObject[] {
  return readYaml('wrong-objects.yaml') as WrongObject[];
}

/** The good object of the row's kind, as it is stored before the change. Throws when a pointer leads nowhere. */
export function stored(row: WrongObject): GoodObject {
  const good = goodObjects().get(row.kind);
  if (!good) throw new Error(`good-objects.yaml has no ${row.kind}`);
  const copy = structuredClone(good) as unknown as Json;
  setAll(copy, row.before);
  return copy as unknown as GoodObject;
}

/** The same with the row's change. */
export function changed(row: WrongObject): GoodObject {
  const copy = stored(row) as unknown as Json;
  for (const pointer of row.remove ?? []) place(copy, pointer, (parent, key) => delete parent[key]);
  setAll(copy, row.set);
  return copy as unknown as GoodObject;
}

function setAll(root: Json, values: WrongObject['set'] = {}): void {
  for (const [pointer, value] of Object.entries(structuredClone(values))) {
    place(root, pointer, (parent, key) => {
      if (Array.isArray(parent) && key === '-') parent.push(value);
      else parent[key] = value;
    });
  }
}

function place(root: Json, pointer: string, change: (parent: Record<string, Json>, key: string) => void): void {
  const steps = pointer.split('/').slice(1);
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Json | undefined>(
    (value, step) => (value as Record<string, Json> | undefined)?.[step],
    root,
  );
  if (typeof parent !== 'object' || parent === null) throw new Error(`${pointer} leads nowhere in the good object`);
  change(parent as Record<string, Json>, last);
}

function readYaml(name: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}
