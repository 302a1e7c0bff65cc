/** How this Repository's Jobs reach its data, or the first thing that stands in their way. */
import { blocked, ok, refused, waitingFor, type Outcome } from '../../domain/result.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { repositoryAccessOf, type RepositoryMount } from '../../jobs/encryption-access.ts';
import { admittedStorage } from '../../jobs/storage-admission.ts';
import { storageAccessOf, type StorageMount } from '../../jobs/storage-access.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { isDeleting, resolvedReference } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import type { Observed } from './observe.ts';

export interface Access {
  readonly storage: BackupStorage;
  readonly storageMount: StorageMount;
  readonly repositoryMount: RepositoryMount;
  readonly clusterUid: string;
}

/** Everything that a Job of this Repository needs, once its storage is there, admits this namespace and is Ready. */
export function accessOf(observed: Observed): Outcome<Access> {
  const storage = usableStorage(observed);
  if (!storage.ok) return storage;
  const storageMount = storageAccessOf(storage.value, observed.namespace);
  if (!storageMount.ok) return storageMount;
  const repositoryMount = repositoryAccessOf(observed.repository, undefined, observed.namespace);
  if (!repositoryMount.ok) return repositoryMount;
  if (observed.clusterUid === undefined) return waitingFor('Namespace', 'Namespace kube-system has not been seen yet.');
  return ok({
    storage: storage.value,
    storageMount: storageMount.value,
    repositoryMount: repositoryMount.value,
    clusterUid: observed.clusterUid,
  });
}

function usableStorage(observed: Observed): Outcome<BackupStorage> {
  const { repository, storage, namespace } = observed;
  const reference = repository.spec?.storageRef;
  if (!reference?.name) return blocked(REASON.noStorage, '/spec/storageRef/name is missing: name a BackupStorage.');
  const resolved = resolvedReference(reference, namespace);
  const admitted = admittedStorage(resolved, storage, observed);
  return admitted.ok ? readyStorage(admitted.value, `BackupStorage ${resolved.namespace}/${resolved.name}`) : admitted;
}

function readyStorage(storage: BackupStorage, called: string): Outcome<BackupStorage> {
  if (isDeleting(storage)) {
    return refused({ reason: REASON.storageDeleting, message: `${called} is being deleted.`, waits: true });
  }
  if (storage.status?.phase === 'Ready') return ok(storage);
  const words = conditionOf(storage.status, 'Ready')?.message ?? 'it has not been prepared yet.';
  return waitingFor('BackupStorage', `${called} is not ready: ${words}`);
}
