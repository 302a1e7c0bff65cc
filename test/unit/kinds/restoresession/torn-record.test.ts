/** Statuses into which somebody else has written (faults.md B73): a component that cannot be read back. */
import assert from 'node:assert/strict';
import { syncRestoreSession } from '../../../../hooks/kinds/restoresession/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import { jobsIn } from '../snapshot/steps.ts';
import { badReport, reported } from '../snapshot/world.ts';
import * as the from './world.ts';
import { START } from './world.ts';

const MINUTE = 60_000;

function synced(world: the.World, now: number = START): the.World {
  return the.applied(world, syncRestoreSession(the.requestOf(world), now), now);
}

/** Two components at work, of which the second has lost the place that it is read from. */
function torn(): the.World {
  const world = synced(synced(the.world('StatefulSet')));
  const { components = {}, ...status } = world.session.status ?? {};
  const rest = { ...components['dump-pod-1'], path: '' };
  return {
    ...world,
    session: { ...world.session, status: { ...status, components: { ...components, 'dump-pod-1': rest } } },
  };
}

describe('RestoreSession: a planned component that cannot be read back from status', () => {
  it('drops no Job for it: a restore that is cut leaves half of the files', () => {
    const world = torn();
    assert.deepEqual(jobsIn(world), ['restore', 'restore']);
    const later = synced(synced(world, START + MINUTE), START + 2 * MINUTE);
    assert.deepEqual(
      jobsIn(later).filter((one) => one !== 'diagnose'),
      ['restore', 'restore'],
    );
    assert.equal(later.session.status?.phase, 'Running');
  });

  it('fails once the others have ended, and says what is not known', () => {
    let world = torn();
    const job = world.children.find((one) => one.kind === 'Job' && JSON.stringify(one).includes('"dump-pod-0"'));
    world = synced(
      reported(world, job?.metadata.name ?? '', badReport(10, 'WrongPassword', 'The password does not fit.', false)),
      START + MINUTE,
    );
    const { phase } = world.session.status ?? {};
    assert.equal(phase, 'Failed');
    const ready = conditionOf(world.session.status, 'Ready');
    assert.equal(ready?.reason, 'RecordTorn');
    assert.equal(
      ready.message,
      'status counts 2 components and only 1 can be read back, so what became of the others is not known; create another RestoreSession, and let nobody else write into the status of this one',
    );
  });
});
