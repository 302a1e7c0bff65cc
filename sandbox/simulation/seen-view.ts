/**
 * What a hook looked at. Hooks are pure functions of their request and the time, so an answer holds for every later request
 * that differs only in what the hook did not read. Objects are handed over as copies whose top-level fields, and the fields
 * of whose status, tell when they are read; metadata always counts as read, but for its resourceVersion.
 */
import { equal, isMap, mapOf, type JsonMap } from '../api-server/values.ts';

export interface SeenView {
  /** The request, with objects that take note of what is read. */
  readonly request: JsonMap;
  /** Whether another request shows the same in everything that was read so far. */
  holdsFor(other: JsonMap): boolean;
}

interface Look {
  readonly object: JsonMap;
  readonly copy: JsonMap;
  readonly fields: Set<string>;
  readonly statusFields: Set<string>;
}

type Looks = ReadonlyMap<string, Look>;

/** What one hook looked at of each stored object, which is frozen: asked again it reads about the same, so the copy is kept. */
export type Known = WeakMap<JsonMap, Look>;

const OBJECTS = ['parent', 'object'];
const GROUPS = ['children', 'attachments', 'related'];

/** A view of a decoded request; `known` holds the looks of the same hook at the same objects. */
export function seenView(request: JsonMap, known: Known): SeenView {
  const shown: Record<string, unknown> = { ...request };
  const looks = new Map<string, Look | ReadonlyMap<string, Looks>>();
  for (const field of OBJECTS) {
    if (!isMap(request[field])) continue;
    const look = lookAt(request[field], known);
    looks.set(field, look);
    shown[field] = look.copy;
  }
  for (const field of GROUPS) {
    if (!isMap(request[field])) continue;
    const groups: Record<string, JsonMap> = {};
    const inGroups = new Map<string, Looks>();
    for (const group of Object.keys(request[field])) {
      const objects = mapOf(request[field][group]);
      const copies: Record<string, JsonMap> = {};
      const inGroup = new Map<string, Look>();
      for (const key of Object.keys(objects)) {
        const look = lookAt(mapOf(objects[key]), known);
        inGroup.set(key, look);
        copies[key] = look.copy;
      }
      inGroups.set(group, inGroup);
      groups[group] = copies;
    }
    looks.set(field, inGroups);
    shown[field] = groups;
  }
  return { request: shown, holdsFor: (other) => holdsFor(request, looks, other) };
}

function lookAt(object: JsonMap, known: Known): Look {
  const before = known.get(object);
  if (before) return before;
  const [fields, statusFields] = [new Set<string>(), new Set<string>()];
  const look = { object, fields, statusFields, copy: copyOf(object, fields, statusFields) };
  if (Object.isFrozen(object)) known.set(object, look);
  return look;
}

function copyOf(object: JsonMap, fields: Set<string>, statusFields: Set<string>): JsonMap {
  const copy = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (key === 'status' && isMap(value)) {
      Object.defineProperty(copy, key, { value: noticing(value, statusFields), enumerable: true });
    } else if (key === 'metadata' || typeof value !== 'object') {
      Object.defineProperty(copy, key, { value, enumerable: true });
    } else {
      Object.defineProperty(copy, key, {
        enumerable: true,
        get: () => {
          fields.add(key);
          return value;
        },
      });
    }
  }
  return copy;
}

function noticing(map: JsonMap, fields: Set<string>): JsonMap {
  const copy = {};
  for (const key of Object.keys(map))
    Object.defineProperty(copy, key, {
      enumerable: true,
      get: () => {
        fields.add(key);
        return map[key];
      },
    });
  return copy;
}

function holdsFor(
  request: JsonMap,
  looks: ReadonlyMap<string, Look | ReadonlyMap<string, Looks>>,
  other: JsonMap,
): boolean {
  if (request['finalizing'] !== other['finalizing']) return false;
  for (const field of OBJECTS) {
    const shown = other[field];
    if (isMap(shown) ? !isSame(looks.get(field) as Look | undefined, shown) : looks.has(field)) return false;
  }
  for (const field of GROUPS) {
    const groups = mapOf(other[field]);
    if (!hasKeys(mapOf(request[field]), groups)) return false;
    const known = looks.get(field) as ReadonlyMap<string, Looks> | undefined;
    for (const group in groups) if (!isSameGroup(known?.get(group), mapOf(groups[group]))) return false;
  }
  return true;
}

function isSameGroup(looks: Looks | undefined, objects: JsonMap): boolean {
  let count = 0;
  for (const key in objects) {
    if (!isSame(looks?.get(key), mapOf(objects[key]))) return false;
    count += 1;
  }
  return count === (looks?.size ?? 0);
}

function isSame(look: Look | undefined, after: JsonMap): boolean {
  const before = look?.object;
  if (!look || !before || before === after) return before === after;
  if (!hasKeys(before, after) || !isSameMetadata(mapOf(before['metadata']), mapOf(after['metadata']))) return false;
  for (const key in after) if (isRead(look, key, after) && !equal(before[key], after[key])) return false;
  return isSameStatus(look, before['status'], after['status']);
}

/** Metadata and status are compared by themselves; what is no object is handed over as it is. */
function isRead({ fields }: Look, key: string, object: JsonMap): boolean {
  return key !== 'metadata' && key !== 'status' && (fields.has(key) || typeof object[key] !== 'object');
}

function isSameStatus({ statusFields }: Look, before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!isMap(before) || !isMap(after)) return equal(before, after);
  if (!hasKeys(before, after)) return false;
  for (const key of statusFields) if (!equal(before[key], after[key])) return false;
  return true;
}

function isSameMetadata(before: JsonMap, after: JsonMap): boolean {
  if (before === after) return true;
  if (!hasKeys(before, after)) return false;
  for (const key in after)
    if (key !== 'resourceVersion' && before[key] !== after[key] && !equal(before[key], after[key])) return false;
  return true;
}

function hasKeys(before: JsonMap, after: JsonMap): boolean {
  if (before === after) return true;
  const keys = Object.keys(after);
  return keys.length === Object.keys(before).length && keys.every((key) => key in before);
}
