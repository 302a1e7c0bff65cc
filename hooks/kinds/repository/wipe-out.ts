/** What the data of a Repository that was deleted with WipeOut needs before it may go, and the Job that removes it. */
import { directoriesOverlap, normaliseDirectory } from '../../domain/backend-path.ts';
import { blocked, ok, waitingFor, type Outcome } from '../../domain/result.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { namesAtWork } from '../../jobs/kept-children.ts';
import { admittedStorage } from '../../jobs/storage-admission.ts';
import { storageAccessOf } from '../../jobs/storage-access.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { isOfWipe, wipeOf, type Wipe } from '../../jobs/wiping.ts';
import { LABEL } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { hasGroup, isDeleting, KIND, objectsOf, resolvedReference } from '../../kube/references.ts';
import { jobPlace } from './job-place.ts';
import { moverAccountName } from './mover-account.ts';
import type { Observed } from './observe.ts';
import { snapshotUsers } from './snapshot-users.ts';

/** CustomResourceDefinitions with which this object goes, without anybody having deleted it. */
export const DEFINITIONS: readonly string[] = [
  'repositories.storage.kubestash.com',
  'backupconfigurations.core.kubestash.com',
];

const GROUPS = [KIND.backupStorage, KIND.restoreSession, KIND.function, KIND.repository];

/** How far the end of a deleted Repository is at `now`. Its own spec decides, never its storage's (faults.md M14). */
export function repositoryWipe(observed: Observed, now: Instant): Wipe {
  const { repository, children } = observed;
  const { name, uid } = repository.metadata;
  return wipeOf(
    {
      parent: repository,
      place: jobPlace(observed),
      children,
      definitions: DEFINITIONS,
      isBlind: !GROUPS.every((kind) => hasGroup(observed.related, kind)),
      obstacle: obstacleOf(observed),
      reader: readerOf(observed),
      remains: remainsOf(observed),
      isAtWork: isAtWork(observed, now),
      nameOf: (attempt) => uniqueName(['wipe', name], `${uid}/wipe/${attempt}`),
      make: (job, attempt) => wipeJob(observed, { name: job, run: attempt }),
    },
    now,
  );
}

function obstacleOf(observed: Observed): { readonly reason: string; readonly message: string } | undefined {
  const access = placeOf(observed);
  if (!access.ok) return access.error.reason === 'WaitingForNamespace' ? undefined : access.error;
  const rival = rivalOf(observed, access.value.directory);
  if (rival === undefined) return undefined;
  const message = `Repository ${rival.metadata.namespace}/${rival.metadata.name} names directory ${access.value.directory} too`;
  return { reason: 'DirectoryShared', message };
}

interface Place {
  readonly directory: string;
  readonly storage: NonNullable<Observed['storage']>;
  readonly mount: ReturnType<typeof storageAccessOf> & { readonly ok: true };
  readonly clusterUid: string;
}

/** The storage may be going as well: it waits for its Repositories. Neither its readiness nor restic's password is needed. */
function placeOf({ repository, storage, namespace, namespaceObject, clusterUid }: Observed): Outcome<Place> {
  const reference = repository.spec?.storageRef;
  if (!reference?.name) return blocked('StorageRefMissing', '/spec/storageRef/name is missing');
  const resolved = resolvedReference(reference, namespace);
  if (storage === undefined) {
    return blocked('BackupStorageNotFound', `BackupStorage ${resolved.namespace}/${resolved.name} does not exist`);
  }
  const admitted = admittedStorage(resolved, storage, { namespace, namespaceObject });
  if (!admitted.ok) return admitted;
  const directory = normaliseDirectory(repository.spec.path);
  if (!directory.ok) return blocked('PathInvalid', `/spec/path: ${directory.error}`);
  const mount = storageAccessOf(storage, namespace);
  if (!mount.ok) return mount;
  if (clusterUid === undefined) return waitingFor('Namespace', 'Namespace kube-system has not been seen yet.');
  return ok({ directory: directory.value, storage, mount, clusterUid });
}

/** A Repository that stays and whose directory is the same, or lies inside this one or around it. */
function rivalOf({ repository, related, namespace }: Observed, directory: string): Repository | undefined {
  const own = resolvedReference(repository.spec.storageRef ?? { name: '' }, namespace);
  return objectsOf<Repository>(related, KIND.repository).find((one) => {
    if (one.metadata.uid === repository.metadata.uid || isDeleting(one) || !one.spec?.storageRef?.name) return false;
    const storage = resolvedReference(one.spec.storageRef, one.metadata.namespace ?? '');
    if (storage.name !== own.name || storage.namespace !== own.namespace) return false;
    const other = normaliseDirectory(one.spec.path);
    return other.ok && directoriesOverlap(other.value, directory);
  });
}

function readerOf(observed: Observed): string | undefined {
  const users = snapshotUsers(observed);
  return observed.snapshots.flatMap((one) => users.get(one.metadata.name) ?? [])[0];
}

function remainsOf({ snapshots, children }: Observed): string | undefined {
  if (snapshots.length > 0) return `Snapshots that go first: ${snapshots.length}`;
  const others = objectsOf(children, KIND.job).filter((one) => !isOfWipe(one, undefined));
  return others.length === 0 ? undefined : `Job ${others[0]?.metadata.name ?? ''}, which goes first`;
}

/** Whether a mover may be writing into the directory: for a Snapshot, or for the Repository itself. */
function isAtWork({ snapshots, children }: Observed, now: Instant): boolean {
  const busy = snapshots.some(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const names = new Set(namesAtWork(children, now));
  return (
    busy ||
    objectsOf(children, KIND.job).some(
      ({ metadata }) => names.has(metadata.name) && metadata.labels?.[LABEL.task] !== 'wipe',
    )
  );
}

function wipeJob(
  observed: Observed,
  attempt: { readonly name: string; readonly run: number },
): Outcome<readonly DesiredObject[]> {
  const place = placeOf(observed);
  if (!place.ok) return place;
  const { namespace, repository } = observed;
  const { directory, storage, mount, clusterUid } = place.value;
  return systemTaskJob({
    ...jobPlace(observed, 'kubestash-cleaner'),
    ...attempt,
    order: {
      task: 'wipe',
      storage: mount.value.access,
      clusterUid,
      repository: { namespace, name: repository.metadata.name, directory },
    },
    serviceAccountName: moverAccountName(repository),
    mounts: [mount.value],
    runtimeSettings: storage.spec.runtimeSettings,
  });
}
