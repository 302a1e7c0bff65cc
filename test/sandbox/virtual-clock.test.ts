import assert from 'node:assert/strict';
import { virtualClock } from '../../sandbox/clocks/virtual.ts';

describe('the virtual clock', () => {
  it('runs tasks by due time, and those of one instant in the order they were asked for', () => {
    const clock = virtualClock(0);
    const ran: string[] = [];
    for (const [delay, name] of [
      [20, 'late'],
      [10, 'first'],
      [10, 'second'],
      [0, 'now'],
    ] as const) {
      clock.after(delay, () => ran.push(`${name}@${clock.now()}`));
    }
    clock.runUntil(15);
    assert.deepEqual(ran, ['now@0', 'first@10', 'second@10']);
    assert.equal(clock.now(), 15);
    assert.equal(clock.nextAt(), 20);
  });

  it('runs a task for this instant after those that were planned for it before', () => {
    const clock = virtualClock(0);
    const ran: string[] = [];
    clock.after(5, () => {
      ran.push('planned');
      clock.after(0, () => ran.push('added'));
    });
    clock.after(5, () => ran.push('planned too'));
    clock.runUntil(5);
    assert.deepEqual(ran, ['planned', 'planned too', 'added']);
  });

  it('never runs a cancelled task', () => {
    const clock = virtualClock(0);
    const cancel = clock.after(1, () => assert.fail('ran'));
    cancel();
    clock.runUntil(10);
    assert.equal(clock.pending(), 0);
  });

  it('keeps the order of many tasks', () => {
    const clock = virtualClock(0);
    const ran: number[] = [];
    for (let index = 0; index < 500; index++) clock.after((index * 7919) % 101, () => ran.push(clock.now()));
    clock.runUntil(1000);
    assert.equal(ran.length, 500);
    assert.deepEqual(
      ran,
      [...ran].sort((left, right) => left - right),
    );
  });
});
