/** The host's own finalizer on a parent (pkg/controller/common/finalizer). */
import type { StoredObject } from '../api-server/api.ts';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../api-server/deletion.ts';
import type { Client } from './client.ts';
import type { Steps } from './hook-caller.ts';
import { updateLive } from './live-updates.ts';

export interface Finalizer {
  readonly name: string;
  /** Whether the controller has a finalize hook. */
  readonly enabled: boolean;
}

export function hasFinalizer(object: StoredObject, name: string): boolean {
  return object.metadata.finalizers?.includes(name) ?? false;
}

/** Adds the finalizer to a living parent or removes one that is no longer wanted; returns the live object where it wrote. */
export function* syncedFinalizer(client: Client, parent: StoredObject, finalizer: Finalizer): Steps<StoredObject> {
  if (hasFinalizer(parent, finalizer.name) === finalizer.enabled) return parent;
  if (!finalizer.enabled) return yield* removedFinalizer(client, parent, finalizer.name);
  if (parent.metadata.deletionTimestamp !== undefined) return parent;
  return yield* updateLive(client, parent, (live) =>
    hasFinalizer(live, finalizer.name)
      ? undefined
      : withFinalizers(live, [...(live.metadata.finalizers ?? []), finalizer.name]),
  );
}

/** Removes the finalizer from the live object. */
export function* removedFinalizer(client: Client, parent: StoredObject, name: string): Steps<StoredObject> {
  return yield* updateLive(client, parent, (live) =>
    hasFinalizer(live, name)
      ? withFinalizers(
          live,
          (live.metadata.finalizers ?? []).filter((one) => one !== name),
        )
      : undefined,
  );
}

/** The object with these finalizers; an emptied list stays as one, as Go writes it. */
export function withFinalizers(object: StoredObject, finalizers: readonly string[]): StoredObject {
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** Whether children of a terminating parent are still ours to manage: not once the garbage collector has taken over. */
export function managesWhileDeleting(parent: StoredObject, finalizer: Finalizer): boolean {
  if (hasFinalizer(parent, FOREGROUND_FINALIZER) || hasFinalizer(parent, ORPHAN_FINALIZER)) return false;
  return finalizer.enabled && hasFinalizer(parent, finalizer.name);
}
