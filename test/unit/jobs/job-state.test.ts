import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jobStateOf } from '../../../hooks/jobs/job-state.ts';
import type { KubeObject } from '../../../hooks/kube/objects.ts';

const MADE = Date.parse('2026-05-01T10:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const at = (offset: number): string => new Date(MADE + offset).toISOString();

function object(kind: string, status?: unknown): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: 'job-1', namespace: 'demo', uid: 'u', creationTimestamp: at(0) },
    status,
  };
}

const job = (type?: string, offset = 0): KubeObject =>
  object(
    'Job',
    type === undefined
      ? {}
      : { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: at(offset) }] },
  );
const report = (fields?: object): KubeObject =>
  object('TaskReport', fields && { schemaVersion: 1, podUID: 'p', startedAt: at(0), heartbeatAt: at(0), ...fields });

const SILENT = { state: 'unknown', reason: 'EndedWithoutReport' };

describe('what became of a Job', () => {
  it('is nothing before it is made', () => {
    assert.deepEqual(jobStateOf({ job: undefined, report: undefined, now: MADE }), { state: 'absent' });
    assert.deepEqual(jobStateOf({ job: undefined, report: report(), now: MADE }), { state: 'absent' });
  });

  it('is waiting while no mover has claimed the report, and silent after two minutes', () => {
    assert.deepEqual(jobStateOf({ job: job(), report: report(), now: MADE + 119 * SECOND }), {
      state: 'waiting',
      since: MADE,
      silent: false,
      lookAgainSeconds: 1,
    });
    assert.deepEqual(jobStateOf({ job: job(), report: report(), now: MADE + 2 * MINUTE }), {
      state: 'waiting',
      since: MADE,
      silent: true,
      lookAgainSeconds: 28 * 60,
    });
  });

  it('is failed when nothing has started for 30 minutes', () => {
    assert.deepEqual(jobStateOf({ job: job(), report: undefined, now: MADE + 30 * MINUTE }), {
      state: 'failed',
      error: {
        code: 'NotStarted',
        message: 'no mover has started for 30 minutes; look at the Pods of Job job-1',
        retryable: true,
      },
    });
  });

  it('is running with its progress while the mover is heard of', () => {
    const progress = { percent: 5, bytesDone: 1, bytesTotal: 20, filesDone: 1, filesTotal: 2, secondsElapsed: 3 };
    const running = report({ phase: 'Running', heartbeatAt: at(10 * SECOND), progress });
    assert.deepEqual(jobStateOf({ job: job(), report: running, now: MADE + 20 * SECOND }), {
      state: 'running',
      startedAt: at(0),
      heartbeatAt: at(10 * SECOND),
      progress,
      lookAgainSeconds: 3590,
    });
  });

  it('is failed when nothing has been heard for an hour', () => {
    const state = jobStateOf({ job: job(), report: report({ phase: 'Running' }), now: MADE + 60 * MINUTE });
    assert.deepEqual(state, {
      state: 'failed',
      error: {
        code: 'NoHeartbeat',
        message: 'the mover has not been heard of for 60 minutes; its node may be gone',
        retryable: true,
      },
      startedAt: at(0),
    });
  });

  it('is what the report says once it has ended, whatever the Job says', () => {
    const result = { backup: { paths: [] } };
    const done = report({ phase: 'Succeeded', finishedAt: at(MINUTE), result });
    for (const one of [job('Failed'), job('Complete'), undefined]) {
      assert.deepEqual(jobStateOf({ job: one, report: done, now: MADE + 90 * MINUTE }), {
        state: 'succeeded',
        result,
        startedAt: at(0),
        finishedAt: at(MINUTE),
      });
    }
    const error = { code: 'WrongPassword', message: 'm', retryable: false };
    assert.deepEqual(jobStateOf({ job: job('Complete'), report: report({ phase: 'Failed', error }), now: MADE }), {
      state: 'failed',
      error,
      startedAt: at(0),
    });
  });

  it('is unknown when the Job ended without a result, and its report had time to arrive', () => {
    for (const one of [report(), report({ phase: 'Running' }), undefined]) {
      const ended = jobStateOf({ job: job('Complete', 0), report: one, now: MADE + 30 * SECOND });
      assert.deepEqual(ended, { ...SILENT, message: 'the Job ended (Complete) and its mover left no result' });
      assert.notEqual(jobStateOf({ job: job('Complete', 0), report: one, now: MADE + 29 * SECOND }).state, 'unknown');
    }
    assert.deepEqual(jobStateOf({ job: job('Failed', 0), report: report(), now: MADE + MINUTE }), {
      ...SILENT,
      message: 'the Job ended (BackoffLimitExceeded) and its mover left no result',
    });
  });

  it('is unknown when the Job was deleted under its mover', () => {
    const state = jobStateOf({ job: undefined, report: report({ phase: 'Running' }), now: MADE });
    assert.deepEqual(state, {
      state: 'unknown',
      reason: 'JobVanished',
      message: 'the Job was deleted while its mover ran',
    });
  });

  it('is unknown when success comes without a result', () => {
    const state = jobStateOf({ job: job(), report: report({ phase: 'Succeeded' }), now: MADE });
    assert.deepEqual(state, {
      state: 'unknown',
      reason: 'ResultMissing',
      message: 'the mover reported success without a result',
    });
  });

  for (const fields of [
    { phase: 'Succeeded', schemaVersion: 2 },
    { phase: 7 },
    { phase: 'Done' },
    { phase: 'Running', startedAt: 'x' },
  ]) {
    it(`is unknown for a report that cannot be read: ${JSON.stringify(fields)}`, () => {
      const state = jobStateOf({ job: job(), report: report(fields), now: MADE });
      assert.deepEqual(state, {
        state: 'unknown',
        reason: 'ReportUnreadable',
        message: 'the mover wrote a report that this version cannot read; update hooks and mover together',
      });
    });
  }

  it('is not terminal for a Job that is only about to fail', () => {
    assert.equal(jobStateOf({ job: job('FailureTarget'), report: report(), now: MADE + MINUTE }).state, 'waiting');
  });

  it('never succeeds without a report that says so, whatever stands in Job and report', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat(1e9), (jobStatus, reportStatus, later) => {
        const state = jobStateOf({
          job: object('Job', jobStatus),
          report: object('TaskReport', reportStatus),
          now: MADE + later,
        });
        assert.notEqual(state.state, 'succeeded');
        assert.ok(!('lookAgainSeconds' in state) || state.lookAgainSeconds >= 1);
      }),
    );
  });
});
