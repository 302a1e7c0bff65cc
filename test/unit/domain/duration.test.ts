import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, formatSeconds, parseDuration, parsePositiveDuration } from '../../../hooks/domain/duration.ts';

const HINT = 'write numbers with units h, m, s or ms, for example 1h30m';

describe('durations in Go text', () => {
  const read: readonly (readonly [text: string, milliseconds: number])[] = [
    ['0', 0],
    ['0s', 0],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['90m', 5_400_000],
    ['.5s', 500],
    ['2.s', 2000],
    ['350ms', 350],
    ['1500us', 1.5],
    ['1m1m', 120_000],
    ['5.831892988s', 5831.892988],
    ['87600h', 315_360_000_000],
  ];
  for (const [text, milliseconds] of read) {
    it(`reads ${text} as ${milliseconds} ms`, () => {
      assert.deepEqual(parseDuration(text), { ok: true, value: milliseconds });
    });
  }

  const refusedTexts: readonly (readonly [text: unknown, error: string])[] = [
    ['', `"" is no duration; ${HINT}`],
    [undefined, `nothing is no duration; ${HINT}`],
    [90, `90 is no duration; ${HINT}`],
    ['1w', `"1w" is no duration; ${HINT}`],
    ['-5m', `"-5m" is no duration; ${HINT}`],
    ['1h30', `"1h30" is no duration; ${HINT}`],
    ['1h 30m', `"1h 30m" is no duration; ${HINT}`],
    ['∞', `"∞" is no duration; ${HINT}`],
    ['9e99h', `"9e99h" is no duration; ${HINT}`],
    ['99999999h', `"99999999h" is longer than ten years; ${HINT}`],
    [`${'9'.repeat(400)}h`, `"${'9'.repeat(56)}..." is longer than ten years; ${HINT}`],
  ];
  for (const [text, error] of refusedTexts) {
    it(`refuses ${String(JSON.stringify(text)).slice(0, 30)} and says what to write`, () => {
      assert.deepEqual(parseDuration(text), { ok: false, error });
    });
  }

  it('refuses zero where a duration has to be above it', () => {
    assert.deepEqual(parsePositiveDuration('0s'), { ok: false, error: `"0s" is no time at all; ${HINT}` });
    assert.deepEqual(parsePositiveDuration('1ms'), { ok: true, value: 1 });
  });

  const written: readonly (readonly [milliseconds: number, text: string])[] = [
    [0, '0s'],
    [-5, '0s'],
    [350, '350ms'],
    [1000, '1s'],
    [60_500, '1m0.5s'],
    [93_600_000, '26h0m0s'],
    [5_831.892988, '5.832s'],
  ];
  for (const [milliseconds, text] of written) {
    it(`writes ${milliseconds} ms as ${text}`, () => {
      assert.equal(formatDuration(milliseconds), text);
    });
  }

  it('rounds a session duration to seconds', () => {
    assert.equal(formatSeconds(25_499), '25s');
    assert.equal(formatSeconds(61_500), '1m2s');
  });

  it('reads back every duration that it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 315_360_000_000 }), (milliseconds) => {
        const parsed = parseDuration(formatDuration(milliseconds));
        assert.ok(parsed.ok && Math.abs(parsed.value - milliseconds) < 1e-3);
      }),
    );
  });

  it('answers every text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseDuration(text).ok === 'boolean'));
  });
});
