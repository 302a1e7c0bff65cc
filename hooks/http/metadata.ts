/** What the API server guarantees of every object's metadata, checked once so that no hook has to doubt it. */
import { pointer } from './errors.ts';
import { isMap, isText, type Map } from './map.ts';

const TEXTS = ['uid', 'namespace', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp'] as const;

/** Where this metadata is of a type that the API server would never send: a pointer below `metadata` and what is wrong. */
export function metadataFault(metadata: unknown): string | undefined {
  if (!isMap(metadata)) return ' is not an object';
  return (
    textFault(metadata) ??
    listFault(metadata) ??
    textMapFault(metadata, 'labels') ??
    textMapFault(metadata, 'annotations') ??
    ownerFault(metadata['ownerReferences'])
  );
}

/** A null creationTimestamp is what Go prints for an object that was never stored; it is taken as absent. */
function textFault(metadata: Map): string | undefined {
  if (!isText(metadata['name'])) return '/name is not text';
  const wrong = TEXTS.find((key) => metadata[key] !== undefined && metadata[key] !== null && !isString(metadata[key]));
  return wrong === undefined ? undefined : `/${wrong} is not text`;
}

function listFault({ generation, finalizers }: Map): string | undefined {
  if (generation !== undefined && typeof generation !== 'number') return '/generation is not a number';
  return finalizers === undefined || isListOf(finalizers, isString) ? undefined : '/finalizers is not a list of text';
}

function textMapFault(metadata: Map, field: 'labels' | 'annotations'): string | undefined {
  const value = metadata[field];
  if (value === undefined) return undefined;
  if (!isMap(value)) return `/${field} is not an object`;
  for (const key in value) if (typeof value[key] !== 'string') return `${pointer(field, key)} is not text`;
  return undefined;
}

function ownerFault(owners: unknown): string | undefined {
  if (owners === undefined) return undefined;
  if (!isListOf(owners, isMap)) return '/ownerReferences is not a list of objects';
  const wrong = owners.findIndex((owner) => !isText(owner['uid']) || !isText(owner['kind']) || !isText(owner['name']));
  return wrong === -1 ? undefined : `/ownerReferences/${wrong} lacks kind, name or uid`;
}

function isListOf<Element>(value: unknown, is: (element: unknown) => element is Element): value is readonly Element[] {
  return Array.isArray(value) && value.every(is);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
