/** Objects grouped by kind and version, keyed as hooks see them (pkg/controller/common/api). */
import type { Resource } from '../api-server/api.ts';
import { groupOf } from '../api-server/errors.ts';
import { mapOf, textOf, type JsonMap } from '../api-server/values.ts';

export interface Group<Value extends JsonMap> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly objects: Map<string, Value>;
}

/** `Job.batch/v1` or `Pod.v1`. */
function groupKey(apiVersion: string, kind: string): string {
  return `${kind}.${apiVersion}`;
}

/** `namespace/name`, or the name alone where there is no namespace. */
export function objectKey(object: JsonMap): string {
  const metadata = mapOf(object['metadata']);
  const namespace = textOf(metadata['namespace']);
  const name = textOf(metadata['name']);
  return namespace === '' ? name : `${namespace}/${name}`;
}

export class ObjectMap<Value extends JsonMap = JsonMap> {
  readonly groups = new Map<string, Group<Value>>();

  /** Makes the group exist, empty or not. */
  open(apiVersion: string, kind: string): Group<Value> {
    const key = groupKey(apiVersion, kind);
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, (group = { apiVersion, kind, objects: new Map() }));
    return group;
  }

  openFor(resource: Resource): Group<Value> {
    return this.open(resource.apiVersion, resource.kind);
  }

  /** The last object of a key wins. */
  add(object: Value): void {
    this.open(textOf(object['apiVersion']), textOf(object['kind'])).objects.set(objectKey(object), object);
  }

  group(apiVersion: string, kind: string): Group<Value> | undefined {
    return this.groups.get(groupKey(apiVersion, kind));
  }

  /** Groups ordered by group, version and kind. */
  sorted(): readonly Group<Value>[] {
    return [...this.groups.values()].sort(byGroupVersionKind);
  }
}

/** The map as hooks get it: v2 keys are qualified; v1 keys are relative to the parent and hide what it cannot name. */
export function hookMap(map: ObjectMap, parent: JsonMap, version: string): JsonMap {
  const parentNamespace = textOf(mapOf(parent['metadata'])['namespace']);
  const relative = version === 'v1' && parentNamespace !== '';
  const result: Record<string, JsonMap> = {};
  for (const key of [...map.groups.keys()].sort()) {
    const objects = map.groups.get(key)?.objects;
    result[key] = !objects || objects.size === 0 ? NOTHING : byKey(objects, relative ? parentNamespace : undefined);
  }
  return result;
}

const NOTHING: JsonMap = Object.freeze({});

function byKey(objects: ReadonlyMap<string, JsonMap>, parentNamespace: string | undefined): JsonMap {
  const result: Record<string, JsonMap> = {};
  const keys = [...objects.keys()];
  for (const key of keys.length > 1 ? keys.sort() : keys) {
    const object = objects.get(key) ?? NOTHING;
    if (parentNamespace === undefined) result[key] = object;
    else for (const [name, one] of relativeEntry(object, parentNamespace)) result[name] = one;
  }
  return result;
}

function relativeEntry(object: JsonMap, parentNamespace: string): [string, JsonMap][] {
  const metadata = mapOf(object['metadata']);
  return textOf(metadata['namespace']) === parentNamespace ? [[textOf(metadata['name']), object]] : [];
}

function byGroupVersionKind(left: Group<JsonMap>, right: Group<JsonMap>): number {
  return (
    compare(groupOf(left.apiVersion), groupOf(right.apiVersion)) ||
    compare(left.apiVersion, right.apiVersion) ||
    compare(left.kind, right.kind)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
