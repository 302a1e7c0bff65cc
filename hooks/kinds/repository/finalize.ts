/**
 * The end of a Repository's object. Its data stays on the storage, and nothing is waited for, unless WipeOut stood in its own spec
 * before it was deleted: then its Snapshots go, a Job removes the directory, and the object waits for that (jobs/wiping.ts).
 */
import type { Repository, RepositoryStatus } from '../../generated/types/repository.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { isOfWipe } from '../../jobs/wiping.ts';
import { conditionsWith } from '../../kube/conditions.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { KIND, kindOf, objectsOf } from '../../kube/references.ts';
import type { TaskRun } from '../../jobs/task-run.ts';
import { frozenChildren } from './children.ts';
import { moverAccount } from './mover-account.ts';
import { observe, type Observed } from './observe.ts';
import { repositoryWipe } from './wipe-out.ts';

const MAX_RESYNC_MS = 60_000;
/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon. */
const MISSING_CHILD_MS = 10_000;

/** Lets go at once, or once the data is gone, or can not go, or half an hour has passed. */
export function finalizeRepository(request: SyncRequest<Repository>, now: Instant): SyncResponse<RepositoryStatus> {
  const observed = observe(request);
  const { repository } = observed;
  const wipe = repositoryWipe(observed, now);
  // The host does not act on the children of such an answer; they stand here so that none could be lost.
  if (wipe.kind === 'go') {
    return { status: mapOf(repository.status), children: frozenChildren(observed), finalized: true };
  }
  const { fact, record, mayDrop, run, wakeAt } = wipe;
  const conditions = conditionsWith([fact], repository.status?.conditions, repository.metadata.generation, now);
  const made = missing(run, observed);
  const due = [...wakeAt, now + (made.length === 0 ? MAX_RESYNC_MS : MISSING_CHILD_MS)].filter((one) => one > now);
  return {
    status: {
      ...statusOf(repository),
      phase: 'NotReady',
      conditions,
      metastash: { ...mapOf(repository.status?.metastash), wipe: record },
    },
    children: mayDrop ? [...moverAccount(observed), ...ofWipe(run, observed, now), ...made] : frozenChildren(observed),
    resyncAfterSeconds: Math.max(1, Math.ceil((Math.min(...due) - now) / 1000)),
  };
}

/** The Jobs and reports of the wipe that are there. */
function ofWipe(run: TaskRun | undefined, { children }: Observed, now: Instant): readonly DesiredObject[] {
  const own = [KIND.job, KIND.taskReport]
    .flatMap((kind) => objectsOf(children, kind))
    .filter((one) => isOfWipe(one, run));
  const names = new Set(own.map((one) => one.metadata.name));
  return keptChildren(children, names, now).children.filter((one) => names.has(one.metadata.name));
}

function missing(run: TaskRun | undefined, { children }: Observed): readonly DesiredObject[] {
  if (run?.made.ok !== true) return [];
  return run.made.value.filter(
    (one) => !objectsOf(children, kindOf(one)).some((other) => other.metadata.name === one.metadata.name),
  );
}

function statusOf({ status }: Repository): RepositoryStatus {
  return Object.fromEntries(Object.entries(mapOf(status)).filter(([key]) => key !== 'observedGeneration'));
}
