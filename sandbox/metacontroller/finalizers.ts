/** The host's own finalizer on a parent (pkg/controller/common/finalizer). */
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../api-server/deletion.ts';
import type { JsonMap } from '../api-server/values.ts';
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
export function* syncedFinalizer(api: ApiServer, parent: StoredObject, finalizer: Finalizer): Steps<StoredObject> {
  if (hasFinalizer(parent, finalizer.name) === finalizer.enabled) return parent;
  if (!finalizer.enabled) return yield* removedFinalizer(api, parent, finalizer.name);
  if (parent.metadata.deletionTimestamp !== undefined) return parent;
  return yield* updateLive(api, parent, (live) =>
    hasFinalizer(live, finalizer.name)
      ? undefined
      : withFinalizers(live, [...(live.metadata.finalizers ?? []), finalizer.name]),
  );
}

/** Removes the finalizer from the live object. */
export function* removedFinalizer(api: ApiServer, parent: StoredObject, name: string): Steps<StoredObject> {
  return yield* updateLive(api, parent, (live) =>
    hasFinalizer(live, name)
      ? withFinalizers(
          live,
          (live.metadata.finalizers ?? []).filter((one) => one !== name),
        )
      : undefined,
  );
}

/** The object with these finalizers; none leaves no field. */
export function withFinalizers(object: StoredObject, finalizers: readonly string[]): JsonMap {
  const { finalizers: _before, ...metadata } = object.metadata;
  return { ...object, metadata: finalizers.length > 0 ? { ...metadata, finalizers } : metadata };
}

/** Whether children of a terminating parent are still ours to manage: not once the garbage collector has taken over. */
export function managesWhileDeleting(parent: StoredObject, finalizer: Finalizer): boolean {
  if (hasFinalizer(parent, FOREGROUND_FINALIZER) || hasFinalizer(parent, ORPHAN_FINALIZER)) return false;
  return finalizer.enabled && hasFinalizer(parent, finalizer.name);
}
