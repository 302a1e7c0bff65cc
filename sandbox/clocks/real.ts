/** The machine's own time: tasks run on the event loop, and a process with nothing else to do may exit. */
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
      // Unreferenced: a cluster's far-off resyncs must not keep a finished demo or test alive.
      const timer = setTimeout(task, Math.min(delayMs, 0x7fffffff)).unref();
      return () => clearTimeout(timer);
    },
  };
}
