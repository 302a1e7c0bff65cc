/**
 * How far the preparation of a storage is: the part that must not be forgotten between two syncs, kept in
 * `status.metastash.init`. One record is for one place: another `spec.storage` begins anew.
 */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { runRecordFrom, type RunRecord } from '../../jobs/mover-run.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { shortHash, uniqueName } from '../../kube/names.ts';

export interface InitFailure {
  readonly code: string;
  readonly message: string;
  readonly at: string;
  /** When the next attempt begins. */
  readonly retryAt: string;
}

export interface InitRecord {
  /** Hash of `spec.storage`. */
  readonly place: string;
  readonly run: RunRecord;
  readonly succeededAt?: string;
  /** Why this attempt or, while one is on its way, the one before failed. */
  readonly failure?: InitFailure;
  /** The run that failed; equal to `run.run` until the next begins. */
  readonly failedRun?: number;
  /** Whether a mover found the storage's Secret; absent before one looked, and for storages without. */
  readonly secretFound?: boolean;
  /** The place held Repositories when it was prepared. */
  readonly holdsRepositories?: boolean;
}

/** What `spec.storage` says, in a few letters; the order of keys does not count. */
export function placeOf(storage: BackupStorage): string {
  return shortHash(ordered(storage.spec?.storage));
}

/** The Job of one attempt: another place or attempt is another Job. */
export function initJobName(storage: BackupStorage, record: Pick<InitRecord, 'place' | 'run'>): string {
  const { name, uid } = storage.metadata;
  return uniqueName(['init', name], `${uid}/${record.place}/${record.run.run}`);
}

/** Whether the outcome of the record's attempt is known. */
export function isSettled(record: InitRecord): boolean {
  return record.succeededAt !== undefined || record.failedRun === record.run.run;
}

/** The record as status holds it, which may be anything; undefined where it is none. */
export function initRecordFrom(storage: BackupStorage): InitRecord | undefined {
  const map = mapOf(storage.status?.metastash?.['init']);
  const place = textOf(map['place']);
  const run = runRecordFrom(map['run']);
  if (place === undefined || run === undefined) return undefined;
  const succeededAt = textOf(map['succeededAt']);
  const failure = failureFrom(map['failure']);
  const failedRun = map['failedRun'];
  return {
    place,
    run,
    ...(succeededAt === undefined ? {} : { succeededAt }),
    ...(failure === undefined ? {} : { failure }),
    ...(failure === undefined || typeof failedRun !== 'number' ? {} : { failedRun }),
    ...(typeof map['secretFound'] === 'boolean' ? { secretFound: map['secretFound'] } : {}),
    ...(map['holdsRepositories'] === true ? { holdsRepositories: true } : {}),
  };
}

function failureFrom(value: unknown): InitFailure | undefined {
  const map = mapOf(value);
  const [code, message, at, retryAt] = ['code', 'message', 'at', 'retryAt'].map((key) => textOf(map[key]));
  if (code === undefined || message === undefined || at === undefined || retryAt === undefined) return undefined;
  return instantOf(retryAt) === undefined ? undefined : { code, message, at, retryAt };
}

function ordered(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(ordered).join(',')}]`;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return `{${entries
    .map(([key, field]) => `${JSON.stringify(key)}:${ordered(field)}`)
    .sort()
    .join(',')}}`;
}
