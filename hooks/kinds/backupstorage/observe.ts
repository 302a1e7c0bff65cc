/** Everything that one BackupStorage is judged from, by name. The only file here that knows the keys of the maps. */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { clusterUidOf, isTerminating, namespaceNamed } from '../../kube/namespaces.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting, KIND, objectsOf } from '../../kube/references.ts';

export interface Observed {
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  /** The Namespace or the parent itself is going: every create would be refused. */
  readonly isGoing: boolean;
  /** Uid of Namespace kube-system. */
  readonly clusterUid: string | undefined;
  /** Every other BackupStorage of the cluster that is not going. */
  readonly others: readonly BackupStorage[];
  /** ServiceAccounts, Roles and RoleBindings of ours. */
  readonly identities: readonly KubeObject[];
  readonly children: ObjectMap;
  readonly related: ObjectMap;
}

/** What this request shows. */
export function observe(request: SyncRequest<BackupStorage>): Observed {
  const { parent, children, related } = request;
  const namespace = parent.metadata.namespace ?? '';
  const namespaceObject = namespaceNamed(related, namespace);
  return {
    namespace,
    namespaceObject,
    isGoing: isDeleting(parent) || isTerminating(namespaceObject),
    clusterUid: clusterUidOf(related),
    others: objectsOf<BackupStorage>(related, KIND.backupStorage).filter(
      (one) => one.metadata.uid !== parent.metadata.uid && !isDeleting(one),
    ),
    identities: [KIND.serviceAccount, KIND.role, KIND.roleBinding].flatMap((kind) => objectsOf(children, kind)),
    children,
    related,
  };
}
