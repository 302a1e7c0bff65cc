/** Where resources are under an API server's address. */
import type { ObjectKey, Resource } from '../api-server/api.ts';

/** All objects of a resource, or those of one namespace. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const { apiVersion, plural } = resource;
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${place}/${plural}`;
}

/** One object. */
export function objectPath(resource: Resource, key: Pick<ObjectKey, 'name' | 'namespace'>): string {
  return `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
}
