/** What Metacontroller writes, for whoever asks that it write nothing more than is needed. */
import type { ApiServer } from '../api-server/api.ts';

/** A write of Metacontroller, also one that changes nothing. */
export interface HostWrite {
  readonly verb: 'create' | 'update' | 'updateStatus' | 'patch' | 'delete';
  readonly kind: string;
  readonly name: string;
  /** As sent; of a deletion nothing. */
  readonly object?: object;
}

/** The same API server, whose writes are told before they are carried out. Events are left out: they tell, they change nothing. */
export function recordedWrites(api: ApiServer, onWrite: (write: HostWrite) => void): ApiServer {
  const noted = <Answer>(verb: HostWrite['verb'], object: object, write: () => Answer): Answer => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    if (kind !== 'Event') onWrite({ verb, kind, name: metadata.name, object });
    return write();
  };
  return {
    resource: (apiVersion, kind) => api.resource(apiVersion, kind),
    resources: () => api.resources(),
    get: (key) => api.get(key),
    list: (apiVersion, kind, namespace) => api.list(apiVersion, kind, namespace),
    watch: (apiVersion, kind, listener) => api.watch(apiVersion, kind, listener),
    create: (object) => noted('create', object, () => api.create(object)),
    update: (object) => noted('update', object, () => api.update(object)),
    updateStatus: (object) => noted('updateStatus', object, () => api.updateStatus(object)),
    patch: (key, patch, subresource) =>
      noted('patch', { kind: key.kind, metadata: key, patch }, () => api.patch(key, patch, subresource)),
    delete: (key, options) => noted('delete', { kind: key.kind, metadata: key }, () => api.delete(key, options)),
  };
}
