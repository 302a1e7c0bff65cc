/** The machine's own time: tasks run on the event loop, so an idle process with no pending task can exit. */
import type { Clock } from '../clock.ts';

/** A clock that follows the wall clock. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, task) {
      if (delayMs <= 0) {
        const immediate = setImmediate(task);
        return () => clearImmediate(immediate);
      }
      // Node treats delays above 2^31-1 ms as 1 ms.
      const timer = setTimeout(task, Math.min(delayMs, 0x7fffffff));
      return () => clearTimeout(timer);
    },
  };
}
