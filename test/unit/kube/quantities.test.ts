import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalQuantity, compareQuantities } from '../../../hooks/kube/quantities.ts';

describe('quantities', () => {
  const pairs: readonly (readonly [written: unknown, stored: string])[] = [
    ['1', '1'],
    [1, '1'],
    ['1000m', '1'],
    ['0.5', '500m'],
    [0.5, '500m'],
    ['200m', '200m'],
    ['1.0', '1'],
    ['+5', '5'],
    ['-1500m', '-1500m'],
    ['0', '0'],
    ['0Gi', '0'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1000Mi', '1000Mi'],
    ['512', '512'],
    ['1023Ki', '1023Ki'],
    ['0.5Ki', '512'],
    ['1000k', '1M'],
    ['1200k', '1200k'],
    ['1e3', '1e3'],
    ['1200e0', '1200'],
    ['1E', '1E'],
    ['100u', '1m'],
    ['-0.0000000001', '-1m'],
    ['10.795Gi', '11591042990080m'],
    ['.85e-3', '1e-3'],
    ['.5', '500m'],
    ['5.', '5'],
  ];
  for (const [written, stored] of pairs) {
    it(`${JSON.stringify(written)} is stored as ${stored}`, () => {
      assert.deepEqual(canonicalQuantity(written), { ok: true, value: stored });
    });
  }

  for (const text of ['', '.', 'm', '1 Gi', '1gi', '1GB', 'one', '1e', '--1', null, {}, Number.NaN, '1e400', 'E']) {
    it(`${JSON.stringify(text)} is none`, () => {
      const parsed = canonicalQuantity(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.error, /is no quantity; write for example 500m, 2 or 1Gi$/);
    });
  }

  it('beyond 2^63 are refused', () => {
    assert.deepEqual(canonicalQuantity('99E'), { ok: false, error: '"99E" is larger than any quantity can be' });
  });

  it('compare by value, whatever their form', () => {
    assert.deepEqual(compareQuantities('1000m', '1'), { ok: true, value: 0 });
    assert.deepEqual(compareQuantities('1Gi', '1G'), { ok: true, value: 1 });
    assert.deepEqual(compareQuantities('-1', '0.001'), { ok: true, value: -1 });
    assert.equal(compareQuantities('x', '1').ok, false);
    assert.equal(compareQuantities('1', 'x').ok, false);
  });

  it('stay as they are once they are canonical, and keep their value', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3');
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999), suffix, (whole, fraction, unit) => {
        const text = `${whole}.${fraction}${unit}`;
        const once = canonicalQuantity(text);
        assert.ok(once.ok);
        assert.deepEqual(canonicalQuantity(once.value), once);
        const compared = compareQuantities(text, once.value);
        assert.ok(compared.ok && compared.value <= 0);
      }),
    );
  });
});
