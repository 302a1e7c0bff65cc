import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextRunAfter, parseSchedule } from '../../../hooks/domain/schedule.ts';

function runsOf(text: string, timeZone: string, after: string, count: number): readonly string[] {
  const schedule = parseSchedule(text, timeZone);
  assert.ok(schedule.ok, schedule.ok ? '' : schedule.error);
  const runs: string[] = [];
  let instant: number | undefined = Date.parse(after);
  while (runs.length < count) {
    instant = nextRunAfter(schedule.value, instant);
    assert.ok(instant !== undefined);
    runs.push(new Date(instant).toISOString().replace(':00.000Z', 'Z'));
  }
  return runs;
}

describe('schedules', () => {
  const accepted: readonly (readonly [text: string, fields: string])[] = [
    ['*/5 * * * *', '0-59/5 * * * *'],
    ['  0   3 * * * ', '0 3 * * *'],
    ['0 0 ? * MON-FRI', '0 0 * * 1-5'],
    ['5/15 * * * *', '5-59/15 * * * *'],
    ['0 0 1 jan,JUL *', '0 0 1 1,7 *'],
    ['0 0 1-7/3 * *', '0 0 1-7/3 * *'],
    ['0 0 */2 * 1', '0 0 1-31/2 * 1'],
    ['0 0 *,13 * 5', '0 0 * * 5'],
    ['0 */1 * * *', '0 * * * *'],
    ['0 */99 * * *', '0 0 * * *'],
    ['@daily', '0 0 * * *'],
    ['@Weekly', '0 0 * * 0'],
  ];
  for (const [text, fields] of accepted) {
    it(`takes ${JSON.stringify(text)} as ${fields}`, () => {
      assert.deepEqual(parseSchedule(text), { ok: true, value: { text, fields, timeZone: 'UTC' } });
    });
  }

  const rejected: readonly (readonly [text: unknown, error: RegExp])[] = [
    ['', /^the schedule is empty; write five cron fields, for example "0 3 \* \* \*"$/],
    [undefined, /^the schedule is empty/],
    ['* * * *', /has 4 fields, a CronJob takes five; write minute, hour, day of month, month, day of week$/],
    ['*', /has 1 field, a CronJob takes five/],
    ['0 */5 * * * *', /has 6 fields, a CronJob takes five; drop the seconds in front$/],
    ['0 0 0 1 1 * 2030', /has 7 fields, a CronJob takes five; drop seconds and year$/],
    ['@every 1s', /^"@every 1s" drifts with each restart; write a step instead/],
    ['@reboot', /^"@reboot" means nothing for a CronJob; write five cron fields$/],
    ['@fortnightly', /^"@fortnightly" is no schedule; known words are @yearly, /],
    [
      'TZ=Europe/Berlin 0 3 * * *',
      /sets a time zone inside the schedule; schedules mean UTC, so leave it out and write the time in UTC$/,
    ],
    ['CRON_TZ=UTC 0 3 * * *', /sets a time zone inside the schedule/],
    ['60 * * * *', /^minute "60" is not possible: values are 0 to 59, with - for ranges and \/ for steps$/],
    ['0 24 * * *', /^hour "24" is not possible/],
    ['0 0 0 * *', /^day of month "0" is not possible/],
    ['0 0 * 13 *', /^month "13" is not possible: values are 1 to 12 or jan to dec/],
    ['0 0 * * 7', /^day of week "7" is not possible: .*; Sunday is 0$/],
    ['*/0 * * * *', /^minute "\*\/0" has a step of 0; write at least 1$/],
    ['30-10 * * * *', /^minute "30-10" runs backwards; write the smaller value first$/],
    ['0 0 L * *', /^day of month "l" is not possible/],
    ['0 0 * * MON#2', /^day of week "mon#2" is not possible/],
    ['0 0 31 2 *', /^"0 0 31 2 \*" names a day that never comes; check day of month and month$/],
    ['1,,2 * * * *', /^minute "" is not possible/],
    ['9'.repeat(300), /^the schedule is longer than 200 characters$/],
  ];
  for (const [text, error] of rejected) {
    it(`B44 and B45 refuses ${String(JSON.stringify(text)).slice(0, 40)} and says why`, () => {
      const parsed = parseSchedule(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.error, error);
    });
  }

  const IMPOSSIBLE = 'is not possible; write an IANA name, for example Europe/Berlin or UTC';
  const UNKNOWN = 'is unknown; write an IANA name with its capitals, for example Europe/Berlin or UTC';
  const zones: readonly (readonly [zone: unknown, why: string])[] = [
    ['Local', IMPOSSIBLE],
    ['', IMPOSSIBLE],
    [7, IMPOSSIBLE],
    [null, IMPOSSIBLE],
    ['../etc/passwd', UNKNOWN],
    ['europe/berlin', UNKNOWN],
    ['EUROPE/BERLIN', UNKNOWN],
    ['Mars/Olympus', UNKNOWN],
    ['+02:00', UNKNOWN],
  ];
  // KubeStash's schedulers have no timeZone, so no manifest can hold one; a CronJob's is always ours.
  for (const [zone, why] of zones) {
    it(`B46 refuses time zone ${JSON.stringify(zone)} and says why`, () => {
      const error = `time zone ${JSON.stringify(zone)} ${why}`;
      assert.deepEqual(parseSchedule('0 3 * * *', zone), { ok: false, error });
    });
  }

  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Calcutta', 'Etc/GMT+5']) {
    it(`takes time zone ${zone}`, () => {
      assert.ok(parseSchedule('0 3 * * *', zone).ok);
    });
  }

  it('counts runs in the time zone of the schedule', () => {
    assert.deepEqual(runsOf('0 3 * * *', 'Asia/Kolkata', '2026-01-01T00:00:00Z', 2), [
      '2026-01-01T21:30Z',
      '2026-01-02T21:30Z',
    ]);
  });

  it('does not run on the day when its hour is skipped', () => {
    assert.deepEqual(runsOf('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', 2), [
      '2026-03-28T01:30Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('runs twice when its hour is repeated', () => {
    assert.deepEqual(runsOf('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3), [
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('runs twice even when the schedule names that one day of the year', () => {
    assert.deepEqual(runsOf('30 2 25 10 *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3), [
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2027-10-25T00:30Z',
    ]);
  });

  it('keeps its rhythm across a repeated hour', () => {
    assert.deepEqual(runsOf('*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:15:00Z', 4), [
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
  });

  it('matches either day field when both are restricted, as cron does', () => {
    assert.deepEqual(runsOf('0 0 13 * 5', 'UTC', '2026-03-01T00:00:00Z', 3), [
      '2026-03-06T00:00Z',
      '2026-03-13T00:00Z',
      '2026-03-20T00:00Z',
    ]);
  });

  it('finds the next leap day', () => {
    assert.deepEqual(runsOf('0 0 29 2 *', 'America/New_York', '2026-03-01T00:00:00Z', 1), ['2028-02-29T05:00Z']);
  });

  it('always answers an instant after the one asked about, at a full minute', () => {
    const fields = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }));
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    );
    fc.assert(
      fc.property(fields, zones, fc.integer({ min: 1.6e12, max: 1.9e12 }), ([minute, hour], zone, after) => {
        const schedule = parseSchedule(`${minute} ${hour} * * *`, zone);
        assert.ok(schedule.ok);
        const next = nextRunAfter(schedule.value, after);
        assert.ok(next !== undefined && next > after && next % 60_000 === 0 && next - after <= 49 * 3_600_000);
      }),
      { numRuns: 60 },
    );
  });

  it('answers every text without throwing', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, zone) => typeof parseSchedule(text, zone).ok === 'boolean'));
  });
});
