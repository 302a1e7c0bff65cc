/**
 * Snapshots read back from the storage: once at birth, where the directory held any, and whenever annotation
 * `metastash.dev/sync-requested-at` gets another value (design §2). A Snapshot that was deleted here does not come back by itself.
 *
 *   asked ──▶ sync Job of page n ──report──▶ its Snapshots are made ──all there, with a phase──▶ page n + 1 … ──▶ SnapshotsSynced
 *               └──failed──▶ again later                └──2 min──▶ those that cannot be made are named
 */
import { ok, type Outcome } from '../../domain/result.ts';
import type { ReportError } from '../../domain/report.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { conditionOf, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { COMPONENT } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import type { Access } from './access.ts';
import { CONDITION, REASON } from './conditions.ts';
import { jobPlace } from './job-place.ts';
import { landingOf, pageFrom, type Page } from './landing.ts';
import { moverAccountName } from './mover-account.ts';
import type { Observed } from './observe.ts';
import { beginningOf, nextPage, readingRecordFrom, withAttempt, type ReadingRecord } from './reading-record.ts';
import { failedRecord, followTask, type TaskRun } from '../../jobs/task-run.ts';

export interface Reading {
  /** SnapshotsSynced; absent where nothing was ever to be read. */
  readonly fact: ConditionFact | undefined;
  /** Snapshots that are not there yet. */
  readonly wanted: readonly DesiredObject[];
  readonly record: ReadingRecord | undefined;
  readonly run: TaskRun | undefined;
  readonly lastSyncTime: string | undefined;
  readonly lastSyncRequest: string | undefined;
  readonly wakeAt: readonly Instant[];
}

const NO_RESULT: ReportError = {
  code: 'NoResult',
  message: 'the mover succeeded without saying what the directory holds; update hooks and mover together',
  retryable: true,
};

/** How far the reading is. `found` is how many Snapshots the directory held at birth; nothing is read before that is known. */
export function readingOf(
  observed: Observed,
  access: Outcome<Access>,
  { mayMake, found, now }: { readonly mayMake: boolean; readonly found: number | undefined; readonly now: Instant },
): Reading {
  const { status } = observed.repository;
  const open = readingRecordFrom(status?.metastash?.['sync']) ?? beginningOf(observed.repository, found, now);
  const settled: Reading = {
    fact: publishedFact(observed),
    wanted: [],
    record: undefined,
    run: undefined,
    lastSyncTime: status?.lastSyncTime,
    lastSyncRequest: status?.lastSyncRequest,
    wakeAt: [],
  };
  if (open === undefined) return settled;
  const { uid, name } = observed.repository.metadata;
  const run = followTask(
    {
      task: 'sync',
      recorded: open,
      nameOf: (attempt) => uniqueName(['sync', name], `${uid}/${open.request}/${open.page}/${attempt}`),
      make: (job, attempt) => (mayMake ? syncJob(observed, access, open, { name: job, run: attempt }) : ok([])),
      place: jobPlace(observed),
    },
    observed.children,
    now,
  );
  return { ...settled, ...followed(open, run, { observed, mayMake, now }) };
}

type Step = Pick<Reading, 'fact' | 'record' | 'run'> &
  Partial<Pick<Reading, 'wanted' | 'lastSyncTime' | 'lastSyncRequest' | 'wakeAt'>>;

interface View {
  readonly observed: Observed;
  readonly mayMake: boolean;
  readonly now: Instant;
}

function followed(open: ReadingRecord, run: TaskRun, view: View): Step {
  const record = withAttempt(open, run.record);
  if (run.end === undefined) return { fact: runningFact(open, run), record, run };
  if ('error' in run.end) return { fact: failedFact(run.end.error), record, run };
  const page = pageFrom(run.end.result);
  if (page === undefined) {
    return {
      fact: failedFact(NO_RESULT),
      record: withAttempt(open, failedRecord(run.record, NO_RESULT, view.now)),
      run,
    };
  }
  return landed(record, page, run, view);
}

/** The page is read: its Snapshots are made, and once they are there the next one is read. */
function landed(record: ReadingRecord, page: Page, run: TaskRun, { observed, mayMake, now }: View): Step {
  // Where nothing may be made, waiting proves nothing about names that are taken.
  const since = mayMake ? (instantOf(record.landingSince) ?? now) : now;
  const landing = landingOf(page, observed, { since, now });
  if (!landing.isDone) {
    const pending = { ...record, landingSince: timestampOf(since) };
    const { wanted, wakeAt } = landing;
    return {
      fact: runningFact(record, run),
      record: mayMake ? pending : record,
      run,
      wanted: mayMake ? wanted : [],
      wakeAt,
    };
  }
  const after = nextPage(record, page, landing, now);
  if (page.next !== undefined) return { fact: runningFact(after, run), record: after, run, wakeAt: [now + 1000] };
  const request = record.request === '' ? {} : { lastSyncRequest: record.request };
  return { fact: doneFact(after, page), record: undefined, run, lastSyncTime: timestampOf(now), ...request };
}

/** The observed condition as it stands: what was read is told until something is read again. */
function publishedFact({ repository }: Observed): ConditionFact | undefined {
  const published = conditionOf(repository.status, CONDITION.synced);
  if (published === undefined) return undefined;
  const { type, status, reason, message } = published;
  return { type, status, reason, message };
}

function runningFact({ page, landed: done }: ReadingRecord, { made, why, record }: TaskRun): ConditionFact {
  if (!made.ok) return notSynced(made.error.reason, made.error.message);
  if (why !== undefined) return notSynced(REASON.syncing, `The sync Job does not start: ${why}`);
  if (record.lastError !== undefined) return failedFact(record.lastError);
  const far = page === 0 ? '' : ` ${done} are read so far.`;
  return notSynced(REASON.syncing, `The Snapshots that the directory holds are being read from the storage.${far}`);
}

function failedFact({ code, message }: ReportError): ConditionFact {
  return notSynced(code, `${message.replace(/\.$/, '')}. It is tried again within five minutes.`);
}

function doneFact({ landed: count, problems, problemCount }: ReadingRecord, page: Page): ConditionFact {
  const more = problemCount > problems.length ? ` and ${problemCount - problems.length} more` : '';
  const bad = problemCount === 0 ? '' : ` ${problemCount} could not be: ${problems.join('; ')}${more}.`;
  const message = `${count} of ${page.total} Snapshots that the directory held are here.${bad}`;
  return { type: CONDITION.synced, status: 'True', reason: REASON.synced, message };
}

function notSynced(reason: string, message: string): ConditionFact {
  return { type: CONDITION.synced, status: 'False', reason, message };
}

function syncJob(
  observed: Observed,
  access: Outcome<Access>,
  { after }: ReadingRecord,
  attempt: { readonly name: string; readonly run: number },
): ReturnType<typeof systemTaskJob> {
  if (!access.ok) return access;
  const { storage, storageMount, repositoryMount } = access.value;
  return systemTaskJob({
    ...jobPlace(observed, COMPONENT.initializer),
    ...attempt,
    order: {
      task: 'sync',
      storage: storageMount.access,
      repository: repositoryMount.access,
      ...(after === undefined ? {} : { after }),
    },
    serviceAccountName: moverAccountName(observed.repository),
    mounts: [storageMount, repositoryMount],
    runtimeSettings: storage.spec.runtimeSettings,
  });
}
