import assert from 'node:assert/strict';
import { CHECKS } from '../../../../hooks/kinds/backupconfiguration/checks.ts';
import { syncBackupConfiguration } from '../../../../hooks/kinds/backupconfiguration/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import * as sample from './fixtures.ts';
import { HOOK_REFUSALS } from './hook-refusals.ts';
import { REPOSITORY_REFUSALS } from './repository-refusals.ts';
import { SESSION_REFUSALS } from './session-refusals.ts';

const CASES = [...SESSION_REFUSALS, ...REPOSITORY_REFUSALS, ...HOOK_REFUSALS];

describe('the checks of a BackupConfiguration', () => {
  for (const one of CASES) {
    it(one.it, () => {
      const base = sample.configuration(one.spec);
      const parent = { ...base, metadata: { ...base.metadata, ...one.metadata } };
      const { status } = syncBackupConfiguration(sample.request(parent, one.children, one.related), sample.NOW);
      const passed = conditionOf(status, 'ValidationPassed');
      const ready = conditionOf(status, 'Ready');
      assert.deepEqual(
        [status.phase, passed?.status, passed?.reason],
        ['Invalid', 'False', 'ResourceValidationFailed'],
      );
      assert.equal(passed?.message, one.message);
      assert.deepEqual([ready?.status, ready?.reason, ready?.message], ['False', one.reason, one.message]);
      assert.equal(conditionOf(status, one.waits ? 'Reconciling' : 'Stalled')?.status, 'True');
      assert.equal(conditionOf(status, one.waits ? 'Stalled' : 'Reconciling'), undefined);
    });
  }

  it('are each shown at work by a case', () => {
    const shown = new Set(CASES.map((one) => one.reason));
    assert.deepEqual(
      CHECKS.map((one) => one.reason).filter((reason) => !shown.has(reason)),
      [],
    );
  });

  it('let the healthy sample pass', () => {
    const { status } = syncBackupConfiguration(sample.request(), sample.NOW);
    assert.equal(conditionOf(status, 'ValidationPassed')?.status, 'True');
  });
});
