/** What hooks learn from Namespaces: whether one is going, who the cluster is, and the owner that never goes. */
import type { ObjectMap } from './metacontroller.ts';
import type { KubeObject, OwnerReference } from './objects.ts';
import { KIND, objectNamed } from './references.ts';

const SYSTEM_NAMESPACE = 'kube-system';

/** The Namespace of this name as customize showed it. */
export function namespaceNamed(related: ObjectMap, name: string): KubeObject | undefined {
  return objectNamed(related, KIND.namespace, name);
}

/** Whether a Namespace refuses new objects. One that was not shown is taken to live. */
export function isTerminating(namespace: KubeObject | undefined): boolean {
  const status = namespace?.status as { readonly phase?: unknown } | undefined;
  return namespace?.metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';
}

/** The cluster's identity: the uid of Namespace kube-system; undefined where customize did not show it. */
export function clusterUidOf(related: ObjectMap): string | undefined {
  return namespaceNamed(related, SYSTEM_NAMESPACE)?.metadata.uid;
}

/**
 * The second owner of what must outlive its maker (design law 5). No parent can have its name, since an in-place update
 * merges owner references by name; it is no controller, so adoption is not disturbed.
 */
export function secondOwner(clusterUid: string): OwnerReference {
  return { apiVersion: 'v1', kind: 'Namespace', name: SYSTEM_NAMESPACE, uid: clusterUid };
}
