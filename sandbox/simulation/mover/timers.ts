/** `node:timers/promises` and the global timers as the mover's code gets them in the simulation: the world's own time. */
import { presentMover } from './process.ts';

/** After so many milliseconds of virtual time. */
export function setTimeout(ms: number): Promise<void> {
  const process = presentMover();
  return new Promise((resolve) => {
    process.world.clock.after(ms, () => {
      if (!process.isAlive) return;
      process.world.settled();
      resolve();
    });
  });
}

/** Lets others have their turn. */
export function setImmediate(): Promise<void> {
  return setTimeout(0);
}

interface Interval {
  cancel: () => void;
  unref(): void;
}

/** Until it is cleared or its mover is dead. */
export function setInterval(task: () => void, ms: number): Interval {
  const process = presentMover();
  const interval: Interval = { cancel: () => undefined, unref: () => undefined };
  const arm = (): void => {
    interval.cancel = process.world.clock.after(ms, () => {
      if (!process.isAlive) return;
      process.world.settled();
      task();
      arm();
    });
  };
  arm();
  return interval;
}

export function clearInterval(interval: Interval | undefined): void {
  interval?.cancel();
}
