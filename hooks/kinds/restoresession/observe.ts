/** What one sync of a RestoreSession sees, named. The only place that knows the keys of the maps. */
import type { Outcome } from '../../domain/result.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { admittedStorage } from '../../jobs/storage-admission.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import type { ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { isTerminating, namespaceNamed } from '../../kube/namespaces.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { hasGroup, KIND, objectNamed, objectsOf, resolvedReference } from '../../kube/references.ts';
import { sourceNamespaceOf } from './record.ts';

export interface Observed {
  readonly session: RestoreSession;
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  /** Every create would be refused there. */
  readonly isNamespaceTerminating: boolean;
  /** Of this namespace, as far as customize asked for them; by name. */
  readonly snapshots: readonly Snapshot[];
  /** Where Repository and Snapshot are looked for. */
  readonly sourceNamespace: string;
  /** Snapshots of that namespace. */
  readonly sources: readonly Snapshot[];
  readonly children: ObjectMap;
  readonly related: ObjectMap;
}

/** Groups without which nothing may be concluded: a group that was not sent is not an empty one (faults.md B22). */
const NEEDED = [KIND.snapshot, KIND.repository, KIND.namespace, KIND.backupConfiguration];

/** Everything that a RestoreSession's sync was sent; undefined for a view in which objects may be missing that exist. */
export function observe(request: SyncRequest<RestoreSession>): Observed | undefined {
  const { parent: session, children, related } = request;
  const needed = hasHooksIn(session) ? [...NEEDED, KIND.hookTemplate] : NEEDED;
  if (needed.some((kind) => !hasGroup(related, kind))) return undefined;
  const namespace = session.metadata.namespace ?? '';
  const namespaceObject = namespaceNamed(related, namespace);
  const sourceNamespace = sourceNamespaceOf(session);
  const snapshots = objectsOf<Snapshot>(related, KIND.snapshot);
  return {
    session,
    namespace,
    namespaceObject,
    isNamespaceTerminating: isTerminating(namespaceObject),
    snapshots: snapshots.filter((one) => one.metadata.namespace === namespace),
    sourceNamespace,
    sources: snapshots.filter((one) => one.metadata.namespace === sourceNamespace),
    children,
    related,
  };
}

/** Whether the spec, or the plan that it was pinned as, has hooks. */
export function hasHooksIn({ spec, status }: RestoreSession): boolean {
  const pinned = mapOf(mapOf(mapOf(status?.metastash)['plan'])['hooks']);
  const lists = [spec?.hooks?.preRestore, spec?.hooks?.postRestore, pinned['pre'], pinned['post']];
  return lists.some((list) => listOf(list).length > 0);
}

/** A Repository of the source's namespace. */
export function repositoryNamed({ related, sourceNamespace }: Observed, name: string): Repository | undefined {
  return objectNamed<Repository>(related, KIND.repository, name, sourceNamespace);
}

/** The BackupStorage of a Repository, where it exists and admits this namespace. */
export function storageOf(observed: Observed, repository: Repository): Outcome<BackupStorage> {
  const reference = resolvedReference(repository.spec?.storageRef ?? { name: '' }, repository.metadata.namespace ?? '');
  const { name, namespace } = reference;
  const storage = objectNamed<BackupStorage>(observed.related, KIND.backupStorage, name, namespace);
  return admittedStorage(reference, storage, observed);
}
