/**
 * Time that moves only when told to. Tasks run one at a time, ordered by due time and then by the order in which they
 * were asked for, so that two runs from the same state do the same things.
 */
import type { Clock } from '../clock.ts';

export interface VirtualClock extends Clock {
  /** Runs the next task, moving time to it; false when there is none at or before `limit`. */
  step(limit?: number): boolean;
  /** Runs every task due at or before the instant, then sets time to it. */
  runUntil(instant: number): void;
  /** When the next task is due; undefined when nothing is pending. */
  nextAt(): number | undefined;
  /** Tasks not run and not cancelled yet. */
  pending(): number;
}

interface Task {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** A virtual clock that starts at `startMs` (milliseconds since the epoch). */
export function virtualClock(startMs: number): VirtualClock {
  let now = startMs;
  let order = 0;
  let live = 0;
  const later: Task[] = [];
  let due: Task[] = [];
  let dueIndex = 0;

  function after(delayMs: number, run: () => void): () => void {
    const task: Task = { at: now + Math.max(0, delayMs), order: order++, run };
    live++;
    // A task for this very instant comes after all that were planned for it earlier, so a plain queue keeps the order.
    if (task.at <= now) due.push(task);
    else push(later, task);
    return () => {
      if (task.run) live--;
      task.run = undefined;
    };
  }

  function next(): Task | undefined {
    dropCancelled();
    const first = later[0];
    if (first && first.at <= now) return first;
    return due[dueIndex] ?? first;
  }

  function dropCancelled(): void {
    while (later[0] && !later[0].run) pop(later);
    while (dueIndex < due.length && !due[dueIndex]?.run) dueIndex++;
    if (dueIndex > 0 && dueIndex === due.length) {
      due = [];
      dueIndex = 0;
    }
  }

  function step(limit = Infinity): boolean {
    const task = next();
    if (!task || task.at > limit) return false;
    if (task === later[0]) pop(later);
    else dueIndex++;
    now = Math.max(now, task.at);
    const run = task.run;
    task.run = undefined;
    live--;
    run?.();
    return true;
  }

  return {
    now: () => now,
    after,
    step,
    runUntil(instant) {
      while (step(instant));
      now = Math.max(now, instant);
    },
    nextAt: () => next()?.at,
    pending: () => live,
  };
}

function before(left: Task, right: Task): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function push(heap: Task[], task: Task): void {
  let index = heap.push(task) - 1;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (!parent || !before(task, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = task;
}

function pop(heap: Task[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const leftIndex = 2 * index + 1;
    const left = heap[leftIndex];
    if (!left) break;
    const right = heap[leftIndex + 1];
    const smaller = right && before(right, left) ? right : left;
    if (!before(smaller, last)) break;
    heap[index] = smaller;
    index = smaller === left ? leftIndex : leftIndex + 1;
  }
  heap[index] = last;
}
