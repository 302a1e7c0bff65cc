/**
 * What the storage holds, looked through by a scan Job: soon after the storage is ready (at once where it held Repositories),
 * then daily, and whenever annotation `metastash.dev/sync-requested-at` gets another value. A scan that fails is said in a
 * warning and tried again; it makes no storage unready.
 */
import type { ReportError } from '../../domain/report.ts';
import { ok, type Outcome } from '../../domain/result.ts';
import type { BackupStorage, StoredRepository } from '../../generated/types/backupstorage.ts';
import type { RuntimeSettings } from '../../jobs/shapes.ts';
import { storageAccessOf } from '../../jobs/storage-access.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import { failedRecord, followTask, taskRecordFrom, type TaskRecord, type TaskRun } from '../../jobs/task-run.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import type { Init } from './init.ts';
import { jobPlace } from './init-job.ts';
import type { Observed } from './observe.ts';
import { findingsFrom } from './scan-findings.ts';

export interface Scan {
  /** For `status.metastash.scan`. */
  readonly record: ScanRecord;
  readonly run: TaskRun | undefined;
  readonly lastScanTime: string | undefined;
  readonly repositories: readonly StoredRepository[] | undefined;
  readonly totalSize: string | undefined;
  readonly warnings: readonly string[];
  readonly wakeAt: Instant | undefined;
}

export interface ScanRecord extends Partial<TaskRecord> {
  /** The annotation's value that is or was carried out. */
  readonly request?: string;
  /** Scans that were begun. */
  readonly count: number;
  /** What the last scan warned of. */
  readonly warnings?: readonly string[];
}

const MINUTE_MS = 60_000;
/** What backups have stored since is seen soon, not only the day after. */
const FIRST_AFTER_MS = 60 * MINUTE_MS;
const EVERY_MS = 24 * 60 * MINUTE_MS;
const MAX_REQUEST_LENGTH = 253;

const NO_RESULT: ReportError = {
  code: 'NoResult',
  message: 'the mover succeeded without saying what it found; update hooks and mover together',
  retryable: true,
};

/** How far the scan is at `now`. Nothing is scanned before the storage is prepared. */
export function scanOf(storage: BackupStorage, observed: Observed, init: Init, now: Instant): Scan {
  const before = scanRecordFrom(storage);
  const settled = settledScan(storage, before, init);
  if (init.record.succeededAt === undefined) return { ...settled, wakeAt: undefined };
  const request = requestOf(storage);
  const isDue = (settled.wakeAt ?? now) <= now || (request !== '' && request !== before.request);
  if (before.since === undefined && !isDue) return settled;
  const open: ScanRecord =
    before.since === undefined ? { count: before.count + 1, request, warnings: before.warnings ?? [] } : before;
  const { name, uid } = storage.metadata;
  const run = followTask(
    {
      task: 'scan',
      recorded: open,
      nameOf: (attempt) => uniqueName(['scan', name], `${uid}/${open.count}/${attempt}`),
      make: (job, attempt) => scanJob(storage, observed, { name: job, run: attempt }),
      place: jobPlace(storage, observed),
    },
    observed.children,
    now,
  );
  return { ...settled, ...followed(open, run, now) };
}

type Step = Pick<Scan, 'record' | 'run' | 'wakeAt'> & Partial<Scan>;

function followed(open: ScanRecord, run: TaskRun, now: Instant): Step {
  const wakeAt = Math.min(...run.wakeAt, Infinity);
  const pending = { record: withAttempt(open, run.record), run, wakeAt };
  if (run.end === undefined) {
    return run.record.lastError === undefined
      ? pending
      : { ...pending, warnings: warningsWith(open, run.record.lastError) };
  }
  if ('error' in run.end) return { ...pending, warnings: warningsWith(open, run.end.error) };
  const found = findingsFrom(run.end.result);
  if (found === undefined) {
    return {
      ...pending,
      record: withAttempt(open, failedRecord(run.record, NO_RESULT, now)),
      warnings: warningsWith(open, NO_RESULT),
    };
  }
  const { repositories, totalSize, warnings } = found;
  const record = recordOf(open.count, open.request, warnings);
  return { record, run, repositories, totalSize, warnings, lastScanTime: timestampOf(now), wakeAt: now + EVERY_MS };
}

/** What the last scan found, until the next one has ended. */
function settledScan({ status, metadata }: BackupStorage, record: ScanRecord, init: Init): Scan {
  const last = instantOf(status?.lastScanTime);
  const readyAt = instantOf(init.record.succeededAt) ?? instantOf(metadata.creationTimestamp) ?? 0;
  const first = readyAt + (init.record.holdsRepositories === true ? 0 : FIRST_AFTER_MS);
  return {
    record,
    run: undefined,
    lastScanTime: last === undefined ? undefined : timestampOf(last),
    repositories: Array.isArray(status?.repositories) ? status.repositories : undefined,
    totalSize: textOf(status?.totalSize),
    warnings: record.warnings ?? [],
    wakeAt: last === undefined ? first : last + EVERY_MS,
  };
}

function warningsWith({ warnings = [] }: ScanRecord, { code, message }: ReportError): readonly string[] {
  return [...warnings, `The storage could not be looked through (${code}: ${message}); it is tried again.`];
}

/** Nothing of the attempt before stays beside it. */
function withAttempt({ count, request, warnings = [] }: ScanRecord, attempt: TaskRecord): ScanRecord {
  return { ...recordOf(count, request, warnings), ...attempt };
}

function recordOf(count: number, request: string | undefined, warnings: readonly string[]): ScanRecord {
  return {
    count,
    ...(request === undefined || request === '' ? {} : { request }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** The record as status holds it, which may be anything. */
function scanRecordFrom({ status }: BackupStorage): ScanRecord {
  const map = mapOf(status?.metastash?.['scan']);
  const count = Number.isSafeInteger(map['count']) ? (map['count'] as number) : 0;
  const warnings: readonly unknown[] = Array.isArray(map['warnings']) ? map['warnings'] : [];
  const texts = warnings.filter((one): one is string => typeof one === 'string');
  return { ...recordOf(count, textOf(map['request']), texts), ...taskRecordFrom(map) };
}

function requestOf({ metadata }: BackupStorage): string {
  return (textOf(metadata.annotations?.[ANNOTATION.syncRequestedAt]) ?? '').slice(0, MAX_REQUEST_LENGTH);
}

function scanJob(
  storage: BackupStorage,
  observed: Observed,
  attempt: { readonly name: string; readonly run: number },
): Outcome<readonly DesiredObject[]> {
  const mount = storageAccessOf(storage, observed.namespace);
  if (!mount.ok || observed.clusterUid === undefined) return ok([]);
  return systemTaskJob({
    ...jobPlace(storage, observed),
    ...attempt,
    order: { task: 'scan', storage: mount.value.access, clusterUid: observed.clusterUid },
    mounts: [mount.value],
    runtimeSettings: storage.spec.runtimeSettings as RuntimeSettings | undefined,
  });
}
