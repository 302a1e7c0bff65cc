/**
 * Answers that need not be worked out again. Hooks are pure, so what was answered holds for a question that differs only in
 * what was not read (seen-view.ts), for as long as asking about later times gives the same; and a resync of a settled
 * parent that would hear the same is put off until it would not (docs/simulation.md, "Quiet time").
 */
import { listOf, mapOf, sealed, textOf, type JsonMap } from '../api-server/values.ts';
import {
  directAnswer,
  isAnswered,
  namespaceOf,
  seenOf,
  uidOf,
  type DirectAnswer,
  type Question,
  type Seen,
} from './direct-answer.ts';
import type { Random } from './random.ts';
import type { Known } from './seen-view.ts';

export interface MemoryOptions {
  /** The world's time, on which hooks may be skewed. */
  readonly clock: { readonly now: () => number };
  /** Chooses what is worked out again all the same. */
  readonly checks: Random;
  /** No resync is planned after this instant. */
  readonly horizon: () => number;
  /** When Metacontroller last wrote anything. */
  readonly lastWriteAt: () => number;
  /** Whether resyncs may be put off at present. */
  readonly isQuiet: () => boolean;
}

/** With the frozen value that every equal answer of the parent shares; undefined where there is none to share. */
export interface Answered extends DirectAnswer {
  readonly value: JsonMap | undefined;
}

interface Remembered {
  /** What the answer came from; undefined where it is not to be used again. */
  readonly seen: Seen | undefined;
  readonly answered: Answered;
  /** From when to when the answer is known to hold, both included, and when it will be another. */
  readonly from: number;
  readonly to: number;
  readonly until: number;
  /** Where the answer last turned out to change, and for how long it had held. */
  readonly turn: number;
  readonly heldMs: number;
  askedAt: number;
}

/** Longer than any sync writes. */
const SYNC_MS = 5000;
/** How far apart answers without a resync are looked at. */
const NO_RESYNC_SECONDS = 3600;
/** How far ahead is looked at first, and how many times further where an answer has held. */
const NEAR_MS = 2 * 3600_000;
const FURTHER = 12;
const CHECKED = 0.01;

/** A hook that is not pure, or a view that overlooks what it read. */
export class WrongMemory extends Error {
  constructor({ row, hook }: Question, before: string, after: string) {
    super(`${row.kind} ${hook} answers anew what it was asked before: ${before} became ${after}`);
  }
}

/** Answers for one life of the host. */
export class HookMemory {
  readonly #options: MemoryOptions;
  readonly #remembered = new Map<string, Remembered>();
  readonly #looks = new Map<string, Known>();

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  answer(question: Question): Answered {
    const key = `${question.row.kind} ${question.hook} ${uidOf(question.request)}`;
    const known = this.#remembered.get(key);
    const isSame = known !== undefined && isHolding(known, question.request);
    if (isSame && known.from <= question.now && question.now <= known.to) return this.#recalled(known, question);
    const seen = seenOf(question, this.#looksOf(question));
    const fresh = directAnswer(question, seen);
    if (fresh.code !== 200) return { ...fresh, value: undefined };
    const answered = known?.answered.answer === fresh.answer ? { ...known.answered, ...fresh } : withValue(fresh);
    const again = isSame && isEqual(known.answered, fresh) ? known : undefined;
    const next = this.#next(question, { seen, answered }, known, again !== undefined);
    this.#remembered.set(key, next);
    return again ? this.#resyncing(next, question, again.askedAt) : answered;
  }

  #looksOf({ row, hook }: Question): Known {
    const key = `${row.kind} ${hook}`;
    let looks = this.#looks.get(key);
    if (!looks) this.#looks.set(key, (looks = new WeakMap()));
    return looks;
  }

  /** Looks ahead where the same was asked and answered twice. */
  #next(
    question: Question,
    { seen, answered }: Pick<Remembered, 'seen' | 'answered'>,
    { turn = question.now, heldMs = 0 }: Partial<Remembered> = {},
    isAgain: boolean,
  ): Remembered {
    const { now } = question;
    const { to, until } = isAgain
      ? this.#holding(question, { seen, answered }, { turn, heldMs })
      : { to: now, until: now };
    const held =
      until > now ? { turn: until, heldMs: Math.max(until - now, turn > now ? heldMs : 0) } : { turn, heldMs };
    return { seen, answered, from: now, to, until, ...held, askedAt: this.#options.clock.now() };
  }

  #recalled(known: Remembered, question: Question): Answered {
    const { checks, clock } = this.#options;
    if (checks.chance(CHECKED)) {
      const fresh = directAnswer(question);
      if (fresh.answer !== known.answered.answer) throw new WrongMemory(question, known.answered.answer, fresh.answer);
    }
    const before = known.askedAt;
    known.askedAt = clock.now();
    return this.#resyncing(known, question, before);
  }

  /** The next resync, which is put off for as long as it would change nothing. */
  #resyncing({ answered, until }: Remembered, { request, now }: Question, askedAt: number): Answered {
    if (answered.resync === undefined || until <= now) return answered;
    const left = Math.max(1, Math.ceil((until - now) / 1000));
    const mayWait = this.#options.isQuiet() && this.#wroteNothing(askedAt) && isSettled(request, answered.value);
    return { ...answered, resync: mayWait ? left : Math.min(left, answered.resync) };
  }

  /** Whether the sync of that time changed nothing. Others' writes count too: then it is asked once more. */
  #wroteNothing(askedAt: number): boolean {
    const at = this.#options.lastWriteAt();
    return at < askedAt || at > askedAt + SYNC_MS;
  }

  /**
   * Until when the answer holds, looked at in steps of its own resync; it is not known to hold between two that differ. What held
   * longer is looked at further ahead: where things happen, what will be tomorrow is asked for nothing.
   */
  #holding(
    question: Question,
    { seen, answered }: Pick<Remembered, 'seen' | 'answered'>,
    { turn, heldMs }: Pick<Remembered, 'turn' | 'heldMs'>,
  ): { readonly to: number; readonly until: number } {
    const { now } = question;
    const periodMs = (answered.resync ?? NO_RESYNC_SECONDS) * 1000;
    const furthest = Math.min(this.#options.horizon() - now, Math.max(NEAR_MS, FURTHER * heldMs));
    const steps = Math.floor(furthest / periodMs);
    if (seen === undefined || steps < 1) return { to: now, until: now };
    const holdsAt = (step: number): boolean => isAnswered({ ...question, now: now + step * periodMs }, seen, answered);
    const guesses = [turn, now + heldMs].map((at) => Math.ceil((at - now) / periodMs));
    const { holds, changed } = firstChange(steps, guesses, holdsAt);
    return { to: now + holds * periodMs, until: now + changed * periodMs };
  }
}

function isHolding({ seen }: Remembered, request: JsonMap): boolean {
  return seen !== undefined && seen.holdsFor(request);
}

function isEqual(left: DirectAnswer, right: DirectAnswer): boolean {
  return left.resync === right.resync && left.answer === right.answer;
}

function withValue(fresh: DirectAnswer): Answered {
  return { ...fresh, value: sealed(JSON.parse(fresh.answer) as JsonMap) };
}

/**
 * The last step that holds and the first that does not, by bisection; the last of all twice where all that were looked at
 * hold. The guesses are looked at first, with what lies around them: what changes at a time of day does so again on the next.
 */
function firstChange(
  steps: number,
  guesses: readonly number[],
  holdsAt: (step: number) => boolean,
): { readonly holds: number; readonly changed: number } {
  let [holds, changed] = [0, steps + 1];
  const look = (step: number): void => {
    if (step <= holds || step >= changed) return;
    if (holdsAt(step)) holds = step;
    else changed = step;
  };
  for (const guess of guesses) {
    look(guess);
    look(holds === guess ? guess + 2 : guess - 2);
  }
  look(steps);
  while (changed - holds > 1) look((holds + changed) >> 1);
  return { holds, changed: Math.min(changed, steps) };
}

/** Whether everything that is desired is there: a missing child is asked for again until its name is free. */
function isSettled(request: JsonMap, answer: JsonMap | undefined): boolean {
  if (answer === undefined) return false;
  const observed = mapOf(request['children'] ?? request['attachments']);
  const desired = listOf(answer['children'] ?? answer['attachments']).map(mapOf);
  return desired.every((child) => {
    const metadata = mapOf(child['metadata']);
    const group = mapOf(observed[`${textOf(child['kind'])}.${textOf(child['apiVersion'])}`]);
    const namespace = textOf(metadata['namespace']) || namespaceOf(request);
    return group[`${namespace}/${textOf(metadata['name'])}`] !== undefined;
  });
}
