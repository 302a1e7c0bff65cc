/**
 * What a BackupStorage's status says: KubeStash's phase and its two conditions (kubestash-api.md §1.1), and Ready for
 * everyone else. It repeats what scans have found so far and derives the rest from the checks and the preparation.
 */
import type { Problem } from '../../domain/result.ts';
import type { BackupStorage, BackupStorageStatus } from '../../generated/types/backupstorage.ts';
import { conditionOf, conditionsFrom, type ConditionFact } from '../../kube/conditions.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readinessOf, readyFacts, type Readiness } from '../../kube/ready.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import type { RunState } from '../../jobs/mover-run.ts';
import { secretNameOf } from '../../jobs/storage-access.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Init } from './init.ts';
import type { InitRecord } from './init-record.ts';
import { storagePhase } from './phase.ts';

/** Status of a storage whose spec is fit for use. `problem` is what keeps the next attempt from being made. */
export function statusOf(
  storage: BackupStorage,
  init: Init,
  problem: Problem | undefined,
  now: Instant,
): BackupStorageStatus {
  const facts = [
    {
      type: CONDITION.validationPassed,
      status: 'True',
      reason: REASON.validationPassed,
      message: 'The spec can be carried out.',
    },
    initializedFact(init),
    ...secretFacts(storage, init.record),
  ] satisfies readonly ConditionFact[];
  const readiness =
    problem === undefined || init.record.succeededAt !== undefined ? readinessFrom(facts, init) : readinessOf(problem);
  return written(storage, { facts, readiness, metastash: { init: init.record } }, now);
}

/** Status of a storage whose spec is refused: what was found out before stays, and the message says what to change. */
export function refusedStatus(storage: BackupStorage, problem: Problem, now: Instant): BackupStorageStatus {
  const kept = [CONDITION.backendInitialized, CONDITION.backendSecretFound].flatMap((type) => {
    const condition = conditionOf(storage.status, type);
    return condition === undefined ? [] : [factOf(condition)];
  });
  const refusal: ConditionFact = {
    type: CONDITION.validationPassed,
    status: 'False',
    reason: REASON.validationFailed,
    message: problem.message,
  };
  return written(
    storage,
    { facts: [...kept, refusal], readiness: readinessOf(problem), metastash: storage.status?.metastash },
    now,
  );
}

interface Findings {
  readonly facts: readonly ConditionFact[];
  readonly readiness: Readiness;
  readonly metastash: BackupStorageStatus['metastash'];
}

function written(storage: BackupStorage, findings: Findings, now: Instant): BackupStorageStatus {
  const { facts, readiness, metastash } = findings;
  const { conditions } = storage.status ?? {};
  return {
    ...withoutWarnings(unchangedStatus(storage)),
    phase: storagePhase(facts),
    conditions: conditionsFrom([...facts, ...readyFacts(readiness)], conditions, storage.metadata.generation, now),
    ...(metastash === undefined ? {} : { metastash }),
  };
}

/** Whoever has something to warn of says it again. */
function withoutWarnings({ warnings: _, ...status }: BackupStorageStatus): BackupStorageStatus {
  return status;
}

/** While a further attempt is on its way, the failure of the one before is the news. */
function initializedFact({ record, state, jobName }: Init): ConditionFact {
  const type = CONDITION.backendInitialized;
  if (record.succeededAt !== undefined) {
    return { type, status: 'True', reason: REASON.initialized, message: 'Successfully initialized backend.' };
  }
  if (record.failure !== undefined) {
    const message = `${record.failure.code}: ${failureText(record)}`;
    return { type, status: 'False', reason: REASON.initializationFailed, message };
  }
  return { type, status: 'Unknown', reason: REASON.initializing, message: progressText(state, jobName) };
}

/** Without its code, which is a reason where it is said alone. */
function failureText({ failure, failedRun, run }: InitRecord): string {
  const text = `${failure?.message}`.replace(/\.$/, '');
  return failedRun === run.run
    ? `${text}. It is tried again at ${failure?.retryAt}.`
    : `${text}. It is being tried again.`;
}

function progressText(state: RunState | undefined, jobName: string): string {
  if (state?.kind === 'run') return `Job ${jobName} prepares the backend.`;
  const told = state?.kind === 'wait' && state.why !== undefined ? ` ${state.why}` : '';
  return `Waiting for the Pod of Job ${jobName}.${told}`;
}

/** Absent for storages without credentials, and until a mover has looked. */
function secretFacts(storage: BackupStorage, record: InitRecord): readonly ConditionFact[] {
  const secret = secretNameOf(storage.spec.storage);
  if (secret === undefined || record.secretFound === undefined) return [];
  const type = CONDITION.backendSecretFound;
  if (record.secretFound) {
    return [{ type, status: 'True', reason: REASON.secretAvailable, message: `Secret ${secret} was found.` }];
  }
  const message = `${record.failure?.code}: ${failureText(record)}`;
  return [{ type, status: 'False', reason: REASON.secretNotAvailable, message }];
}

/** A failure may end when a Secret, a bucket or a network is put right, so it is never called Stalled. */
function readinessFrom(facts: readonly ConditionFact[], { record }: Init): Readiness {
  const initialized = facts.find((one) => one.type === CONDITION.backendInitialized);
  const message = initialized?.message ?? '';
  if (initialized?.status === 'True') return { state: 'ready', reason: REASON.initialized, message };
  if (record.failure === undefined) return { state: 'reconciling', reason: REASON.initializing, message };
  return { state: 'reconciling', reason: record.failure.code, message: failureText(record) };
}

function factOf({ type, status, reason, message }: ConditionFact): ConditionFact {
  return { type, status, reason, message };
}
