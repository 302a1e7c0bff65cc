/** What a DELETE does to an object: nothing may go while a finalizer, a namespace's content or a running Pod holds it. */
import type { DeleteOptions, Propagation, StoredMeta, StoredObject } from './api.ts';
import type { ResourceType } from './resource-types.ts';
import { listOf, mapOf, without, type JsonMap } from './values.ts';

export const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';
/** Holds a CustomResourceDefinition until its objects are gone. */
export const DEFINITION_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** The object after the DELETE, 'gone', or the same object where it was terminating already. */
export function deletion(
  type: ResourceType,
  current: StoredObject,
  options: DeleteOptions,
  now: number,
): StoredObject | 'gone' {
  const metadata = withPropagation(type, current.metadata, options.propagation);
  if (current.metadata.deletionTimestamp !== undefined) {
    // A second DELETE may shorten a Pod's grace or ask for another propagation, and nothing else.
    if (type.kind === 'Pod' && !metadata.finalizers?.length && options.gracePeriodSeconds === 0) return 'gone';
    return metadata === current.metadata ? current : { ...current, metadata };
  }
  const graceSeconds = graceOf(type, current, options);
  if (!metadata.finalizers?.length && graceSeconds === 0 && !holdsContent(type, current)) return 'gone';
  return terminating(type, { ...current, metadata }, graceSeconds, now);
}

function terminating(type: ResourceType, object: StoredObject, graceSeconds: number, now: number): StoredObject {
  const deletionTimestamp = new Date(now + graceSeconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  if (isNamespace(type)) {
    return {
      ...object,
      metadata: { ...object.metadata, deletionTimestamp },
      status: { ...mapOf(object['status']), phase: 'Terminating' },
    };
  }
  const { generation } = object.metadata;
  // A terminating custom resource or workload counts as changed.
  const counted = generation === undefined ? {} : { generation: generation + 1 };
  return {
    ...object,
    metadata: { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds, ...counted },
  };
}

function isNamespace(type: ResourceType): boolean {
  return type.kind === 'Namespace' && !type.custom;
}

/** Whether a terminating object has nothing left that holds it. */
export function finished(type: ResourceType, object: StoredObject): boolean {
  if (object.metadata.deletionTimestamp === undefined || (object.metadata.finalizers?.length ?? 0) > 0) return false;
  if (holdsContent(type, object)) return false;
  return type.kind !== 'Pod' || mapOf(object['spec'])['nodeName'] === undefined;
}

function holdsContent(type: ResourceType, object: StoredObject): boolean {
  return isNamespace(type) && listOf(mapOf(object['spec'])['finalizers']).length > 0;
}

/** A scheduled, unfinished Pod stays until its node has stopped it. */
function graceOf(type: ResourceType, object: StoredObject, options: DeleteOptions): number {
  if (type.kind !== 'Pod') return 0;
  const spec = mapOf(object['spec']);
  const phase = mapOf(object['status'])['phase'];
  if (spec['nodeName'] === undefined || phase === 'Succeeded' || phase === 'Failed') return 0;
  const seconds = options.gracePeriodSeconds ?? spec['terminationGracePeriodSeconds'];
  return typeof seconds === 'number' ? seconds : 30;
}

function withPropagation(type: ResourceType, metadata: StoredMeta, asked: Propagation | undefined): StoredMeta {
  const before = metadata.finalizers ?? [];
  // Jobs keep their legacy default: a plain DELETE orphans the Pods (k8s.io/kubernetes pkg/registry/batch/job/strategy.go).
  const kept = before.find((one) => one === ORPHAN_FINALIZER || one === FOREGROUND_FINALIZER);
  const propagation = asked ?? (kept ? undefined : type.kind === 'Job' && !type.custom ? 'Orphan' : 'Background');
  if (propagation === undefined) return metadata;
  const rest = before.filter((one) => one !== ORPHAN_FINALIZER && one !== FOREGROUND_FINALIZER);
  const wanted =
    propagation === 'Orphan' ? [ORPHAN_FINALIZER] : propagation === 'Foreground' ? [FOREGROUND_FINALIZER] : [];
  const finalizers = [...rest, ...wanted];
  if (finalizers.length === before.length && finalizers.every((one) => before.includes(one))) return metadata;
  const { length } = finalizers;
  return length > 0
    ? { ...metadata, finalizers }
    : (without(metadata as unknown as JsonMap, 'finalizers') as unknown as StoredMeta);
}
