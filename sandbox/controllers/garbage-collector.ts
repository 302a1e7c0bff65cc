/**
 * The garbage collector: deletes what no living owner holds, waits for dependants under foreground deletion, frees them
 * under orphaning (k8s.io/kubernetes pkg/controller/garbagecollector/garbagecollector.go).
 */
import { ApiError, type ObjectKey, type StoredMeta, type StoredObject } from '../api-server/api.ts';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../api-server/deletion.ts';
import type { SandboxApiServer } from '../api-server/server.ts';
import type { Clock } from '../clock.ts';

type Owner = NonNullable<StoredMeta['ownerReferences']>[number];

export interface CollectorOptions {
  /** How long after a change the collector acts. */
  readonly delayMs?: number;
}

/** Runs the collector until the returned function is called. Objects that exist already are looked at first. */
export function startGarbageCollector(api: SandboxApiServer, clock: Clock, options: CollectorOptions = {}): () => void {
  const queue = new Set<string>();
  let cancel: (() => void) | undefined;

  function enqueue(uid: string): void {
    queue.add(uid);
    cancel ??= clock.after(options.delayMs ?? 0, drain);
  }

  function drain(): void {
    cancel = undefined;
    const uids = [...queue];
    queue.clear();
    for (const uid of uids) {
      const object = api.withUid(uid);
      if (object) collect(api, object, enqueue);
    }
  }

  const stop = api.watchAll(({ type, object }) => {
    const { uid, ownerReferences, deletionTimestamp } = object.metadata;
    if (type === 'DELETED') {
      for (const dependent of api.dependentsOf(uid)) enqueue(dependent.metadata.uid);
      // An owner that waits for this dependant may go now.
      for (const owner of ownerReferences ?? []) if (isWaiting(api.withUid(owner.uid))) enqueue(owner.uid);
      return;
    }
    if (ownerReferences !== undefined || deletionTimestamp !== undefined) enqueue(uid);
  });
  for (const resource of api.resources()) {
    for (const object of api.list(resource.apiVersion, resource.kind))
      if (object.metadata.ownerReferences) enqueue(object.metadata.uid);
  }
  return () => {
    stop();
    cancel?.();
  };
}

function collect(api: SandboxApiServer, object: StoredObject, enqueue: (uid: string) => void): void {
  try {
    if (object.metadata.deletionTimestamp !== undefined) {
      if (has(object, ORPHAN_FINALIZER)) orphanDependents(api, object);
      else if (has(object, FOREGROUND_FINALIZER)) deleteDependents(api, object, enqueue);
      return;
    }
    judge(api, object);
  } catch (error) {
    // Another writer was first, or admission objects: the next change of the object brings it back here.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Deletes an object whose owners are all gone; otherwise strips the references to those that are. */
function judge(api: SandboxApiServer, object: StoredObject): void {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return;
  const states = owners.map((owner) => ({ owner, state: stateOf(api, object, owner) }));
  const solid = states.filter(({ state }) => state === 'solid' || state === 'unknowable');
  if (solid.length === states.length) return;
  if (solid.length > 0) {
    api.update({ ...object, metadata: { ...object.metadata, ownerReferences: solid.map(({ owner }) => owner) } });
    return;
  }
  const waitedFor = states.some(({ state }) => state === 'waiting');
  const foreground =
    has(object, FOREGROUND_FINALIZER) || (waitedFor && api.dependentsOf(object.metadata.uid).length > 0);
  const propagation = foreground ? 'Foreground' : has(object, ORPHAN_FINALIZER) ? 'Orphan' : 'Background';
  const { uid, resourceVersion } = object.metadata;
  api.delete(keyOf(object), { uid, resourceVersion, propagation });
}

function stateOf(
  api: SandboxApiServer,
  dependent: StoredObject,
  reference: Owner,
): 'solid' | 'waiting' | 'gone' | 'unknowable' {
  const resource = api.resource(reference.apiVersion, reference.kind);
  // A cluster-scoped object cannot have a namespaced owner: the collector reports it and leaves the object alone.
  if (resource?.namespaced && dependent.metadata.namespace === undefined) return 'unknowable';
  const owner = api.withUid(reference.uid);
  if (!owner || owner.kind !== reference.kind || owner.metadata.name !== reference.name) return 'gone';
  if (owner.metadata.namespace !== undefined && owner.metadata.namespace !== dependent.metadata.namespace)
    return 'gone';
  return isWaiting(owner) && reference.blockOwnerDeletion === true ? 'waiting' : 'solid';
}

function isWaiting(owner: StoredObject | undefined): boolean {
  return owner?.metadata.deletionTimestamp !== undefined && has(owner, FOREGROUND_FINALIZER);
}

function orphanDependents(api: SandboxApiServer, owner: StoredObject): void {
  for (const dependent of api.dependentsOf(owner.metadata.uid)) {
    const ownerReferences = (dependent.metadata.ownerReferences ?? []).filter((one) => one.uid !== owner.metadata.uid);
    api.update({ ...dependent, metadata: { ...dependent.metadata, ownerReferences } });
  }
  dropFinalizer(api, owner, ORPHAN_FINALIZER);
}

function deleteDependents(api: SandboxApiServer, owner: StoredObject, enqueue: (uid: string) => void): void {
  const dependents = api.dependentsOf(owner.metadata.uid);
  for (const dependent of dependents)
    if (dependent.metadata.deletionTimestamp === undefined) enqueue(dependent.metadata.uid);
  const blocking = dependents.some((one) =>
    (one.metadata.ownerReferences ?? []).some(
      (reference) => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion === true,
    ),
  );
  if (!blocking) dropFinalizer(api, owner, FOREGROUND_FINALIZER);
}

function dropFinalizer(api: SandboxApiServer, object: StoredObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  api.update({ ...object, metadata: { ...object.metadata, finalizers } });
}

function has(object: StoredObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

function keyOf(object: StoredObject): ObjectKey {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
