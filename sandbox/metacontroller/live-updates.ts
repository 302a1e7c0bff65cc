/** Read-modify-write on the live object, retried on conflict (pkg/dynamic/clientset/clientset.go, client-go util/retry). */
import { ApiError, type ApiServer, type StoredObject } from '../api-server/api.ts';
import { notFound, unknownResource } from '../api-server/errors.ts';
import type { JsonMap } from '../api-server/values.ts';
import type { Steps } from './hook-caller.ts';

/** Pauses between the four attempts of client-go's DefaultBackoff. */
const RETRY_PAUSES_MS = [10, 50, 250];

/** The live version of the same object. Throws 404 where it is gone or another took its name. */
export function liveOf(api: ApiServer, object: StoredObject): StoredObject {
  const { name, namespace, uid } = object.metadata;
  const key = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const live = api.get(key);
  const resource = api.resource(object.apiVersion, object.kind);
  if (!resource) throw unknownResource();
  if (live?.metadata.uid !== uid) throw notFound(resource, name);
  return live;
}

/** Writes what `change` makes of the live object; undefined means nothing to do. Ends with the last conflict after four. */
export function* updateLive(
  api: ApiServer,
  object: StoredObject,
  change: (live: StoredObject) => JsonMap | undefined,
  subresource?: 'status',
): Steps<StoredObject> {
  for (let attempt = 0; ; attempt++) {
    const live = liveOf(api, object);
    const next = change(live);
    if (!next) return live;
    try {
      return subresource ? api.updateStatus(next) : api.update(next);
    } catch (error) {
      const pause = RETRY_PAUSES_MS[attempt];
      if (!isConflict(error) || pause === undefined) throw error;
      yield { wait: 'time', ms: pause };
    }
  }
}

/** A lost optimistic lock; AlreadyExists has the same code and is not one. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'Conflict';
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** The error's own words. */
export function textOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Several errors as one, in the way of k8s.io/apimachinery's aggregate: equal messages once, brackets around more than one. */
export function aggregated(errors: readonly unknown[]): Error | undefined {
  if (errors.length === 0) return undefined;
  const messages = [...new Set(errors.map(textOfError))];
  const text = messages.length === 1 ? String(messages[0]) : `[${messages.join(', ')}]`;
  return new Error(text, { cause: errors[0] });
}
