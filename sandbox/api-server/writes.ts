/** Pieces of a write: what of an object is body, what of its metadata a writer may set, whether a change counts. */
import type { StoredMeta, StoredObject } from './api.ts';
import { distinctOwners, writtenMeta } from './metadata.ts';
import type { ResourceType } from './resource-types.ts';
import { equal, mapOf, textOf, without, type JsonMap } from './values.ts';

/** Everything but apiVersion, kind and metadata. */
export function bodyOf(object: JsonMap): Record<string, unknown> {
  return without(object, 'apiVersion', 'kind', 'metadata');
}

/** The prefix a generated name was made from, as metadata keeps it. */
export function generateName(written: JsonMap): JsonMap {
  return textOf(written['generateName']) === '' ? {} : { generateName: written['generateName'] };
}

/** Metadata of a new object: what the writer gave and what only the server sets. */
export function newMeta(
  type: ResourceType,
  now: number,
  meta: JsonMap & { readonly name: string; readonly namespace: string; readonly uid: string },
): StoredMeta {
  const { namespace, ...rest } = meta;
  const isNamespace = type.kind === 'Namespace' && !type.custom;
  return withDistinctOwners({
    ...rest,
    ...(isNamespace ? { labels: { ...mapOf(rest['labels']), 'kubernetes.io/metadata.name': meta.name } } : {}),
    ...(namespace === '' ? {} : { namespace }),
    resourceVersion: '',
    ...(type.generation ? { generation: 1 } : {}),
    creationTimestamp: timestamp(now),
  } as StoredMeta);
}

const WRITERS_FIELDS = ['labels', 'annotations', 'finalizers', 'ownerReferences'];

/** Stored metadata with the writer's labels, annotations, finalizers and owners; unchanged parts stay shared. */
export function writtenOver(current: StoredMeta, written: JsonMap): StoredMeta {
  const before = current as unknown as JsonMap;
  const next: Record<string, unknown> = { ...without(before, ...WRITERS_FIELDS), ...writtenMeta(written) };
  for (const key of WRITERS_FIELDS) {
    if (next[key] !== undefined && equal(next[key], before[key])) next[key] = before[key];
  }
  return withDistinctOwners(next as unknown as StoredMeta);
}

/** Each owner once, as the server stores them. */
function withDistinctOwners(metadata: StoredMeta): StoredMeta {
  const ownerReferences = distinctOwners(metadata.ownerReferences);
  return ownerReferences === metadata.ownerReferences || !ownerReferences ? metadata : { ...metadata, ownerReferences };
}

/** Whether anything outside metadata changed, and outside status where that is a subresource. */
export function changesGeneration(type: ResourceType, current: StoredObject, body: JsonMap): boolean {
  const fields = new Set([...Object.keys(bodyOf(current)), ...Object.keys(body)]);
  fields.delete('metadata');
  if (type.statusSubresource) fields.delete('status');
  for (const field of fields) if (!equal(current[field], body[field])) return true;
  return false;
}

/** The moment as the API writes it, in whole seconds. */
export function timestamp(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
}
