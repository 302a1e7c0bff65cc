import assert from 'node:assert/strict';
import { progressOf, type RunFacts } from '../../../hooks/jobs/mover-run.ts';

const NOW = Date.parse('2026-01-05T02:10:00Z');
const MADE = '2026-01-05T02:00:00Z';

function factsOf(status: object, told?: object): RunFacts {
  const metadata = { name: 'kept-dump', namespace: 'demo', uid: 'job-uid', creationTimestamp: MADE };
  const diagnosis = told && {
    apiVersion: 'metastash.dev/v1alpha1',
    kind: 'TaskReport',
    metadata: { ...metadata, name: 'diagnose' },
    status: { phase: 'Succeeded', result: { diagnosis: told } },
  };
  return {
    job: { apiVersion: 'batch/v1', kind: 'Job', metadata, status },
    report: undefined,
    diagnosis: () => diagnosis,
  };
}

const REFUSED =
  'PodNotMade: Kubernetes makes no Pod for Job kept-dump; a quota, Pod Security or an admission webhook refuses it: ' +
  'kubectl describe job -n demo kept-dump';

describe('a mover that does not start', () => {
  for (const [what, facts, why] of [
    ['whose Job counts no Pod is said to be refused one', factsOf({ startTime: MADE }), REFUSED],
    ['whose Pod waits is not', factsOf({ startTime: MADE, active: 1 }), undefined],
    ['whose Job nobody has started is not', factsOf({}), undefined],
    [
      'is explained by its diagnosis where there is one',
      factsOf({ startTime: MADE }, { reason: 'QuotaExceeded', message: 'exceeded quota: small' }),
      'QuotaExceeded: exceeded quota: small',
    ],
  ] as const) {
    it(what, () => {
      const { state } = progressOf({ run: 0, since: MADE, started: true }, facts, NOW);
      assert.deepEqual(state, { kind: 'wait', diagnose: 'waiting', ...(why === undefined ? {} : { why }) });
    });
  }

  it('fails with that reason once the time to start is over', () => {
    const { state } = progressOf(
      { run: 0, since: MADE, started: true },
      factsOf({ startTime: MADE }),
      Date.parse('2026-01-05T02:31:00Z'),
    );
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.code, 'PodNotMade');
    assert.match(state.error.message, /no mover has started for 30 minutes.*kubectl describe job -n demo kept-dump/);
    assert.equal(state.error.retryable, false);
  });
});
