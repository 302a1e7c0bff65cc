/** Everything that the Jobs of a restore are made of, resolved once per sync; or the first problem that keeps them from being made. */
import { blocked, ok, waitingFor, type Outcome, type Problem } from '../../domain/result.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { resolveTasks, type ResolvedTask } from '../../jobs/catalog.ts';
import { componentsOf } from '../../jobs/components.ts';
import { repositoryAccessOf, type RepositoryMount } from '../../jobs/encryption-access.ts';
import { storageAccessOf, type StorageMount } from '../../jobs/storage-access.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting, objectNamed } from '../../kube/references.ts';
import { targetKindOf, workloadOf, type Workload } from '../../kube/workload.ts';
import { REASON } from './conditions.ts';
import { START_LIMIT_MS } from '../backupsession/deadlines.ts';
import { repositoryNamed, storageOf, type Observed } from './observe.ts';
import type { PinnedPlan } from './record.ts';

export interface Preparation {
  readonly plan: PinnedPlan;
  readonly resolved: ResolvedTask;
  readonly workload: Workload;
  readonly needsLocate: boolean;
  readonly storage: StorageMount;
  readonly repository: RepositoryMount;
}

/** What the next Job would be made of. */
export function preparationOf(plan: PinnedPlan, observed: Observed): Outcome<Preparation> {
  const going = goingProblem(observed);
  if (going !== undefined) return { ok: false, error: going };
  const tasks = resolveTasks(plan.addon, 'restore', observed.related);
  if (!tasks.ok) return tasks;
  const [resolved] = tasks.value;
  if (resolved === undefined) return blocked('OneTaskNeeded', '/spec/addon lists no task');
  const workload = targetOf(plan, observed);
  if (!workload.ok) return workload;
  const access = accessOf(plan, observed);
  if (!access.ok) return access;
  const needsLocate = componentsOf(workload.value, resolved.task.singleton === true).locate;
  return ok({ plan, resolved, workload: workload.value, needsLocate, ...access.value });
}

/** The target as it is now. */
export function targetOf({ target }: PinnedPlan, { related, namespace }: Observed): Outcome<Workload> {
  const kind = targetKindOf(target);
  if (!kind.ok) return kind;
  const object = objectNamed<KubeObject>(related, kind.value.key, target.name, namespace);
  if (object === undefined || isDeleting(object)) {
    const what = object === undefined ? 'does not exist' : 'is being deleted';
    return waitingFor('Target', `${kind.value.kind} ${namespace}/${target.name} ${what}`);
  }
  return ok(workloadOf(object, kind.value));
}

/** A backup of the same target that runs now: it would read what the restore is writing. */
export function runningBackup(plan: PinnedPlan, { snapshots }: Observed, now: Instant): Problem | undefined {
  const running = snapshots.find((one) => isUnfinished(one, now) && isOf(one, plan));
  if (running === undefined) return undefined;
  const message = `Snapshot ${running.metadata.name} of the same target is being made; the restore starts when it has ended`;
  return { reason: 'TargetIsBeingBackedUp', message, waits: true };
}

/** What no session lists may be Pending for ever; what one lists has begun within half an hour, or its session has ended. */
function isUnfinished({ status, metadata }: Snapshot, now: Instant): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const phase = status?.phase ?? 'Pending';
  const isNew = now < (instantOf(metadata.creationTimestamp) ?? 0) + START_LIMIT_MS;
  return phase === 'Running' || (phase === 'Pending' && isNew);
}

function isOf({ spec }: Snapshot, { target }: PinnedPlan): boolean {
  return spec?.appRef?.kind === target.kind && spec?.appRef?.name === target.name;
}

function goingProblem({ session, isNamespaceTerminating, namespace }: Observed): Problem | undefined {
  if (isDeleting(session)) {
    return { reason: 'Deleting', message: 'this RestoreSession is being deleted; nothing new is started', waits: true };
  }
  if (!isNamespaceTerminating) return undefined;
  const message = `Namespace ${namespace} is being deleted; nothing new can be created in it`;
  return { reason: REASON.namespaceTerminating, message, waits: true };
}

/** Secrets of other namespaces are named only: the mover reads them with its own token, where their owners let it. */
function accessOf(
  plan: PinnedPlan,
  observed: Observed,
): Outcome<{ readonly storage: StorageMount; readonly repository: RepositoryMount }> {
  const { namespace, sourceNamespace } = observed;
  const repository = repositoryNamed(observed, plan.repository);
  if (repository === undefined) {
    return waitingFor('Repository', `Repository ${sourceNamespace}/${plan.repository} does not exist`);
  }
  const storage = storageOf(observed, repository);
  if (!storage.ok) return storage;
  const storageMount = storageAccessOf(storage.value as Parameters<typeof storageAccessOf>[0], namespace);
  if (!storageMount.ok) return storageMount;
  const mount = repositoryAccessOf(repository, plan.encryptionSecret, namespace);
  return mount.ok ? ok({ storage: storageMount.value, repository: mount.value }) : mount;
}
