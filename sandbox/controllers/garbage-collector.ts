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
  const cancels = new Map<string, () => void>();
  const collector: Collector = { api, enqueue, deleted: new Map() };

  function enqueue(uid: string): void {
    if (cancels.has(uid)) return;
    const cancel = clock.after(options.delayMs ?? 0, () => {
      cancels.delete(uid);
      const object = api.withUid(uid);
      if (object) collect(collector, object);
    });
    cancels.set(uid, cancel);
  }

  const stop = api.watchAll(({ type, object }) => {
    const { uid, ownerReferences, deletionTimestamp } = object.metadata;
    if (type === 'DELETED') {
      collector.deleted.delete(uid);
      for (const dependent of api.dependentsOf(uid)) enqueue(dependent.metadata.uid);
      // An owner that waits for this dependant may go now.
      for (const owner of ownerReferences ?? []) if (isWaiting(api.withUid(owner.uid))) enqueue(owner.uid);
    } else if (ownerReferences !== undefined || deletionTimestamp !== undefined) enqueue(uid);
  });
  for (const resource of api.resources()) {
    for (const object of api.list(resource.apiVersion, resource.kind))
      if (object.metadata.ownerReferences) enqueue(object.metadata.uid);
  }
  return () => {
    stop();
    for (const cancel of cancels.values()) cancel();
  };
}

interface Collector {
  readonly api: SandboxApiServer;
  readonly enqueue: (uid: string) => void;
  /** Owners of what the collector deleted, until it sees the deletion: an owner waits for that. */
  readonly deleted: Map<string, readonly string[]>;
}

function collect(collector: Collector, object: StoredObject): void {
  const { api } = collector;
  try {
    if (object.metadata.deletionTimestamp === undefined) judge(collector, object);
    else if (has(object, ORPHAN_FINALIZER)) orphanDependents(api, object);
    else if (has(object, FOREGROUND_FINALIZER)) deleteDependents(collector, object);
  } catch (error) {
    // Another writer was first, or admission objects: the next change of the object brings it back here.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Deletes an object whose owners are all gone; otherwise strips the references to those that are. */
function judge({ api, deleted }: Collector, object: StoredObject): void {
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
  if (!api.withUid(uid))
    deleted.set(
      uid,
      owners.map((owner) => owner.uid),
    );
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

function deleteDependents({ api, enqueue, deleted }: Collector, owner: StoredObject): void {
  const { uid } = owner.metadata;
  const dependents = api.dependentsOf(uid);
  for (const dependent of dependents)
    if (dependent.metadata.deletionTimestamp === undefined) enqueue(dependent.metadata.uid);
  const blocks = (reference: Owner): boolean => reference.uid === uid && reference.blockOwnerDeletion === true;
  if (dependents.some((one) => one.metadata.ownerReferences?.some(blocks))) return;
  for (const owners of deleted.values()) if (owners.includes(uid)) return;
  dropFinalizer(api, owner, FOREGROUND_FINALIZER);
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
