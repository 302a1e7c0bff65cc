/** What the data of a BackupStorage that was deleted with WipeOut needs before it may go, and the Job that removes it. */
import { waitingFor, type Outcome } from '../../domain/result.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { namesAtWork } from '../../jobs/kept-children.ts';
import type { RuntimeSettings } from '../../jobs/shapes.ts';
import { storageAccessOf } from '../../jobs/storage-access.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { isOfWipe, wipeOf, type Wipe } from '../../jobs/wiping.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { hasGroup, isDeleting, KIND, objectsOf, resolvedReference } from '../../kube/references.ts';
import { jobPlace } from './init-job.ts';
import type { Observed } from './observe.ts';
import { placesOverlap } from './place-key.ts';

/** The CustomResourceDefinition with which this object goes, without anybody having deleted it. */
export const DEFINITIONS: readonly string[] = ['backupstorages.storage.kubestash.com'];

const GROUPS = [KIND.backupStorage, KIND.repository, KIND.function];

/** How far the end of a deleted BackupStorage is at `now`. */
export function storageWipe(storage: BackupStorage, observed: Observed, now: Instant): Wipe {
  const { name, uid } = storage.metadata;
  const others = objectsOf(observed.children, KIND.job).filter((one) => !isOfWipe(one, undefined));
  const atWork = new Set(namesAtWork(observed.children, now));
  const user = usersOf(storage, observed)[0];
  return wipeOf(
    {
      parent: storage,
      place: jobPlace(storage, observed),
      children: observed.children,
      definitions: DEFINITIONS,
      isBlind: !GROUPS.every((kind) => hasGroup(observed.related, kind)),
      obstacle: obstacleOf(storage, observed),
      reader: user && `Repository ${user.metadata.namespace}/${user.metadata.name}, which keeps its data there`,
      remains: others.length === 0 ? undefined : `Job ${others[0]?.metadata.name ?? ''}, which goes first`,
      isAtWork: others.some((one) => atWork.has(one.metadata.name)),
      nameOf: (attempt) => uniqueName(['wipe', name], `${uid}/wipe/${attempt}`),
      make: (job, attempt) => wipeJob(storage, observed, { name: job, run: attempt }),
    },
    now,
  );
}

/** Repositories of any namespace on this storage. */
export function usersOf({ metadata }: BackupStorage, { related }: Observed): readonly Repository[] {
  return objectsOf<Repository>(related, KIND.repository).filter((one) => {
    const reference = one.spec?.storageRef;
    if (!reference?.name) return false;
    const { name, namespace } = resolvedReference(reference, one.metadata.namespace ?? '');
    return name === metadata.name && namespace === metadata.namespace;
  });
}

/** A Repository that is going and takes its data along: it needs its storage for that. */
export function wipingUser(storage: BackupStorage, observed: Observed): Repository | undefined {
  return usersOf(storage, observed).find((one) => isDeleting(one) && one.spec?.deletionPolicy === 'WipeOut');
}

/** The directories of another storage look like our own from here. */
function obstacleOf(
  storage: BackupStorage,
  { others, namespace }: Observed,
): { readonly reason: string; readonly message: string } | undefined {
  const mount = storageAccessOf(storage, namespace);
  if (!mount.ok) return mount.error;
  const rival = others.find((one) => placesOverlap(one, storage));
  if (rival === undefined) return undefined;
  const message = `BackupStorage ${rival.metadata.namespace}/${rival.metadata.name} keeps data in the same place, inside it or around it`;
  return { reason: 'DirectoryShared', message };
}

function wipeJob(
  storage: BackupStorage,
  observed: Observed,
  attempt: { readonly name: string; readonly run: number },
): Outcome<readonly DesiredObject[]> {
  const { clusterUid, namespace } = observed;
  const mount = storageAccessOf(storage, namespace);
  if (!mount.ok) return mount;
  if (clusterUid === undefined) return waitingFor('Namespace', 'Namespace kube-system has not been seen yet.');
  return systemTaskJob({
    ...jobPlace(storage, observed),
    ...attempt,
    order: { task: 'wipe', storage: mount.value.access, clusterUid },
    mounts: [mount.value],
    runtimeSettings: storage.spec.runtimeSettings as RuntimeSettings | undefined,
  });
}
