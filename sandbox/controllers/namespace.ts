/**
 * The namespace controller: empties a terminating namespace, Pods first, and lets it go when nothing is left
 * (k8s.io/kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go).
 */
import { ApiError, type StoredObject } from '../api-server/api.ts';
import type { SandboxApiServer } from '../api-server/server.ts';
import type { Clock } from '../clock.ts';

export interface NamespaceOptions {
  /** Delay between a namespace's DELETE and the removal of its content; 5 s in Kubernetes. */
  readonly graceMs?: number;
}

const DEFAULT_GRACE_MS = 5000;

/** Runs the controller until the returned function is called. */
export function startNamespaceController(
  api: SandboxApiServer,
  clock: Clock,
  options: NamespaceOptions = {},
): () => void {
  const cancels = new Map<string, () => void>();
  const emptied = new Set<string>();

  function schedule(name: string, delayMs: number): void {
    if (cancels.has(name)) return;
    cancels.set(
      name,
      clock.after(delayMs, () => {
        cancels.delete(name);
        empty(name);
      }),
    );
  }

  function empty(name: string): void {
    const namespace = api.get({ apiVersion: 'v1', kind: 'Namespace', name });
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    emptied.add(name);
    const left = contentOf(api, name);
    for (const object of left) remove(api, object);
    if (contentOf(api, name).length > 0) return;
    emptied.delete(name);
    api.finalizeNamespace(name);
  }

  const stop = api.watchAll(({ type, object }) => {
    const { name, namespace, deletionTimestamp } = object.metadata;
    if (object.kind === 'Namespace' && type !== 'DELETED' && deletionTimestamp !== undefined) {
      schedule(name, options.graceMs ?? DEFAULT_GRACE_MS);
    } else if (type === 'DELETED' && namespace !== undefined && emptied.has(namespace)) {
      schedule(namespace, 0);
    }
  });
  return () => {
    stop();
    for (const cancel of cancels.values()) cancel();
  };
}

/** Everything in the namespace; only Pods while there are any. */
function contentOf(api: SandboxApiServer, namespace: string): readonly StoredObject[] {
  const pods = api.list('v1', 'Pod', namespace);
  if (pods.length > 0) return pods;
  return api
    .resources()
    .filter((resource) => resource.namespaced)
    .flatMap((resource) => api.list(resource.apiVersion, resource.kind, namespace));
}

function remove(api: SandboxApiServer, object: StoredObject): void {
  const { name, namespace, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) return;
  try {
    api.delete(
      { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) },
      { propagation: 'Background' },
    );
  } catch (error) {
    // Gone already, for example in another version of its kind.
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}
