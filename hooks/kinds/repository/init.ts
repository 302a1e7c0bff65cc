/**
 * The directory on the storage: claimed for this Repository by an init Job, which stores `repository.yaml` and reports what
 * it found there. Once condition RepositoryInitialized stands in the observed status, it is restated for good.
 */
import { ok, type Outcome, type Problem } from '../../domain/result.ts';
import type { ReportError, ReportResult } from '../../domain/report.ts';
import type { FirstBackup } from '../../generated/types/repository.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { conditionOf, type ConditionFact } from '../../kube/conditions.ts';
import { COMPONENT } from '../../kube/labels.ts';
import { countOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { Access } from './access.ts';
import { CONDITION, REASON } from './conditions.ts';
import { manifestOf } from './manifest.ts';
import { jobPlace } from './job-place.ts';
import { moverAccountName } from './mover-account.ts';
import type { Observed } from './observe.ts';
import { failedRecord, followTask, type TaskRun } from '../../jobs/task-run.ts';

export interface Init {
  readonly isDone: boolean;
  /** RepositoryInitialized; absent before the first attempt has ended. */
  readonly fact: ConditionFact | undefined;
  /** Why it is not done yet. */
  readonly problem: Problem | undefined;
  readonly snapshotsFound: number | undefined;
  readonly firstBackup: FirstBackup | undefined;
  /** The Job behind it, until the outcome is published. */
  readonly run: TaskRun | undefined;
}

const BEFORE: Pick<Init, 'snapshotsFound' | 'firstBackup'> = { snapshotsFound: undefined, firstBackup: undefined };

/** Failures that the arrival of an object ends. */
const AWAITED: readonly string[] = ['SecretNotFound', 'SecretForbidden'];
const NO_RESULT: ReportError = {
  code: 'NoResult',
  message: 'The mover succeeded without saying what it found in the directory; update hooks and mover together.',
  retryable: true,
};

/** How far the directory's preparation is. `mayMake` is false where nothing new may be started. */
export function initOf(observed: Observed, access: Outcome<Access>, mayMake: boolean, now: Instant): Init {
  const { status } = observed.repository;
  const published = conditionOf(status, CONDITION.initialized);
  if (published?.status === 'True') {
    const { type, reason, message } = published;
    const fact: ConditionFact = { type, status: 'True', reason, message };
    const found = { snapshotsFound: status?.snapshotsFound, firstBackup: status?.firstBackup };
    return { isDone: true, fact, problem: undefined, ...found, run: undefined };
  }
  const run = followTask(
    {
      task: 'init-repository',
      recorded: status?.metastash?.['init'],
      nameOf: (attempt) =>
        uniqueName(['init', observed.repository.metadata.name], `${observed.repository.metadata.uid}/${attempt}`),
      make: (name, attempt) => (mayMake ? initJob(observed, access, name, attempt) : ok([])),
      place: jobPlace(observed),
    },
    observed.children,
    now,
  );
  if (run.end === undefined) return pendingInit(run);
  if ('error' in run.end) return failedInit(run, run.end.error);
  const found = countOf(run.end.result.repository?.snapshotsFound);
  if (found !== undefined) return succeededInit(observed, run, { found, result: run.end.result });
  // Ready without knowing what the directory holds could start a backup of empty volumes over a history.
  return failedInit({ ...run, record: failedRecord(run.record, NO_RESULT, now) }, NO_RESULT);
}

function initJob(
  observed: Observed,
  access: Outcome<Access>,
  name: string,
  run: number,
): ReturnType<typeof systemTaskJob> {
  if (!access.ok) return access;
  const { repository, namespace } = observed;
  const { storage, storageMount, repositoryMount, clusterUid } = access.value;
  return systemTaskJob({
    ...jobPlace(observed, COMPONENT.initializer),
    name,
    run,
    order: {
      task: 'init-repository',
      storage: storageMount.access,
      repository: repositoryMount.access,
      owner: { clusterUid, namespace, name: repository.metadata.name },
      manifest: manifestOf({ ...repository, status: undefined }),
    },
    serviceAccountName: moverAccountName(repository),
    mounts: [storageMount, repositoryMount],
    runtimeSettings: storage.spec.runtimeSettings,
  });
}

/** While another attempt runs, what the last one said stays in place. */
function pendingInit(run: TaskRun): Init {
  const { made, why, record } = run;
  if (made.ok && record.lastError !== undefined) return failedInit(run, record.lastError);
  const message = why === undefined ? 'Preparing the directory on the storage.' : `The init Job does not start: ${why}`;
  const problem = made.ok ? { reason: REASON.initializing, message, waits: true } : made.error;
  return { isDone: false, fact: undefined, problem, ...BEFORE, run };
}

/** What another attempt cannot cure is the user's; attempts go on all the same, since the cure may be in a Secret or a bucket. */
function failedInit(run: TaskRun, error: ReportError): Init {
  const message = `${sentence(error.message)} It is tried again within five minutes.`;
  return {
    isDone: false,
    fact: {
      type: CONDITION.initialized,
      status: 'False',
      reason: REASON.notInitialized,
      message: `${error.code}: ${message}`,
    },
    problem: { reason: error.code, message, waits: error.retryable || AWAITED.includes(error.code) },
    ...BEFORE,
    run,
  };
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

function succeededInit(
  observed: Observed,
  run: TaskRun,
  { found, result }: { readonly found: number; readonly result: ReportResult },
): Init {
  const { path = '', storageRef } = observed.repository.spec;
  const how =
    result.repository?.takenOver === true ? 'was taken over from an earlier life of this Repository' : 'is claimed';
  const message = `Directory ${path} on BackupStorage ${storageRef?.name ?? ''} ${how}; it held ${found} Snapshots.`;
  return {
    isDone: true,
    fact: { type: CONDITION.initialized, status: 'True', reason: REASON.initialized, message },
    problem: undefined,
    snapshotsFound: found,
    firstBackup: firstBackupFor(found),
    run,
  };
}

function firstBackupFor(found: number): FirstBackup {
  if (found === 0) {
    return {
      wanted: true,
      reason: REASON.directoryEmpty,
      message: 'The directory held no Snapshot, so a first backup may start by itself.',
    };
  }
  return {
    wanted: false,
    reason: REASON.snapshotsFound,
    message: `The directory held ${found} Snapshots: restore from them first if this target is new, then let the schedule run.`,
  };
}
