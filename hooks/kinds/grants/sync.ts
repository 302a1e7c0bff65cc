/**
 * Grants: a Namespace's movers get the Secret of a storage in another namespace that admits this one and that is used here,
 * and nothing else. The bindings lie beside the Secret (a cluster-scoped parent may have attachments anywhere), so its owner
 * sees them; they go when the use ends, when the policy is withdrawn, and with the Namespace.
 *
 *   used here (Repository, unfinished RestoreSession)  and  admitted there (usagePolicy)  ──▶  RoleBinding there
 */
import type { DecoratorRequest, DecoratorResponse } from '../../kube/metacontroller.ts';
import { isTerminating } from '../../kube/namespaces.ts';
import type { DesiredObject, KubeObject } from '../../kube/objects.ts';
import { grantsOf } from './grants.ts';
import { isWholeView, observe, type ObservedGrant } from './observe.ts';

/** Nothing wakes a parent when a name gets free (design §2). */
const MISSING_SECONDS = 10;
/** A view with groups missing passes as soon as the host has asked customize again. */
const BLIND_SECONDS = 60;

/** Roles and RoleBindings in other namespaces. A namespace that uses nothing of others costs no write and no timer. */
export function syncGrants(request: DecoratorRequest): DecoratorResponse {
  const observed = observe(request);
  if (!isWholeView(request)) return { attachments: observed.grants.map(asObserved), resyncAfterSeconds: BLIND_SECONDS };
  // The host does nothing for attachments of a Namespace that is going: they go with it.
  if (isTerminating(request.object)) return { attachments: observed.grants.map(asObserved) };
  const attachments = grantsOf(observed);
  const isMissingSome = attachments.some((one) => !observed.grants.some((other) => isSame(one, other)));
  return { attachments, ...(isMissingSome ? { resyncAfterSeconds: MISSING_SECONDS } : {}) };
}

/** As it is: never from what an annotation says was applied, which others may edit (kube/frozen-child.ts). */
function asObserved({ apiVersion, kind, metadata, rules, roleRef, subjects }: ObservedGrant): DesiredObject {
  const { name, namespace, labels } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) },
    ...(rules === undefined ? {} : { rules }),
    ...(roleRef === undefined ? {} : { roleRef }),
    ...(subjects === undefined ? {} : { subjects }),
  };
}

function isSame(one: DesiredObject, other: KubeObject): boolean {
  const { name, namespace } = one.metadata;
  return one.kind === other.kind && name === other.metadata.name && namespace === other.metadata.namespace;
}
