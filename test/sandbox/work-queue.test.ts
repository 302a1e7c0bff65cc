import assert from 'node:assert/strict';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';
import { WorkQueue } from '../../sandbox/metacontroller/work-queue.ts';

function started(): {
  readonly clock: ReturnType<typeof virtualClock>;
  readonly queue: WorkQueue;
  readonly taken: number[];
} {
  const clock = virtualClock(0);
  const taken: number[] = [];
  const queue: WorkQueue = new WorkQueue(clock, () => {
    if (queue.take() === 'a') taken.push(clock.now());
    queue.done('a');
  });
  return { clock, queue, taken };
}

describe('the work queue', () => {
  it('holds a key once, and gives it again only after it is done', () => {
    const queue = new WorkQueue(virtualClock(0), () => undefined);
    queue.add('a');
    queue.add('a');
    assert.equal(queue.take(), 'a');
    queue.add('a');
    assert.equal(queue.take(), undefined);
    queue.done('a');
    assert.equal(queue.take(), 'a');
    queue.done('a');
    assert.equal(queue.take(), undefined);
  });

  it('keeps the earlier of two delays', () => {
    const { clock, queue, taken } = started();
    queue.addAfter('a', 30_000);
    clock.runUntil(10_000);
    queue.addAfter('a', 60_000);
    clock.runUntil(29_999);
    queue.addAfter('a', 5);
    clock.runUntil(100_000);
    assert.deepEqual(taken, [30_000]);
  });

  it('doubles the backoff of a failing key from 5 ms to 1000 s, and forgets it after a success', () => {
    const { clock, queue, taken } = started();
    const waits: number[] = [];
    for (let failure = 0; failure < 20; failure++) {
      const before = clock.now();
      queue.addRateLimited('a');
      clock.runUntil(before + 2_000_000);
      waits.push((taken.at(-1) ?? 0) - before);
    }
    assert.deepEqual(waits.slice(0, 4), [5, 10, 20, 40]);
    assert.equal(waits.at(-1), 1_000_000);
    queue.forget('a');
    const before = clock.now();
    queue.addRateLimited('a');
    clock.runUntil(before + 10);
    assert.equal((taken.at(-1) ?? 0) - before, 5);
  });
});
