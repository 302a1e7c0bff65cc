import assert from 'node:assert/strict';
import type { ReportError } from '../../../hooks/domain/report.ts';
import { firstRun, nextRun, progressOf, runRecordFrom, type RunRecord } from '../../../hooks/jobs/mover-run.ts';

const START = Date.parse('2026-05-01T10:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const UNSEEN = { job: undefined, report: undefined, diagnosis: () => undefined };

const failure = (code: string, retryable = true): ReportError => ({ code, message: 'what went wrong', retryable });

/** Seconds from each failure to the next attempt, of work whose every attempt fails `seconds` after it began. */
function delaysOf(errorOf: (run: number) => ReportError, seconds: number): readonly number[] {
  const delays: number[] = [];
  let record: RunRecord | undefined = firstRun(START);
  let now = START;
  while (record !== undefined && delays.length < 100) {
    now += seconds * SECOND;
    const next: RunRecord | undefined = nextRun(record, errorOf(record.run), now);
    if (next === undefined) return delays;
    const begins = Date.parse(next.notBefore ?? '');
    delays.push((begins - now) / SECOND);
    now = begins;
    record = runRecordFrom(JSON.parse(JSON.stringify(next)));
  }
  return delays;
}

describe('attempts of a mover', () => {
  const CASES: readonly (readonly [string, (run: number) => ReportError, number, readonly number[]])[] = [
    ['a failure that no further attempt cures has none', () => failure('WrongPassword', false), 10, []],
    ['any other failure has two more, after half a minute and after one', () => failure('ResticFailed'), 10, [30, 60]],
    [
      'a Secret that is missing is looked for during half an hour, at most every five minutes',
      () => failure('SecretNotFound'),
      5,
      [30, 60, 120, 240, 300, 300, 300, 300, 300],
    ],
    [
      'a lock is waited for during an hour, of which each attempt takes fifteen minutes',
      () => failure('RepositoryLocked'),
      900,
      [30, 60, 120, 240],
    ],
    [
      'what has been waited for uses up no attempt',
      (run) => failure(run < 3 ? 'SecretNotFound' : 'ResticFailed'),
      5,
      [30, 60, 120, 240, 300],
    ],
    ['a code that is also a name of every object is like any other', () => failure('constructor'), 5, [30, 60]],
  ];
  for (const [name, errorOf, seconds, expected] of CASES) {
    it(name, () => assert.deepEqual(delaysOf(errorOf, seconds), expected));
  }

  it('keep the error of the one before, also after a restart of everything', () => {
    const next = nextRun(firstRun(START), failure('SecretNotFound'), START + MINUTE);
    assert.deepEqual(next, {
      run: 1,
      since: '2026-05-01T10:01:00Z',
      notBefore: '2026-05-01T10:01:30Z',
      previous: 'SecretNotFound: what went wrong',
      awaited: 1,
      awaitedSince: '2026-05-01T10:01:00Z',
    });
    assert.deepEqual(runRecordFrom(JSON.parse(JSON.stringify(next))), next);
  });

  it('are made once their time has come, and have half an hour from then on', () => {
    const record = nextRun(firstRun(START), failure('ResticFailed'), START) ?? firstRun(START);
    const begins = START + 30 * SECOND;
    assert.deepEqual(progressOf(record, UNSEEN, begins - 1), {
      record,
      state: { kind: 'pause', until: begins },
      wakeAt: begins,
    });
    assert.deepEqual(progressOf(record, UNSEEN, begins).state, { kind: 'make' });
    assert.deepEqual(progressOf(record, UNSEEN, begins + 30 * MINUTE - 1).state, { kind: 'make' });
    assert.equal(progressOf(record, UNSEEN, begins + 30 * MINUTE).state.kind, 'failed');
  });
});
