/** Kubernetes objects as YAML files on the backend: what makes the backend readable for another cluster. */
import { isObject, type JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import type { Store } from './store.ts';

/** Bytes of this object as YAML. */
export async function yamlOf(manifest: object): Promise<Uint8Array> {
  const { stringify } = await import('yaml');
  return new TextEncoder().encode(stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }));
}

/** The object under this key; undefined when absent, `StorageMetadataInvalid` with line and column when it is not YAML. */
export async function manifestAt(store: Store, key: string): Promise<JsonObject | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  const { parseDocument } = await import('yaml');
  const document = parseDocument(new TextDecoder().decode(bytes), { maxAliasCount: 0 } as object);
  const problem = document.errors[0];
  if (problem) {
    const at = problem.linePos?.[0];
    throw new Fault('StorageMetadataInvalid', `${key}:${at?.line ?? 1}:${at?.col ?? 1} is not YAML`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (!isObject(value)) throw new Fault('StorageMetadataInvalid', `${key}:1:1 is not an object`);
  return value;
}
