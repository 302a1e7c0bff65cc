/**
 * The end of an object whose data goes with it: a Repository's directory or a BackupStorage's. Its finalize hook asks at every
 * call how far that is (design law 4 and §2, Deletion).
 *
 *   deleted ──▶ noted ──settled, nobody reads──▶ requested ──nobody writes──▶ wipe Job ──report──▶ over ──▶ gone, data too
 *                 └──────────────────────────────┴─ Namespace or definition going ──▶ gone at once, data kept
 *                                                └─ cannot be done, or half an hour ──▶ over: says why ──▶ gone, data kept
 */
import { waitingFor, type Outcome } from '../domain/result.ts';
import type { ReportError } from '../domain/report.ts';
import type { ConditionFact } from '../kube/conditions.ts';
import {
  deletionInstant,
  isBeingCollected,
  isWipeOutWanted,
  largerDeletion,
  LAST_WORDS_MS,
  lastWordsOf,
  SETTLE_MS,
  WIPE_LIMIT_MS,
  WIPED_OUT,
} from '../kube/deletion.ts';
import { instantOf, timestampOf } from '../kube/instants.ts';
import { countOf, mapOf } from '../kube/json-values.ts';
import { LABEL } from '../kube/labels.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { KIND, objectsOf } from '../kube/references.ts';
import { namesAtWork } from './kept-children.ts';
import type { ObserverPlace } from './observer-jobs.ts';
import { failedRecord, followTask, type TaskRun } from './task-run.ts';
import { wipeRecordFrom, type WipeRecord } from './wipe-record.ts';

export const WIPE_REASON = {
  /** Something else has to end first; the message names it. */
  waiting: 'WipeOutRequested',
  /** A wipe Job removes the data. */
  running: 'WipingOut',
  /** Nothing is left of it on the storage. */
  done: 'WipedOut',
  /** The data is still on the storage: remove the directory there yourself. */
  timedOut: 'WipeOutTimedOut',
} as const;

export interface WipeInput {
  /** The object that was deleted. */
  readonly parent: KubeObject;
  readonly place: ObserverPlace;
  readonly children: ObjectMap;
  /** CustomResourceDefinitions with which the object goes, without anybody having deleted it. */
  readonly definitions: readonly string[];
  /** Groups of related objects are missing: nothing can be said. */
  readonly isBlind: boolean;
  /** Why the data can not or must not be removed. */
  readonly obstacle: { readonly reason: string; readonly message: string } | undefined;
  /** Who still needs the data, in words; nothing is dropped before. */
  readonly reader: string | undefined;
  /** What of the object's own still has to go, in words; asked once it is not desired any more. */
  readonly remains: string | undefined;
  readonly isAtWork: boolean;
  readonly nameOf: (run: number) => string;
  readonly make: (name: string, run: number) => Outcome<readonly DesiredObject[]>;
}

export type Wipe =
  /** Nothing to wait for. */
  | { readonly kind: 'go' }
  | {
      readonly kind: 'wait';
      readonly fact: ConditionFact;
      readonly record: WipeRecord;
      /** False where everything that is observed stays as it is. */
      readonly mayDrop: boolean;
      readonly run: TaskRun | undefined;
      readonly wakeAt: readonly Instant[];
    };

type Waiting = Extract<Wipe, { readonly kind: 'wait' }>;

const HOUR_MS = 60 * 60_000;
const NO_RESULT: ReportError = {
  code: 'NoResult',
  message: 'the mover succeeded without saying what it removed; update hooks and mover together',
  retryable: true,
};
/** A dropped mover has 90 seconds to end (its Pod's grace), and may write until then. */
const QUIET_MS = 120_000;
/** As long as the mover is heard of, a large directory may take this long. */
const AT_WORK_LIMIT_MS = 24 * HOUR_MS;
const COLLECTED_MS = 10_000;
/** Failures that no further attempt of this object will see cured: what it needs goes with it, or belongs to another. */
const FINAL: readonly string[] = ['SecretNotFound', 'DirectoryOwned'];

interface View {
  readonly input: WipeInput;
  /** What the observed status says. */
  readonly before: WipeRecord | undefined;
  /** What is to be published. */
  readonly record: WipeRecord;
  readonly now: Instant;
}

/** What is waited for, in words, and when time alone ends that. */
interface Hold {
  readonly what: string;
  readonly until?: Instant | undefined;
}

/** How far the end of this object is at `now`. */
export function wipeOf(input: WipeInput, now: Instant): Wipe {
  const { parent, place, definitions, obstacle } = input;
  const before = wipeRecordFrom(parent);
  if (!isWipeOutWanted(parent, before !== undefined)) return { kind: 'go' };
  const larger = largerDeletion(place.related, place.namespace, definitions);
  if (larger !== undefined && larger !== 'unseen') return { kind: 'go' };
  if (before?.step === 'over') return lastSaid(parent, before, now);
  const view: View = { input, before, record: recordFrom(before, input, now), now };
  if (larger === 'unseen' || input.isBlind) return unseeing(view);
  if (obstacle !== undefined && before !== undefined) {
    return lastWords(view, factOf('False', obstacle.reason, keptText(obstacle.message)));
  }
  return view.record.run === undefined || isBeingCollected(parent) ? beginning(view) : following(view);
}

/** Nothing is begun and nothing dropped; a Job that was made before is followed, since it may be the one that removes the data. */
function unseeing(view: View): Wipe {
  const what = 'its surroundings are not seen';
  const isBegun = view.record.run !== undefined && !isBeingCollected(view.input.parent);
  const blind: View = { ...view, input: { ...view.input, make: () => waitingFor('Namespace', what) } };
  return { ...(isBegun ? following(blind) : pending(view, { what })), mayDrop: false };
}

/** The last words once more, until they have stood there for a while. */
function lastSaid(parent: KubeObject, record: WipeRecord, now: Instant): Wipe {
  const said = lastWordsOf(parent, now);
  if (said === undefined) return { kind: 'go' };
  return { kind: 'wait', fact: said.fact, record, mayDrop: false, run: undefined, wakeAt: [said.until] };
}

/** Before the Job: first everything stays until nobody needs it, then everything goes until nobody writes. */
function beginning(view: View): Wipe {
  const { record } = view;
  const hold = earlyHold(view);
  if (hold !== undefined) return pending(view, hold);
  if (record.step === 'noted') {
    return pending({ ...view, record: { ...record, step: 'requested' } }, { what: 'it is about to begin' });
  }
  const last = lateHold(view);
  return last === undefined ? following(view) : pending(view, last);
}

function earlyHold({ input, before, now }: View): Hold | undefined {
  const { parent, reader } = input;
  if (isBeingCollected(parent)) return { what: 'what it owns is being collected', until: now + COLLECTED_MS };
  const settled = deletionInstant(parent, now) + SETTLE_MS;
  if (before === undefined || now < settled) {
    return { what: `it is removed from ${timestampOf(settled)} on`, until: settled };
  }
  return reader === undefined ? undefined : { what: `it waits for ${reader}` };
}

function lateHold({ input, record, now }: View): Hold | undefined {
  if (input.remains !== undefined) return { what: `it waits for ${input.remains}` };
  const quietAt = record.isBusy === true ? (instantOf(record.quietSince) ?? now) + QUIET_MS : now;
  return now < quietAt ? { what: 'it waits for movers that are ending', until: quietAt } : undefined;
}

/** Names of wipe Jobs, and of those that ask about them, among the children. */
export function isOfWipe({ metadata }: KubeObject, run: TaskRun | undefined): boolean {
  return metadata.labels?.[LABEL.task] === 'wipe' || run?.current.includes(metadata.name) === true;
}

function recordFrom(before: WipeRecord | undefined, { isAtWork, remains }: WipeInput, now: Instant): WipeRecord {
  const record = before ?? { step: 'noted' };
  if (isAtWork) return { ...record, isBusy: true };
  if (record.isBusy !== true || remains !== undefined) return record;
  return { ...record, quietSince: record.quietSince ?? timestampOf(now) };
}

/** Waiting for something that may come, for half an hour. */
function pending(view: View, { what, until }: Hold): Waiting {
  const { input, before, record, now } = view;
  const limit = deletionInstant(input.parent, now) + WIPE_LIMIT_MS;
  if (now >= limit) return lastWords(view, timedOut(view, what));
  return {
    kind: 'wait',
    fact: factOf('Unknown', WIPE_REASON.waiting, `The data on the storage is to be removed; ${what}.`),
    record,
    mayDrop: before?.step === 'requested',
    run: undefined,
    wakeAt: [limit, until ?? limit],
  };
}

function following(view: View): Waiting {
  const { input, record, now } = view;
  const { children, place, nameOf, make } = input;
  const run = followTask({ task: 'wipe', recorded: record, nameOf, make, place }, children, now);
  const evidence = evidenceOf(run);
  if (evidence !== undefined) return lastWords(view, factOf('True', WIPE_REASON.done, evidence));
  const error = errorOf(run);
  if (run.end !== undefined && error !== undefined && isFinal(error)) {
    return lastWords(view, factOf('False', error.code, keptText(error.message)));
  }
  const limit = deletionInstant(input.parent, now) + (wipesAtWork(children, now) ? AT_WORK_LIMIT_MS : WIPE_LIMIT_MS);
  const words = wordsOf(run, error);
  if (now >= limit) return lastWords(view, timedOut(view, words));
  return {
    kind: 'wait',
    fact: factOf('Unknown', error?.code ?? WIPE_REASON.running, `The data on the storage is being removed; ${words}.`),
    record: followedRecord(record, run, now),
    mayDrop: true,
    run,
    wakeAt: [limit, ...run.wakeAt],
  };
}

/** Nothing of the attempt before stays beside it. */
function followedRecord({ step, isBusy, quietSince }: WipeRecord, run: TaskRun, now: Instant): WipeRecord {
  const isUnproven = run.end !== undefined && 'result' in run.end;
  return {
    step,
    ...(isBusy === undefined ? {} : { isBusy }),
    ...(quietSince === undefined ? {} : { quietSince }),
    ...(isUnproven ? failedRecord(run.record, NO_RESULT, now) : run.record),
  };
}

function isFinal({ code, retryable }: ReportError): boolean {
  return !retryable || FINAL.includes(code);
}

/** What the mover counted, in words; undefined while there is no report of success. */
function evidenceOf({ end }: TaskRun): string | undefined {
  if (end === undefined || !('result' in end)) return undefined;
  const wiped = mapOf(mapOf(end.result)['wiped']);
  const [objects, bytes] = [countOf(wiped['objects']), countOf(wiped['bytes'])];
  return objects === undefined || bytes === undefined
    ? undefined
    : `Removed from the storage: ${objects} objects, ${bytes} bytes.`;
}

function errorOf({ end, record }: TaskRun): ReportError | undefined {
  if (end === undefined) return record.lastError;
  return 'error' in end ? end.error : NO_RESULT;
}

function wipesAtWork(children: ObjectMap, now: Instant): boolean {
  const atWork = namesAtWork(children, now);
  return objectsOf(children, KIND.job).some(
    ({ metadata }) => metadata.labels?.[LABEL.task] === 'wipe' && atWork.includes(metadata.name),
  );
}

function wordsOf({ made, why }: TaskRun, error: ReportError | undefined): string {
  if (!made.ok) return without(made.error.message);
  if (error !== undefined) return `${error.code}: ${without(error.message)}`;
  return why === undefined ? 'a Job does it' : `its Job does not start: ${without(why)}`;
}

function lastWords({ record, now }: View, fact: ConditionFact): Waiting {
  const over: WipeRecord = { ...record, step: 'over' };
  return { kind: 'wait', fact, record: over, mayDrop: false, run: undefined, wakeAt: [now + LAST_WORDS_MS] };
}

function keptText(message: string): string {
  return `The data stays on the storage: ${without(message)}.`;
}

function timedOut({ input, now }: View, what: string): ConditionFact {
  const hours = Math.floor((now - deletionInstant(input.parent, now)) / HOUR_MS);
  const time = hours === 0 ? '30 minutes' : hours === 1 ? 'an hour' : `${hours} hours`;
  const message = `The data stays on the storage: it could not be removed within ${time}; ${what}.`;
  return factOf('False', WIPE_REASON.timedOut, message);
}

function without(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function factOf(status: ConditionFact['status'], reason: string, message: string): ConditionFact {
  return { type: WIPED_OUT, status, reason, message };
}
