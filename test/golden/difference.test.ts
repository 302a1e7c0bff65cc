import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineDifference } from './difference.ts';

describe('the difference that make post shows', () => {
  it('shows changed lines with two lines around them and leaves the rest out', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].join('\n');
    const after = before.replace('e', 'E1\nE2');
    assert.equal(lineDifference(before, after), ['  c', '  d', '- e', '+ E1', '+ E2', '  f', '  g', '  …'].join('\n'));
  });

  it('is empty for equal texts alone, and holds each side in order', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const shown = lineDifference(before.join('\n'), after.join('\n'));
        assert.equal(shown === '', before.join('\n') === after.join('\n'));
      }),
    );
  });
});
