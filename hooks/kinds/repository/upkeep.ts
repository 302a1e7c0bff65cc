/**
 * forget, prune and check of one Repository, one at a time (design §2, Arbiters): who is at work, who may begin, and what
 * became of it. restic's own lock guards against everybody else.
 *
 *   wanted ──nobody at work──▶ record published ──record observed──▶ Job ──▶ result folded in, record dropped
 *                                                                    └─failed─▶ record with error ──delay──▶ next attempt
 */
import type { ReportResult } from '../../domain/report.ts';
import type { Outcome } from '../../domain/result.ts';
import { firstRun } from '../../jobs/mover-run.ts';
import { systemTaskJob, type SystemOrder } from '../../jobs/system-task-job.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import { COMPONENT } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject, JsonMap } from '../../kube/objects.ts';
import type { Access } from './access.ts';
import { jobPlace } from './job-place.ts';
import { moverAccountName } from './mover-account.ts';
import { KIND } from '../../kube/references.ts';
import { isObserved, type Observed } from './observe.ts';
import { failedRecord, followTask, taskRecordFrom, type TaskRecord, type TaskRun } from '../../jobs/task-run.ts';

export type UpkeepTask = 'forget' | 'prune' | 'check';

/** What status remembers of one of them, in `metastash.<task>`. */
export interface UpkeepRecord extends TaskRecord {
  /** When this piece of work was first published: part of its Jobs' names. */
  readonly begunAt: string;
  /** forget: uids of the Snapshots of this batch. */
  readonly batch?: readonly string[];
  /** Since when nothing of it seems left to do, while no Job of it was seen. */
  readonly vainSince?: string;
}

/** What is wanted of a task that is not under way; undefined where nothing is. */
export interface UpkeepWish {
  readonly batch?: readonly string[];
}

export interface UpkeepInput {
  readonly task: UpkeepTask;
  readonly wish: UpkeepWish | undefined;
  /** The order of a batch that was published; undefined where nothing of it is left to do. */
  readonly orderOf: (record: UpkeepRecord, access: Access) => SystemOrder | undefined;
}

export interface Upkeep {
  readonly record: UpkeepRecord | undefined;
  readonly run: TaskRun | undefined;
  /** Set once, in the answer that drops the record. */
  readonly result: ReportResult | undefined;
  /** What an attempt had done before it failed; set once, in the answer that publishes the failure. */
  readonly partial?: ReportResult | undefined;
  /** Whether it is at work, or about to be. */
  readonly isBusy: boolean;
}

/** How long a Job that was posted may be missing in the host's cache. */
const POSTED_MS = 2 * 60_000;

const IDLE: Upkeep = { record: undefined, run: undefined, result: undefined, isBusy: false };

export interface UpkeepContext {
  readonly observed: Observed;
  readonly access: Outcome<Access>;
  /** False where nothing new may be started. */
  readonly mayMake: boolean;
  readonly now: Instant;
}

/** Whether a task's published record says that an attempt of it is under way or about to be. */
export function isUnderWay(observed: Observed, task: UpkeepTask): boolean {
  const record = recordIn(observed, task);
  return record !== undefined && record.failedAt === undefined;
}

/** How one task stands. `isFree` says that no other one is at work. */
export function upkeepOf(input: UpkeepInput, context: UpkeepContext, isFree: boolean): Upkeep {
  const { observed, now } = context;
  const record = recordIn(observed, input.task);
  if (record === undefined) return isFree && context.mayMake ? begun(input.wish, now) : IDLE;
  const hasFailed = record.failedAt !== undefined;
  if (hasFailed && (!isFree || !context.mayMake)) return { ...IDLE, record };
  if (hasFailed) return isVain(input, record, context) ? begun(input.wish, now) : followed(input, record, context);
  return underWay(input, record, context);
}

/** An attempt that was published: followed, or given up once it is sure that nothing of it can be at work. */
function underWay(input: UpkeepInput, record: UpkeepRecord, context: UpkeepContext): Upkeep {
  const { observed, now } = context;
  const { vainSince = timestampOf(now), ...live } = record;
  if (isPosted(observed, input.task, record) || !isVain(input, record, context)) return followed(input, live, context);
  // Its Job may be at work unseen: dropped now, nobody would read what it has removed (design laws 6 and 8).
  if (now >= (instantOf(vainSince) ?? now) + POSTED_MS) return begun(input.wish, now);
  return followed(input, { ...live, vainSince }, context);
}

/** Whether the present attempt's Job, or the report beside it, is there. */
function isPosted(observed: Observed, task: UpkeepTask, record: UpkeepRecord): boolean {
  const name = nameOf(observed, task, record, record.run);
  return [KIND.job, KIND.taskReport].some((kind) => isObserved(observed, kind, name));
}

/** Nothing of a published batch is left to do: pinned meanwhile, gone, or the policies are not shown. */
function isVain(input: UpkeepInput, record: UpkeepRecord, { access }: UpkeepContext): boolean {
  return access.ok && input.orderOf(record, access.value) === undefined;
}

function begun(wish: UpkeepWish | undefined, now: Instant): Upkeep {
  if (wish === undefined) return IDLE;
  const record = { ...firstRun(now), begunAt: timestampOf(now), ...wish };
  return { ...IDLE, record, isBusy: true };
}

function followed(input: UpkeepInput, recorded: UpkeepRecord, context: UpkeepContext): Upkeep {
  const { observed, mayMake, now } = context;
  const run = followTask(
    {
      task: input.task,
      recorded,
      nameOf: (attempt) => nameOf(observed, input.task, recorded, attempt),
      make: (name, attempt) =>
        mayMake ? upkeepJob(input, recorded, context, { name, run: attempt }) : { ok: true, value: [] },
      place: jobPlace(observed),
    },
    observed.children,
    now,
  );
  const kept = (record: TaskRecord): UpkeepRecord => ({ ...record, ...own(recorded) });
  if (run.end === undefined) return { record: kept(run.record), run, result: undefined, isBusy: true };
  if ('error' in run.end) {
    return { record: kept(run.record), run, result: undefined, partial: run.end.partial, isBusy: false };
  }
  return { record: undefined, run, result: run.end.result, isBusy: false };
}

/** A result that does not prove the work: it is a failure like any other, and tried again. */
export function disproved(upkeep: Upkeep, task: UpkeepTask, message: string, { observed, now }: UpkeepContext): Upkeep {
  const recorded = recordIn(observed, task);
  if (recorded === undefined || upkeep.run === undefined) return upkeep;
  const error = { code: 'NoResult', message, retryable: true };
  return { ...upkeep, record: { ...failedRecord(upkeep.run.record, error, now), ...own(recorded) }, result: undefined };
}

function own({ begunAt, batch, vainSince }: UpkeepRecord): Pick<UpkeepRecord, 'begunAt' | 'batch' | 'vainSince'> {
  return {
    begunAt,
    ...(batch === undefined ? {} : { batch }),
    ...(vainSince === undefined ? {} : { vainSince }),
  };
}

/** Work and attempt are in the name: the same work meets its own Job again, other work another one. */
function nameOf(observed: Observed, task: UpkeepTask, { begunAt, batch = [] }: UpkeepRecord, run: number): string {
  const { name, uid } = observed.repository.metadata;
  return uniqueName([task, name], [uid, begunAt, run, ...batch].join('/'));
}

function upkeepJob(
  input: UpkeepInput,
  record: UpkeepRecord,
  { observed, access }: UpkeepContext,
  attempt: { readonly name: string; readonly run: number },
): Outcome<readonly DesiredObject[]> {
  if (!access.ok) return access;
  const order = input.orderOf(record, access.value);
  if (order === undefined) return { ok: true, value: [] };
  const { storage, storageMount, repositoryMount } = access.value;
  return systemTaskJob({
    ...jobPlace(observed, COMPONENT.retentionPolicy),
    ...attempt,
    order,
    serviceAccountName: moverAccountName(observed.repository),
    mounts: [storageMount, repositoryMount],
    runtimeSettings: storage.spec.runtimeSettings,
  });
}

function recordIn(observed: Observed, task: UpkeepTask): UpkeepRecord | undefined {
  const value = mapOf(observed.repository.status?.metastash)[task];
  return recordFrom(mapOf(value));
}

function recordFrom(map: JsonMap): UpkeepRecord | undefined {
  const record = taskRecordFrom(map);
  const begunAt = textOf(map['begunAt']);
  if (record === undefined || instantOf(begunAt) === undefined) return undefined;
  const batch = Array.isArray(map['batch']) ? textsOf(map['batch']) : undefined;
  const vainSince = textOf(map['vainSince']);
  return {
    ...record,
    begunAt: begunAt ?? '',
    ...(batch === undefined ? {} : { batch }),
    ...(vainSince === undefined || instantOf(vainSince) === undefined ? {} : { vainSince }),
  };
}
