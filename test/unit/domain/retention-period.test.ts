import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRetentionPeriod } from '../../../hooks/domain/retention-period.ts';

const DAY = 86_400_000;
const HINT = 'write numbers with units y, mo, w, d, h or m, for example 1y6mo or 30d';

describe('retention periods', () => {
  const read: readonly (readonly [text: string, milliseconds: number | undefined])[] = [
    ['', undefined],
    ['   ', undefined],
    ['2mo', 60 * DAY],
    ['1y6mo', 545 * DAY],
    [' 30d ', 30 * DAY],
    ['1w1d', 8 * DAY],
    ['36h', 1.5 * DAY],
    ['90m', 5_400_000],
    ['1d2d', 2 * DAY],
    ['2d-1h', 2 * DAY - 3_600_000],
  ];
  for (const [text, milliseconds] of read) {
    it(`reads ${JSON.stringify(text)} as ${String(milliseconds)} ms`, () => {
      assert.deepEqual(parseRetentionPeriod(text), { ok: true, value: milliseconds });
    });
  }

  const refusedTexts: readonly (readonly [text: unknown, error: string])[] = [
    ['30', `"30" is no retention period; ${HINT}`],
    ['1 d', `"1 d" is no retention period; ${HINT}`],
    ['1s', `"1s" is no retention period; ${HINT}`],
    ['d', `"d" is no retention period; ${HINT}`],
    [30, `a retention period is text; ${HINT}`],
    ['0d', `"0d" comes to no time at all and would remove every Snapshot; ${HINT}`],
    ['-1d', `"-1d" comes to no time at all and would remove every Snapshot; ${HINT}`],
    ['5000y', '"5000y" is longer than a thousand years; leave it out to keep for ever'],
  ];
  for (const [text, error] of refusedTexts) {
    it(`refuses ${JSON.stringify(text)} and says why`, () => {
      assert.deepEqual(parseRetentionPeriod(text), { ok: false, error });
    });
  }

  it('never gives a period of zero or less', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.constantFrom('y', 'mo', 'w', 'd', 'h', 'm', 'x'))), (parts) => {
        const parsed = parseRetentionPeriod(parts.map(([count, unit]) => `${count}${unit}`).join(''));
        assert.ok(!parsed.ok || parsed.value === undefined || parsed.value > 0);
      }),
    );
  });
});
