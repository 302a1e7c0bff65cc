import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatSize, parseSize, sumOfSizes } from '../../../hooks/domain/size.ts';

describe('sizes in statuses', () => {
  const pairs: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0 B'],
    [1024, '1024 B'],
    [1025, '1.001 KiB'],
    [1536, '1.500 KiB'],
    [2 ** 20, '1024.000 KiB'],
    [2 ** 20 + 2 ** 19, '1.500 MiB'],
    [2 ** 30 * 3, '3.000 GiB'],
    [2 ** 40, '1024.000 GiB'],
    [2 ** 41, '2.000 TiB'],
    [-3, '0 B'],
    [Number.NaN, '0 B'],
  ];
  for (const [bytes, text] of pairs) {
    it(`writes ${bytes} bytes as ${text}`, () => {
      assert.equal(formatSize(bytes), text);
    });
  }

  for (const text of ['', '12', '12 b', '12B', '1,5 GiB', '-1 B', '1 PiB', ' 1 B', undefined, 12]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseSize(text), {
        ok: false,
        error: 'a size is a number and a unit, for example 12 B or 1.234 GiB',
      });
    });
  }

  it('refuses what it could not count exactly', () => {
    assert.deepEqual(parseSize('99999999 TiB'), { ok: false, error: 'a size beyond 8 PiB cannot be counted exactly' });
  });

  it('reads back what it writes to the precision of three decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const parsed = parseSize(formatSize(bytes));
        assert.ok(parsed.ok && Math.abs(parsed.value - bytes) <= bytes * 0.0006 + 0.5, `${bytes}`);
      }),
    );
  });

  it('adds sizes, and refuses to add what is missing or malformed', () => {
    assert.equal(sumOfSizes([]), '0 B');
    assert.equal(sumOfSizes(['512 B', '1.000 KiB']), '1.500 KiB');
    assert.equal(sumOfSizes(['512 B', undefined]), undefined);
    assert.equal(sumOfSizes(['512 B', 'much']), undefined);
  });
});
