/** Read-modify-write on the live object, retried on conflict (pkg/dynamic/clientset/clientset.go, client-go util/retry). */
import type { ObjectKey, StoredObject } from '../api-server/api.ts';
import { notFound, unknownResource } from '../api-server/errors.ts';
import type { JsonMap } from '../api-server/values.ts';
import type { Client } from './client.ts';
import { isConflict } from './errors.ts';
import type { Steps } from './hook-caller.ts';

/** Pauses between the four attempts of client-go's DefaultBackoff. */
const RETRY_PAUSES_MS = [10, 50, 250];

/** Where the object is. */
export function keyOf(object: StoredObject): ObjectKey {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** The live version of the same object. Throws 404 where it is gone or another took its name. */
export function* liveOf(client: Client, object: StoredObject): Steps<StoredObject> {
  const live = yield* client.get(keyOf(object));
  const resource = client.resource(object.apiVersion, object.kind);
  if (!resource) throw unknownResource();
  if (live?.metadata.uid !== object.metadata.uid) throw notFound(resource, object.metadata.name);
  return live;
}

/** Writes what `change` makes of the live object; undefined means nothing to do. Ends with the last conflict after four. */
export function* updateLive(
  client: Client,
  object: StoredObject,
  change: (live: StoredObject) => JsonMap | undefined,
  subresource?: 'status',
): Steps<StoredObject> {
  for (let attempt = 0; ; attempt++) {
    const live = yield* liveOf(client, object);
    const next = change(live);
    if (!next) return live;
    try {
      return yield* client.update(next, subresource);
    } catch (error) {
      const pause = RETRY_PAUSES_MS[attempt];
      if (!isConflict(error) || pause === undefined) throw error;
      yield { wait: 'time', ms: pause };
    }
  }
}
