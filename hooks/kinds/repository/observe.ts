/** The request of a Repository as one record of named things. The only file that knows the maps' keys. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import type { ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { clusterUidOf, isTerminating, namespaceNamed } from '../../kube/namespaces.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { hasGroup, KIND, objectNamed, objectsOf, resolvedReference } from '../../kube/references.ts';

export interface Observed {
  readonly repository: Repository;
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  /** Every create would be refused there: only what exists is restated. */
  readonly isNamespaceTerminating: boolean;
  /** Uid of Namespace kube-system: who this cluster is. */
  readonly clusterUid: string | undefined;
  readonly storage: BackupStorage | undefined;
  readonly configurations: readonly BackupConfiguration[];
  readonly sessions: readonly BackupSession[];
  /** Every observed Snapshot of this Repository, by name; terminating ones too. */
  readonly snapshots: readonly Snapshot[];
  readonly children: ObjectMap;
  readonly related: ObjectMap;
}

const GROUPS = [KIND.backupStorage, KIND.backupConfiguration, KIND.backupSession, KIND.function, KIND.namespace];

/** Everything that the Repository sees. */
export function observe({ parent: repository, children, related }: SyncRequest<Repository>): Observed {
  const namespace = repository.metadata.namespace ?? '';
  const namespaceObject = namespaceNamed(related, namespace);
  const storage = resolvedReference(repository.spec?.storageRef ?? { name: '' }, namespace);
  return {
    repository,
    namespace,
    namespaceObject,
    isNamespaceTerminating: isTerminating(namespaceObject),
    clusterUid: clusterUidOf(related),
    storage: objectNamed<BackupStorage>(related, KIND.backupStorage, storage.name, storage.namespace),
    configurations: objectsOf<BackupConfiguration>(related, KIND.backupConfiguration),
    sessions: objectsOf<BackupSession>(related, KIND.backupSession),
    snapshots: objectsOf<Snapshot>(children, KIND.snapshot),
    children,
    related,
  };
}

/** Whether the host showed every group that customize asks for: a view without one proves nothing about absence. */
export function isWholeView(observed: Observed): boolean {
  return GROUPS.every((kind) => hasGroup(observed.related, kind));
}

/** Whether the child of this kind and name is there. */
export function isObserved(observed: Observed, kind: string, name: string): boolean {
  return objectNamed(observed.children, kind, name, observed.namespace) !== undefined;
}
