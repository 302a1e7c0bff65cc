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
  object: JsonMap;
  readonly fields: Set<string>;
  readonly statusFields: Set<string>;
}

const OBJECTS = ['parent', 'object'];
const GROUPS = ['children', 'attachments', 'related'];

/** A view of a decoded request. */
export function seenView(request: JsonMap): SeenView {
  const shown: Record<string, unknown> = { ...request };
  const looks = new Map<string, Look>();
  const watched = (path: string, object: JsonMap): JsonMap => {
    const look: Look = { object, fields: new Set(), statusFields: new Set() };
    looks.set(path, look);
    return copyOf(look);
  };
  for (const field of OBJECTS) if (isMap(request[field])) shown[field] = watched(field, request[field]);
  for (const field of GROUPS) {
    if (!isMap(request[field])) continue;
    const groups: Record<string, JsonMap> = {};
    for (const [group, objects] of Object.entries(request[field])) {
      const copies: Record<string, JsonMap> = {};
      for (const [key, object] of Object.entries(mapOf(objects)))
        copies[key] = watched(`${field} ${group} ${key}`, mapOf(object));
      groups[group] = copies;
    }
    shown[field] = groups;
  }
  return { request: shown, holdsFor: (other) => holdsFor(request, looks, other) };
}

function copyOf(look: Look): JsonMap {
  const copy = {};
  const { object, fields, statusFields } = look;
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

function holdsFor(request: JsonMap, looks: ReadonlyMap<string, Look>, other: JsonMap): boolean {
  if (request['finalizing'] !== other['finalizing']) return false;
  const shown = [...objectsIn(other)];
  const groups = GROUPS.every((field) => hasKeys(mapOf(request[field]), mapOf(other[field])));
  return groups && shown.length === looks.size && shown.every(([path, object]) => isSame(looks.get(path), object));
}

/** Every object of a request, by where it is. */
function* objectsIn(request: JsonMap): Generator<readonly [string, JsonMap]> {
  for (const field of OBJECTS) if (isMap(request[field])) yield [field, request[field]];
  for (const field of GROUPS)
    for (const [group, objects] of Object.entries(mapOf(request[field])))
      for (const [key, object] of Object.entries(mapOf(objects))) yield [`${field} ${group} ${key}`, mapOf(object)];
}

function isSame(look: Look | undefined, after: JsonMap): boolean {
  const before = look?.object;
  if (!look || !before || before === after) return before === after;
  if (!hasKeys(before, after) || !isSameMetadata(mapOf(before['metadata']), mapOf(after['metadata']))) return false;
  const isRead = (key: string): boolean => look.fields.has(key) || typeof after[key] !== 'object';
  const fields = Object.keys(after).filter((key) => key !== 'metadata' && key !== 'status' && isRead(key));
  return fields.every((key) => equal(before[key], after[key])) && isSameStatus(look, before['status'], after['status']);
}

function isSameStatus({ statusFields }: Look, before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!isMap(before) || !isMap(after)) return equal(before, after);
  return hasKeys(before, after) && [...statusFields].every((key) => equal(before[key], after[key]));
}

function isSameMetadata(before: JsonMap, after: JsonMap): boolean {
  if (before === after) return true;
  if (!hasKeys(before, after)) return false;
  for (const key of Object.keys(after))
    if (key !== 'resourceVersion' && before[key] !== after[key] && !equal(before[key], after[key])) return false;
  return true;
}

function hasKeys(before: JsonMap, after: JsonMap): boolean {
  if (before === after) return true;
  let count = 0;
  for (const key of Object.keys(after)) {
    if (!(key in before)) return false;
    count += 1;
  }
  return count === Object.keys(before).length;
}
