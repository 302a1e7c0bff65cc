import assert from 'node:assert/strict';
import { CHECKS, firstProblem } from '../../../../hooks/kinds/backupsession/checks.ts';
import { observe } from '../../../../hooks/kinds/backupsession/observe.ts';
import { backupSession, configuration, repository, requestOf, restore, turn } from './objects.ts';

const RESTORING =
  'TargetIsBeingRestored: RestoreSession demo/bring-it-back is restoring the same target. Create a new BackupSession when it has ended.';

describe('a BackupSession beside a RestoreSession', () => {
  for (const [phase, paused, says] of [
    ['Running', 'app', RESTORING],
    // A hook of it may still be at work, or its spec was broken while it ran: it has not ended.
    ['Pending', 'app', RESTORING],
    ['Invalid', 'app', RESTORING],
    ['Running', 'other', undefined],
    ['Succeeded', 'app', undefined],
    ['Failed', 'app', undefined],
    ['Unknown', 'app', undefined],
  ] as const) {
    it(`${says === undefined ? 'begins' : 'is skipped'} while that is ${phase} and has paused ${paused}`, () => {
      const session = backupSession();
      const observed = observe(requestOf(session, [configuration(), repository(), turn(), restore(phase, paused)]));
      assert.ok(observed);
      const problem = firstProblem(CHECKS, { session, observed, waitedMs: 0 });
      assert.equal(problem && `${problem.reason}: ${problem.message}`, says);
      assert.equal(problem?.waits ?? false, false);
    });
  }
});
