import assert from 'node:assert/strict';
import { secondsUntil, stillToCome } from '../../../hooks/kube/resync.ts';

const NOW = Date.parse('2026-01-05T02:00:00Z');

describe('the next look at a parent', () => {
  const rows: readonly (readonly [what: string, after: readonly (number | undefined)[], seconds: number])[] = [
    ['is at the first instant', [90_000, 20_000], 20],
    ['is never before it', [20_001], 21],
    ['is in a second for what has come', [-60_000, 20_000], 1],
    ['is in a second for what comes now', [0], 1],
    ['is in five minutes at most', [3_600_000], 300],
    ['is in five minutes where nothing is waited for', [], 300],
    ['takes what is not known for nothing', [undefined, 30_000], 30],
    ['takes never for nothing', [Infinity], 300],
  ];
  for (const [what, after, seconds] of rows) {
    it(what, () => {
      const instants = after.map((one) => (one === undefined ? one : NOW + one));
      assert.equal(secondsUntil(instants, NOW), seconds);
    });
  }

  it('may have another bound, or none', () => {
    assert.equal(secondsUntil([NOW + 90_000], NOW, 60), 60);
    assert.equal(secondsUntil([NOW + 7_200_000], NOW, Infinity), 7200);
  });

  it('leaves out what was due before', () => {
    assert.deepEqual(stillToCome([NOW - 1, NOW, undefined, NOW + 1], NOW), [NOW + 1]);
  });
});
