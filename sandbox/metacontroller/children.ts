/** Making the observed children the desired ones (pkg/controller/common/manage_children.go): deletes first, then the rest. */
import { ApiError, type StoredObject } from '../api-server/api.ts';
import { equal, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { lastAppliedOf, lastAppliedText, updated, withLastApplied } from './apply.ts';
import { owned } from './claims.ts';
import type { Client } from './client.ts';
import type { Steps } from './hook-caller.ts';
import { aggregated, isConflict, isNotFound, textOfError } from './errors.ts';
import type { Group, ObjectMap } from './object-map.ts';

export type UpdateMethod = 'OnDelete' | 'Recreate' | 'InPlace' | 'RollingRecreate' | 'RollingInPlace';

export interface ChildWork {
  readonly client: Client;
  readonly parent: StoredObject;
  readonly observed: ObjectMap<StoredObject>;
  readonly desired: ObjectMap;
  readonly methodOf: (apiVersion: string, kind: string) => UpdateMethod;
  /** The order inside one kind; Go's maps have none. */
  readonly shuffled: <Item>(items: readonly Item[]) => readonly Item[];
}

/** Requests that were sent for children, over all parents of this process. */
let sent = 0;

/** What an answer was applied to without a request: the same again needs none either. Answers that are shared are frozen. */
interface Idle {
  readonly parent: StoredObject;
  readonly observed: readonly StoredObject[];
}

const idle = new WeakMap<object, Idle>();

/**
 * As `manage`, for the children that an answer lists; `desired` makes objects of them. Does nothing where the same frozen
 * list was applied to the same frozen objects before and nothing was left to do.
 */
export function* manageListed(
  listed: unknown,
  work: Omit<ChildWork, 'desired'>,
  desired: () => ObjectMap,
): Steps<Error | undefined> {
  const observed = [...work.observed.groups.values()].flatMap(({ objects }) => [...objects.values()]);
  const known = Array.isArray(listed) ? idle.get(listed) : undefined;
  if (known && known.parent === work.parent && isSame(known.observed, observed)) return undefined;
  const before = sent;
  const error = yield* manageChildren({ ...work, desired: desired() });
  if (Array.isArray(listed) && Object.isFrozen(listed) && !error && sent === before)
    idle.set(listed, { parent: work.parent, observed });
  return error;
}

function isSame(left: readonly StoredObject[], right: readonly StoredObject[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}

/** Tries every change; what failed comes back as one error. */
export function* manageChildren(work: ChildWork): Steps<Error | undefined> {
  const errors: Error[] = [];
  for (const group of work.observed.sorted()) {
    const error = group.objects.size > 0 ? yield* deleteUndesired(work, group) : undefined;
    if (error) errors.push(error);
  }
  for (const group of work.desired.sorted()) {
    const error = yield* applyGroup(work, group);
    if (error) errors.push(error);
  }
  return aggregated(errors);
}

function unknownKind(client: Client, group: Group<JsonMap>): Error | undefined {
  if (client.resource(group.apiVersion, group.kind)) return undefined;
  return new Error(`discovery: can't find kind ${group.kind} in apiVersion ${group.apiVersion}`);
}

function* deleteUndesired(work: ChildWork, group: Group<StoredObject>): Steps<Error | undefined> {
  const unknown = unknownKind(work.client, group);
  if (unknown) return unknown;
  const desired = work.desired.group(group.apiVersion, group.kind);
  const errors: unknown[] = [];
  for (const [key, child] of work.shuffled([...group.objects])) {
    if (child.metadata.deletionTimestamp !== undefined || desired?.objects.has(key)) continue;
    try {
      yield* deleteChild(work.client, child, child.metadata.namespace);
    } catch (error) {
      if (!isNotFound(error))
        errors.push(new Error(`can't delete ${described(child)}: ${textOfError(error)}`, { cause: error }));
    }
  }
  return aggregated(errors);
}

function* deleteChild(client: Client, child: StoredObject, namespace: string | undefined): Steps<void> {
  const { name, uid } = child.metadata;
  const key = {
    apiVersion: child.apiVersion,
    kind: child.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  sent += 1;
  // Said explicitly, since a plain DELETE of a Job orphans its Pods.
  yield* client.delete(key, { uid, propagation: 'Background' });
}

function described(child: StoredObject): string {
  const { namespace, name } = child.metadata;
  return namespace === undefined ? `${child.kind} ${name}` : `${child.kind} ${namespace}/${name}`;
}

function* applyGroup(work: ChildWork, group: Group<JsonMap>): Steps<Error | undefined> {
  const unknown = unknownKind(work.client, group);
  if (unknown) return unknown;
  const observed = work.observed.group(group.apiVersion, group.kind);
  const errors: unknown[] = [];
  for (const [key, desired] of work.shuffled([...group.objects])) {
    try {
      const current = observed?.objects.get(key);
      if (current) yield* update(work, current, desired);
      else yield* create(work, desired);
    } catch (error) {
      errors.push(error);
    }
  }
  return aggregated(errors);
}

function* create(work: ChildWork, desired: JsonMap): Steps<void> {
  sent += 1;
  try {
    yield* work.client.create(owned(withLastApplied(desired, lastAppliedText(desired)), work.parent));
  } catch (error) {
    // Whoever has the name keeps it: the real host only logs this.
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
  }
}

/** What last left an observed object as it was: the same again needs no second comparison, as stored objects are frozen. */
const settled = new WeakMap<StoredObject, { readonly desired: JsonMap; readonly text: string }>();

function* update(work: ChildWork, observed: StoredObject, desired: JsonMap): Steps<void> {
  const method = work.methodOf(observed.apiVersion, observed.kind);
  if (method === 'OnDelete' && settled.has(observed)) return;
  const before = settled.get(observed);
  if (before && equal(before.desired, desired)) return;
  const text = lastAppliedText(desired);
  if (before?.text === text) return;
  if (method === 'OnDelete') {
    // An unreadable annotation is an error even where nothing would be written.
    lastAppliedOf(observed);
    settled.set(observed, { desired, text });
    return;
  }
  const next = updated(observed, desired, text);
  if (equal(next, observed)) {
    settled.set(observed, { desired, text });
    return;
  }
  if (observed.metadata.deletionTimestamp !== undefined) return;
  yield* replace(work.client, method, observed, next);
}

function* replace(client: Client, method: UpdateMethod, observed: StoredObject, next: JsonMap): Steps<void> {
  sent += 1;
  try {
    if (method === 'InPlace' || method === 'RollingInPlace') yield* client.update(next);
    else yield* deleteChild(client, observed, textOf(mapOf(next['metadata'])['namespace']) || undefined);
  } catch (error) {
    // The change that was in the way brings the next sync.
    const swallowed = isNotFound(error) || (isConflict(error) && (method === 'InPlace' || method === 'RollingInPlace'));
    if (!swallowed) throw error;
  }
}
