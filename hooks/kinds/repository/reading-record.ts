/** What must not be forgotten between two syncs while Snapshots are read from the storage: `status.metastash.sync`. */
import type { Repository } from '../../generated/types/repository.ts';
import { firstRun } from '../../jobs/mover-run.ts';
import { instantOf } from '../../kube/instants.ts';
import { countOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { Landing, Page } from './landing.ts';
import { taskRecordFrom, type TaskRecord } from '../../jobs/task-run.ts';

export interface ReadingRecord extends TaskRecord {
  /** The annotation's value that is carried out; empty at birth. */
  readonly request: string;
  /** From 0. */
  readonly page: number;
  /** File name behind which the page begins. */
  readonly after?: string;
  /** Snapshots of earlier pages that are here. */
  readonly landed: number;
  /** Since when the page's Snapshots are being made. */
  readonly landingSince?: string;
  readonly problems: readonly string[];
  readonly problemCount: number;
}

const MAX_PROBLEMS = 5;
const MAX_PROBLEM_LENGTH = 160;
const MAX_REQUEST_LENGTH = 253;

/** A fresh record where something is to be read and nothing is under way. */
export function beginningOf(
  repository: Repository,
  found: number | undefined,
  now: Instant,
): ReadingRecord | undefined {
  const { status } = repository;
  if (found === undefined) return undefined;
  const request = requestOf(repository);
  const isAsked = request !== '' && request !== status?.lastSyncRequest;
  const isBirth = found > 0 && status?.lastSyncTime === undefined;
  if (!isAsked && !isBirth) return undefined;
  return { ...firstRun(now), request: isAsked ? request : '', page: 0, landed: 0, problems: [], problemCount: 0 };
}

/** The record behind a page of which everything is there that can be. */
export function nextPage(record: ReadingRecord, page: Page, landing: Landing, now: Instant): ReadingRecord {
  const problems = [...record.problems, ...page.unreadable, ...landing.problems];
  return {
    ...firstRun(now),
    request: record.request,
    page: record.page + 1,
    ...(page.next === undefined ? {} : { after: page.next }),
    landed: record.landed + landing.landed,
    problems: problems.slice(0, MAX_PROBLEMS).map((one) => one.slice(0, MAX_PROBLEM_LENGTH)),
    problemCount: record.problemCount + page.unreadableCount + landing.problems.length,
  };
}

/** The record with another attempt in it: nothing of the attempt before stays beside it. */
export function withAttempt(record: ReadingRecord, attempt: TaskRecord): ReadingRecord {
  const { request, page, after, landed, landingSince, problems, problemCount } = record;
  return {
    ...attempt,
    request,
    page,
    ...(after === undefined ? {} : { after }),
    landed,
    ...(landingSince === undefined ? {} : { landingSince }),
    problems,
    problemCount,
  };
}

/** The record as status holds it, which may be anything; undefined where it is none. */
export function readingRecordFrom(value: unknown): ReadingRecord | undefined {
  const map = mapOf(value);
  const task = taskRecordFrom(value);
  const page = countOf(map['page']);
  if (task === undefined || page === undefined || typeof map['request'] !== 'string') return undefined;
  const [after, landingSince] = [textOf(map['after']), textOf(map['landingSince'])];
  return {
    ...task,
    request: map['request'],
    page,
    ...(after === undefined ? {} : { after }),
    landed: countOf(map['landed']) ?? 0,
    ...(landingSince === undefined || instantOf(landingSince) === undefined ? {} : { landingSince }),
    problems: textsOf(map['problems']),
    problemCount: countOf(map['problemCount']) ?? 0,
  };
}

function requestOf({ metadata }: Repository): string {
  return (textOf(metadata.annotations?.[ANNOTATION.syncRequestedAt]) ?? '').slice(0, MAX_REQUEST_LENGTH);
}
