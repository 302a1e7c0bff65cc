/** Everything that the Jobs of a Snapshot are made of, resolved once per sync; or the first problem that keeps them from being made. */
import { blocked, ok, waitingFor, type Outcome } from '../../domain/result.ts';
import { componentsOf, type ComponentPlan } from '../../jobs/components.ts';
import { repositoryAccessOf, type RepositoryMount } from '../../jobs/encryption-access.ts';
import { resolveTasks, type ResolvedTask } from '../../jobs/catalog.ts';
import type { AddonInfo } from '../../jobs/shapes.ts';
import { admittedStorage } from '../../jobs/storage-admission.ts';
import { storageAccessOf, type StorageMount } from '../../jobs/storage-access.ts';
import { clusterUidOf } from '../../kube/namespaces.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting, objectNamed, resolvedReference } from '../../kube/references.ts';
import { targetKindOf, workloadOf, type Workload } from '../../kube/workload.ts';
import { firstProblem } from './checks.ts';
import { REASON } from './conditions.ts';
import type { Observed } from './observe.ts';
import type { Recorded } from './record.ts';

export interface Preparation {
  readonly addon: AddonInfo;
  readonly resolved: ResolvedTask;
  readonly workload: Workload;
  readonly plan: ComponentPlan;
  readonly storage: StorageMount;
  readonly repository: RepositoryMount;
  readonly clusterUid: string | undefined;
}

/** What the next Job would be made of. Once components are listed, the addon is the recorded one, whatever the configuration says now. */
export function preparationOf(observed: Observed, record: Recorded): Outcome<Preparation> {
  const problem = firstProblem(observed);
  if (problem !== undefined) return { ok: false, error: problem };
  const addon = record.addon === undefined ? addonOf(observed) : ok(record.addon);
  if (!addon.ok) return addon;
  const resolved = singleTask(addon.value, observed);
  if (!resolved.ok) return resolved;
  const workload = targetOf(observed);
  if (!workload.ok) return workload;
  const access = accessOf(observed);
  if (!access.ok) return access;
  return ok({
    addon: addon.value,
    resolved: resolved.value,
    workload: workload.value,
    plan: componentsOf(workload.value, resolved.value.task.singleton === true),
    ...access.value,
    clusterUid: clusterUidOf(observed.related),
  });
}

/** The session's addon, from the BackupConfiguration as it is now. */
function addonOf({ snapshot, invoker }: Observed): Outcome<AddonInfo> {
  const name = snapshot.spec?.session;
  const session = (invoker?.spec?.sessions ?? []).find((one) => one?.name === name);
  if (session !== undefined) return ok(session.addon as unknown as AddonInfo);
  return blocked(
    REASON.sessionUnknown,
    `BackupConfiguration ${invoker?.metadata.name} has no session ${JSON.stringify(name ?? '')} any more`,
  );
}

function singleTask(addon: AddonInfo, { related }: Observed): Outcome<ResolvedTask> {
  const tasks = resolveTasks(addon, 'backup', related);
  if (!tasks.ok) return tasks;
  const [task, ...others] = tasks.value;
  if (task !== undefined && others.length === 0) return ok(task);
  const names = tasks.value.map((one) => one.task.name).join(', ');
  return blocked(
    REASON.severalTasks,
    `the session has tasks ${names}; this version backs up with one task per session, so make a session for each`,
  );
}

function targetOf({ snapshot, related, namespace }: Observed): Outcome<Workload> {
  const reference = snapshot.spec?.appRef;
  const kind = targetKindOf(reference ?? { name: '' });
  if (!kind.ok) return kind;
  const name = reference?.name ?? '';
  const own = reference?.namespace ?? namespace;
  if (own !== namespace) {
    return blocked(
      REASON.targetElsewhere,
      `target ${kind.value.kind} ${own}/${name} is in another namespace; make the BackupConfiguration in namespace ${own}`,
    );
  }
  const target = objectNamed<KubeObject>(related, kind.value.key, name, namespace);
  if (target === undefined || isDeleting(target)) {
    return waitingFor(
      'Target',
      `${kind.value.kind} ${namespace}/${name} ${target ? 'is being deleted' : 'does not exist'}`,
    );
  }
  return ok(workloadOf(target, kind.value));
}

/** Secrets of other namespaces are named only: the mover reads them with its own token, where their owners let it. */
function accessOf(
  observed: Observed,
): Outcome<{ readonly storage: StorageMount; readonly repository: RepositoryMount }> {
  const { repository, namespace } = observed;
  // The checks have found it; this only tells the compiler.
  if (repository === undefined) return waitingFor('Repository', 'the Repository does not exist');
  const reference = resolvedReference(repository.spec?.storageRef ?? { name: '' }, namespace);
  const storage = admittedStorage(reference, observed.storage, observed);
  if (!storage.ok) return storage;
  const storageMount = storageAccessOf(storage.value as Parameters<typeof storageAccessOf>[0], namespace);
  if (!storageMount.ok) return storageMount;
  const repositoryMount = repositoryAccessOf(repository, undefined, namespace);
  return repositoryMount.ok ? ok({ storage: storageMount.value, repository: repositoryMount.value }) : repositoryMount;
}
