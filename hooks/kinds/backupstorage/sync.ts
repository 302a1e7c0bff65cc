/**
 * BackupStorage: a place where backups are kept. Its hook sees to it that a mover proves the place once (and again where it
 * changes), and says Ready only then. It never reads a Secret, and deleting a BackupStorage deletes no data.
 */
import type { Problem } from '../../domain/result.ts';
import type { BackupStorage, BackupStorageStatus, StoredRepository } from '../../generated/types/backupstorage.ts';
import { keptChildren, namesAtWork } from '../../jobs/kept-children.ts';
import { storageAccessOf } from '../../jobs/storage-access.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { kindOf, KIND, objectsOf } from '../../kube/references.ts';
import { LONGEST_RESYNC_SECONDS, secondsUntil } from '../../kube/resync.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { firstProblem } from './checks.ts';
import { initJobs, storageIdentity } from './init-job.ts';
import { initOf, type Init } from './init.ts';
import { observe, type Observed } from './observe.ts';
import { outlineProblem } from './outline.ts';
import { scanOf, type Scan } from './scan.ts';
import { secretRoleAsObserved, secretRoleOf } from './secret-role.ts';
import { refusedStatus, statusOf } from './status.ts';
import { withObjects } from './stored-objects.ts';

/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon. */
const MISSING_CHILD_SECONDS = 10;
/** Failed attempts stay a week; of a storage that fails every five minutes only the last few do. */
const KEPT_ATTEMPTS = 4;

type Response = SyncResponse<BackupStorageStatus>;

/** Desired children and status of one BackupStorage, judged only from what is observed at `now`. */
export function syncBackupStorage(request: SyncRequest<BackupStorage>, now: Instant): Response {
  const storage = request.parent;
  const observed = observe(request);
  if (observed.isGoing) return going(storage, observed);
  const problem = problemOf(storage, observed);
  if (problem !== undefined) return refused(storage, observed, problem, now);
  const init = initOf(storage, observed.children, now);
  const scan = scanOf(storage, observed, init, now);
  const jobs = initJobs(storage, observed, init);
  const live = new Set([...init.live, ...(scan.run?.live ?? []), ...namesAtWork(observed.children, now)]);
  const kept = keptChildren(observed.children, live, now);
  const wanted = [jobs, scan.run?.made].flatMap((one) => (one?.ok === true ? one.value : []));
  const made = missing(wanted, kept.children);
  const known = withObjects(scan.repositories ?? [], storage, observed, { lastScanTime: scan.lastScanTime, now });
  const wakeAt = [init.wakeAt, scan.wakeAt, kept.wakeAt, known.wakeAt];
  return {
    status: {
      ...statusOf(storage, init, jobs.ok ? undefined : jobs.error, now),
      ...foundBy(scan, init, known.entries),
    },
    children: [
      ...storageIdentity(storage),
      ...secretRoleOf(storage),
      ...lastAttempts(kept.children, live, observed),
      ...made,
    ],
    resyncAfterSeconds: made.length > 0 ? MISSING_CHILD_SECONDS : secondsUntil(wakeAt, now),
  };
}

/** What the scans have found; warnings that ended go. */
function foundBy(scan: Scan, init: Init, repositories: readonly StoredRepository[]): Partial<BackupStorageStatus> {
  const { lastScanTime, totalSize, record, warnings } = scan;
  const isBegun = record.count > 0;
  return {
    ...(lastScanTime === undefined ? {} : { lastScanTime, repositories }),
    ...(totalSize === undefined ? {} : { totalSize }),
    ...(warnings.length === 0 ? {} : { warnings }),
    metastash: { init: init.record, ...(isBegun ? { scan: record } : {}) },
  };
}

function problemOf(storage: BackupStorage, observed: Observed): Problem | undefined {
  const problem = outlineProblem(storage) ?? firstProblem({ storage, others: observed.others });
  if (problem !== undefined) return problem;
  const access = storageAccessOf(storage, observed.namespace);
  return access.ok ? undefined : access.error;
}

/** A spec that cannot be carried out changes nothing: children stay, and the status says why. */
function refused(storage: BackupStorage, observed: Observed, problem: Problem, now: Instant): Response {
  return {
    status: refusedStatus(storage, problem, now),
    children: [...storageIdentity(storage), ...secretRoleAsObserved(storage, observed), ...allJobs(observed, now)],
    resyncAfterSeconds: LONGEST_RESYNC_SECONDS,
  };
}

/** In a Namespace that is going every create is refused, so only what is there is restated. */
function going(storage: BackupStorage, observed: Observed): Response {
  const there = new Set(observed.identities.map((one) => `${kindOf(one)} ${one.metadata.name}`));
  const identities = storageIdentity(storage).filter((one) => there.has(`${kindOf(one)} ${one.metadata.name}`));
  return {
    status: unchangedStatus(storage),
    children: [...identities, ...secretRoleAsObserved(storage, observed), ...allJobs(observed, 0)],
    resyncAfterSeconds: LONGEST_RESYNC_SECONDS,
  };
}

function allJobs({ children }: Observed, now: Instant): readonly DesiredObject[] {
  const names = [KIND.job, KIND.taskReport].flatMap((kind) =>
    objectsOf(children, kind).map((one) => one.metadata.name),
  );
  return keptChildren(children, new Set(names), now).children;
}

/** Finished attempts beyond the last few go early; what is under way never does. */
function lastAttempts(
  kept: readonly DesiredObject[],
  live: ReadonlySet<string>,
  { children }: Observed,
): readonly DesiredObject[] {
  const born = new Map(
    [KIND.job, KIND.taskReport].flatMap((kind) =>
      objectsOf(children, kind).map((one) => [one.metadata.name, one.metadata.creationTimestamp] as const),
    ),
  );
  const settled = [...new Set(kept.map((one) => one.metadata.name))].filter((name) => !live.has(name));
  const age = (name: string): string => `${born.get(name) ?? ''} ${name}`;
  const beyond = new Set(settled.sort((left, right) => (age(left) > age(right) ? -1 : 1)).slice(KEPT_ATTEMPTS));
  return kept.filter((one) => !beyond.has(one.metadata.name));
}

/** Of a Job and its report one may be there already; that one is restated, not built anew. */
function missing(wanted: readonly DesiredObject[], kept: readonly DesiredObject[]): readonly DesiredObject[] {
  const there = new Set(kept.map((one) => `${kindOf(one)} ${one.metadata.name}`));
  return wanted.filter((one) => !there.has(`${kindOf(one)} ${one.metadata.name}`));
}
