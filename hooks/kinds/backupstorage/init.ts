/**
 * Prepares a storage: a mover proves that the place can be read and written and leaves `metadata.yaml` there. A failed
 * attempt is followed by the next one after a delay, for ever and at most every five minutes: what is wrong may be a Secret,
 * which no hook sees change.
 *
 *   run 0 ──failed──▶ 30 s ──▶ run 1 ──failed──▶ 60 s ──▶ run 2 … ──succeeded──▶ (until spec.storage changes)
 */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { attemptAtWork } from '../../jobs/kept-children.ts';
import { delayAfter, firstRun, progressOf, type RunState } from '../../jobs/mover-run.ts';
import { namesOfRun, runFactsOf } from '../../jobs/observer-jobs.ts';
import { secretNameOf } from '../../jobs/storage-access.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import type { Instant, ObjectMap } from '../../kube/metacontroller.ts';
import { initJobName, initRecordFrom, isSettled, placeOf, type InitFailure, type InitRecord } from './init-record.ts';

export interface Init {
  readonly record: InitRecord;
  readonly jobName: string;
  /** What the attempt needs now; undefined once its outcome is known. */
  readonly state: RunState | undefined;
  /** Jobs and reports whose outcome the observed status does not show. */
  readonly live: ReadonlySet<string>;
  readonly wakeAt: Instant | undefined;
}

/** How far the preparation is at `now`. */
export function initOf(storage: BackupStorage, children: ObjectMap, now: Instant): Init {
  const published = initRecordFrom(storage);
  const before = currentRecord(storage, published, children, now);
  const jobName = initJobName(storage, before);
  if (isSettled(before)) return settled(before, jobName);
  const facts = runFactsOf(children, storage.metadata.namespace ?? '', jobName);
  const { state, record: run, wakeAt } = progressOf(before.run, facts, now);
  const record = recordAfter({ ...before, run }, state, secretNameOf(storage.spec.storage) !== undefined, now);
  return {
    record,
    jobName,
    state: isSettled(record) ? undefined : state,
    live: new Set(namesOfRun(jobName)),
    wakeAt: retryAtOf(record) ?? wakeAt,
  };
}

function settled(record: InitRecord, jobName: string): Init {
  return { record, jobName, state: undefined, live: new Set(), wakeAt: retryAtOf(record) };
}

/** The record to go on from: a fresh one for a new place, the next attempt's where the failed one has waited long enough. */
function currentRecord(
  storage: BackupStorage,
  published: InitRecord | undefined,
  children: ObjectMap,
  now: Instant,
): InitRecord {
  const place = placeOf(storage);
  if (published?.place !== place) {
    const nameOf = (run: number): string => initJobName(storage, { place, run: { ...firstRun(now), run } });
    return { place, run: { ...firstRun(now), run: attemptAtWork(children, nameOf, now) } };
  }
  const retryAt = retryAtOf(published);
  if (retryAt === undefined || retryAt > now) return published;
  return { ...published, run: { run: published.run.run + 1, since: timestampOf(now) } };
}

function retryAtOf(record: InitRecord): Instant | undefined {
  return record.succeededAt === undefined && isSettled(record) ? instantOf(record.failure?.retryAt) : undefined;
}

function recordAfter(record: InitRecord, state: RunState, hasSecret: boolean, now: Instant): InitRecord {
  const { place, run } = record;
  if (state.kind === 'succeeded') {
    const succeededAt = state.report.finishedAt ?? timestampOf(now);
    const holds = listOf(mapOf(mapOf(state.report.result)['storage'])['repositories']).length > 0;
    return {
      place,
      run,
      succeededAt,
      ...(hasSecret ? { secretFound: true } : {}),
      ...(holds ? { holdsRepositories: true } : {}),
    };
  }
  if (state.kind !== 'failed') return record;
  const { code, message } = state.error;
  const found = hasSecret ? secretFoundBy(state) : undefined;
  return {
    place,
    run,
    failure: failureOf(code, message, state.report?.finishedAt ?? timestampOf(now), run.run),
    failedRun: run.run,
    ...(found === undefined ? {} : { secretFound: found }),
  };
}

/** A mover that failed for another reason had its credentials; where none spoke, nothing is known of the Secret. */
function secretFoundBy(state: Extract<RunState, { kind: 'failed' }>): boolean | undefined {
  if (state.report?.phase !== 'Failed') return undefined;
  return !state.error.code.startsWith('Secret');
}

function failureOf(code: string, message: string, at: string, run: number): InitFailure {
  return { code, message, at, retryAt: timestampOf((instantOf(at) ?? 0) + delayAfter(run)) };
}
