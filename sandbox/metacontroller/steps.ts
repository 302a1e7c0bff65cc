/** Running a sync: carries each wait to the hook caller or the clock and resumes the sync with what came of it. */
import type { Clock } from '../clock.ts';
import { isBug } from './errors.ts';
import type { HookCaller, LaterAnswer, Outcome, Steps, Wait } from './hook-caller.ts';

export interface Runner {
  readonly clock: Clock;
  readonly hook: HookCaller;
  /** Nothing is resumed any more: the process that ran it is gone. */
  readonly stopped: () => boolean;
}

export type Done = (error: Error | undefined) => void;

/** Runs the steps to their end, at once where no wait takes time; `done` gets the error that ended them, if any. */
export function run(steps: Steps<void>, runner: Runner, done: Done, first: Outcome = { slept: true }): void {
  let outcome = first;
  for (;;) {
    let next: IteratorResult<Wait, void>;
    try {
      next = steps.next(outcome);
    } catch (error) {
      if (isBug(error) || !(error instanceof Error)) throw error;
      done(error);
      return;
    }
    if (next.done) {
      done(undefined);
      return;
    }
    const wait: Wait = next.value;
    const later = (result: Outcome): void => {
      if (!runner.stopped()) run(steps, runner, done, result);
    };
    const immediate = outcomeOf(wait, runner, later);
    if (!immediate) return;
    outcome = immediate;
  }
}

/** An outcome that is there already; undefined where `later` will be called with it. */
function outcomeOf(wait: Wait, runner: Runner, later: (outcome: Outcome) => void): Outcome | undefined {
  if (wait.wait === 'time') {
    runner.clock.after(wait.ms, () => later({ slept: true }));
    return undefined;
  }
  if (wait.wait === 'request') {
    wait.send().then(
      (stored) => later({ stored }),
      (error: unknown) => later({ refused: errorOf(error) }),
    );
    return undefined;
  }
  try {
    const answer = runner.hook(wait.url, wait.body, wait.options);
    if (answer instanceof Promise)
      answerInTime(
        wait.options.timeoutMs,
        runner,
        later,
        (settle) => void answer.then(settle, (error: unknown) => settle(errorOf(error))),
      );
    else if (typeof answer === 'function') answerInTime(wait.options.timeoutMs, runner, later, answer);
    else return { answer };
    return undefined;
  } catch (error) {
    return { failure: errorOf(error).message };
  }
}

const TIMED_OUT = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';

/** Hands on the answer or, where it takes too long, the timeout; whatever comes after that is dropped. */
function answerInTime(timeoutMs: number, runner: Runner, later: (outcome: Outcome) => void, start: LaterAnswer): void {
  let over = false;
  const once = (outcome: Outcome): void => {
    if (over) return;
    over = true;
    cancel();
    later(outcome);
  };
  const cancel = runner.clock.after(timeoutMs, () => once({ failure: TIMED_OUT }));
  start((answer) => once(answer instanceof Error ? { failure: answer.message } : { answer }));
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
