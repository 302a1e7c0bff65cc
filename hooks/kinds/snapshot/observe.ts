/** What one sync of a Snapshot sees, named. The only place that knows the keys of the maps. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { ANNOTATION, LABEL } from '../../kube/labels.ts';
import type { ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { isTerminating, namespaceNamed } from '../../kube/namespaces.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { hasGroup, KIND, objectNamed, resolvedReference } from '../../kube/references.ts';

export interface Observed {
  readonly snapshot: Snapshot;
  readonly namespace: string;
  readonly session: BackupSession | undefined;
  readonly invoker: BackupConfiguration | undefined;
  readonly repository: Repository | undefined;
  readonly storage: BackupStorage | undefined;
  readonly namespaceObject: KubeObject | undefined;
  /** Every create would be refused there. */
  readonly isNamespaceTerminating: boolean;
  readonly children: ObjectMap;
  readonly related: ObjectMap;
}

/** Groups without which nothing may be concluded: a group that was not sent is not an empty one (faults.md B22). */
const NEEDED = [KIND.backupSession, KIND.repository, KIND.namespace];

/** Everything that a Snapshot's sync was sent; undefined for a view in which objects may be missing that exist. */
export function observe(request: SyncRequest<Snapshot>): Observed | undefined {
  const { parent: snapshot, children, related } = request;
  if (NEEDED.some((kind) => !hasGroup(related, kind))) return undefined;
  const namespace = snapshot.metadata.namespace ?? '';
  const session = named<BackupSession>(related, KIND.backupSession, snapshot.spec?.backupSession, namespace);
  const repository = named<Repository>(related, KIND.repository, snapshot.spec?.repository, namespace);
  const namespaceObject = namespaceNamed(related, namespace);
  return {
    snapshot,
    namespace,
    session,
    invoker: named<BackupConfiguration>(related, KIND.backupConfiguration, invokerNameOf(snapshot, session), namespace),
    repository,
    storage: seenStorage(repository, related, namespace),
    namespaceObject,
    isNamespaceTerminating: isTerminating(namespaceObject),
    children,
    related,
  };
}

/** The BackupStorage that this Snapshot was made for, as its Repository wrote down; undefined where nobody did. */
export function storageOf({ metadata }: Snapshot): { readonly namespace: string; readonly name: string } | undefined {
  const [namespace = '', name = '', ...rest] = (metadata.annotations?.[ANNOTATION.storage] ?? '').split('/');
  return namespace === '' || name === '' || rest.length > 0 ? undefined : { namespace, name };
}

/** The BackupConfiguration that the session names; before the session is seen, the label that the Snapshot was made with. */
export function invokerNameOf(snapshot: Snapshot, session: BackupSession | undefined): string | undefined {
  return session?.spec?.invoker?.name ?? snapshot.metadata.labels?.[LABEL.invokerName];
}

function seenStorage(
  repository: Repository | undefined,
  related: ObjectMap,
  namespace: string,
): BackupStorage | undefined {
  const reference = repository?.spec?.storageRef;
  if (reference === undefined) return undefined;
  const { name, namespace: storageNamespace } = resolvedReference(reference, namespace);
  return objectNamed<BackupStorage>(related, KIND.backupStorage, name, storageNamespace);
}

function named<Kind extends KubeObject>(
  map: ObjectMap,
  kind: string,
  name: string | undefined,
  namespace: string,
): Kind | undefined {
  return name === undefined || name === '' ? undefined : objectNamed<Kind>(map, kind, name, namespace);
}
