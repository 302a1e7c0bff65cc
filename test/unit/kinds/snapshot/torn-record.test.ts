/** Statuses into which somebody else has written (faults.md B73): a component that cannot be read back. */
import assert from 'node:assert/strict';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { jobsIn, reachedJobs, readyOf, synced } from './steps.ts';
import * as the from './world.ts';
import { START } from './world.ts';

const MINUTE = 60_000;

/** Two components at work, of which the second cannot be read back. */
function torn(): the.World {
  const world = reachedJobs('StatefulSet');
  const { components = {}, ...status } = world.snapshot.status ?? {};
  const damaged = { ...components, 'dump-pod-1': { phase: 'Done' as 'Failed' } };
  return { ...world, snapshot: { ...world.snapshot, status: { ...status, components: damaged } } };
}

describe('Snapshot: a listed component that cannot be read back from status', () => {
  it('drops no Job for it, as its Job may be at work', () => {
    const world = torn();
    assert.deepEqual(jobsIn(world), ['backup', 'backup']);
    const later = synced(synced(world, START + MINUTE), START + 2 * MINUTE);
    assert.deepEqual(
      jobsIn(later).filter((one) => one !== 'diagnose'),
      ['backup', 'backup'],
    );
    assert.equal(later.snapshot.status?.phase, 'Running');
  });

  it('fails once the others have ended, and says what is not known', () => {
    let world = torn();
    const job = world.children.find((one) => one.kind === 'Job' && JSON.stringify(one).includes('"dump-pod-0"'));
    world = synced(the.reported(world, job?.metadata.name ?? '', the.goodReport(10)), START + MINUTE);
    assert.equal(world.snapshot.status?.phase, 'Failed');
    assert.equal(world.snapshot.status?.components?.['dump-pod-0']?.phase, 'Succeeded');
    assert.equal(
      readyOf(world.snapshot.status ?? {}),
      'status counts 2 components and only 1 can be read back, so what became of the others is not known; start another BackupSession, and let nobody else write into this status',
    );
  });

  it('answers a status that is no object while it sees too little to judge', () => {
    const world = reachedJobs('Deployment');
    const request = the.requestOf({ ...world, snapshot: { ...world.snapshot, status: 'Succeeded' as never } });
    const { status, children } = syncSnapshot({ ...request, related: {} }, START);
    assert.deepEqual(status, {});
    assert.equal(children.length, 2);
  });
});
