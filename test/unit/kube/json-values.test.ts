import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countOf, listOf, mapOf, textOf, textsOf } from '../../../hooks/kube/json-values.ts';

describe('JSON that anyone may have written', () => {
  it('is read in the shape that is expected, or as absent', () => {
    assert.deepEqual(mapOf({ a: 1 }), { a: 1 });
    assert.deepEqual(listOf([1]), [1]);
    assert.equal(textOf('a'), 'a');
    assert.equal(countOf(3), 3);
    assert.deepEqual(textsOf(['a', 7, '', null, 'b']), ['a', 'b']);
  });

  for (const value of [null, undefined, 'text', 7, true, [1]]) {
    it(`is no map: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(mapOf(value), {});
    });
  }

  for (const value of [-1, 1.5, '3', null, 2 ** 60, Number.NaN]) {
    it(`is no count: ${String(value)}`, () => {
      assert.equal(countOf(value), undefined);
    });
  }

  it('never throws and never gives another shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.ok(!Array.isArray(mapOf(value)) && Array.isArray(listOf(value)));
        assert.ok(textsOf(value).every((one) => one !== ''));
        assert.notEqual(textOf(value), '');
      }),
    );
  });
});
