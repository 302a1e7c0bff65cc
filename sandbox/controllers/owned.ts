/** Objects of a kind that an object controls, read as the shape their controller knows. */
import type { ApiServer, StoredObject } from '../api-server/api.ts';
import { controllerUidOf } from './work-queue.ts';

/** All objects of the kind in the owner's namespace whose controller reference names the owner's uid. */
export function ownedBy<Shape extends StoredObject>(
  api: ApiServer,
  owner: StoredObject,
  apiVersion: string,
  kind: string,
): readonly Shape[] {
  const all: readonly StoredObject[] = api.list(apiVersion, kind, owner.metadata.namespace);
  return all.filter((object): object is Shape => controllerUidOf(object) === owner.metadata.uid);
}
