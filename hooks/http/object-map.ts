/** The maps of children and related objects: `"Job.batch/v1"` -> `"namespace/name"` -> object. */
import type { ObjectMap } from '../kube/metacontroller.ts';
import { HookError, pointer, type ErrorCode } from './errors.ts';
import { isMap, type Map } from './map.ts';
import { metadataFault } from './metadata.ts';

export type Notes = readonly string[];

/** Checks a map of groups, shape and keys; `code` is the refusal for a map or group that is none. */
export function groupsOf(value: unknown, field: string, code: ErrorCode, notes: string[]): ObjectMap {
  if (!isMap(value)) throw new HookError(code, pointer(field));
  for (const group in value) {
    const objects = value[group];
    if (!isMap(objects)) throw new HookError(code, pointer(field, group));
    for (const key in objects) {
      const fault = objectFault(objects[key], group);
      if (fault !== undefined) throw new HookError('ObjectMalformed', pointer(field, group, key) + fault);
      const odd = keyFault(key, objects[key]);
      if (odd === 'v1') throw new HookError('HookVersionUnsupported', pointer(field, group, key));
      if (odd === 'other') notes.push(`${pointer(field, group, key)} is not the object's own name`);
    }
  }
  return value as ObjectMap;
}

function objectFault(object: unknown, group: string): string | undefined {
  if (!isMap(object)) return ' is not an object';
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return ' lacks apiVersion or kind';
  if (!isGroup(group, kind, apiVersion)) return ' is of another kind than its group';
  const fault = metadataFault(object['metadata']);
  return fault === undefined ? undefined : `/metadata${fault}`;
}

/** `group === `${kind}.${apiVersion}``, without building that text for each of a thousand objects. */
function isGroup(group: string, kind: string, apiVersion: string): boolean {
  return (
    group.length === kind.length + 1 + apiVersion.length &&
    group.startsWith(kind) &&
    group[kind.length] === '.' &&
    group.endsWith(apiVersion)
  );
}

/** v2 keys a namespaced object `namespace/name`, v1 by its bare name (metacontroller: pkg/controller/common/api/v{1,2}/common.go). */
function keyFault(key: string, object: unknown): 'v1' | 'other' | undefined {
  const metadata = (object as { readonly metadata: Map }).metadata;
  const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
  if (!namespace) return key === name ? undefined : 'other';
  if (key.length === namespace.length + 1 + name.length && key.startsWith(namespace) && key.endsWith(name)) {
    return key[namespace.length] === '/' ? undefined : 'other';
  }
  return key.includes('/') ? 'other' : 'v1';
}
