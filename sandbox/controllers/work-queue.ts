/** A controller's loop: keys that changed are reconciled one at a time, never twice at once, again after a refusal. */
import type { ApiServer, ObjectKey, StoredObject } from '../api-server/api.ts';
import { ApiError } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';

const RETRY_MS = 50;

export interface WorkQueue {
  add(key: string, delayMs?: number): void;
  stop(): void;
}

/** Calls `reconcile(key)` for every added key; an ApiError (a lost race, say) is retried, anything else is a bug and thrown. */
export function workQueue(clock: Clock, reconcile: (key: string) => void): WorkQueue {
  const pending = new Map<string, () => void>();
  let stopped = false;
  const run = (key: string): void => {
    pending.delete(key);
    if (stopped) return;
    try {
      reconcile(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      add(key, RETRY_MS);
    }
  };
  const add = (key: string, delayMs = 0): void => {
    if (stopped) return;
    if (delayMs > 0) {
      clock.after(delayMs, () => add(key));
      return;
    }
    if (!pending.has(key))
      pending.set(
        key,
        clock.after(0, () => run(key)),
      );
  };
  return {
    add,
    stop: () => {
      stopped = true;
      for (const cancel of pending.values()) cancel();
    },
  };
}

/** `namespace/name` of an object. */
export function keyOf(object: StoredObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function fromKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Adds the key of every object of this kind now, and of each that changes later. */
export function follow(
  api: ApiServer,
  apiVersion: string,
  kind: string,
  add: (object: StoredObject) => void,
): () => void {
  for (const object of api.list(apiVersion, kind)) add(object);
  return api.watch(apiVersion, kind, (event) => add(event.object));
}

/** The uid of the object's controller, if it has one. */
export function controllerUidOf(object: StoredObject): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
}

/** A controller reference to this object. */
export function controllerReference(owner: StoredObject): object {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

export function objectKey(object: StoredObject): ObjectKey {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
