import assert from 'node:assert/strict';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import type { Snapshot } from '../../../../hooks/generated/types/snapshot.ts';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import type { ObjectMap } from '../../../../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { KIND } from '../../../../hooks/kube/references.ts';
import type { Answer } from './answers.ts';
import {
  condition,
  CREATED,
  INITIALIZED,
  minutesIn,
  repository,
  reported,
  requestOf,
  snapshot,
  stored,
  SURROUNDINGS,
  timeIn,
} from './objects.ts';

const CONFIGURATION: KubeObject = {
  apiVersion: 'core.kubestash.com/v1alpha1',
  kind: 'BackupConfiguration',
  metadata: { name: 'app', namespace: 'demo', uid: 'configuration-uid', creationTimestamp: CREATED },
  spec: {
    backends: [{ name: 'main', storageRef: { name: 'storage' }, retentionPolicy: { name: 'one' } }],
    sessions: [{ name: 'nightly', repositories: [{ name: 'local', backend: 'main' }] }],
  },
};

const POLICY: KubeObject = {
  apiVersion: 'storage.kubestash.com/v1alpha1',
  kind: 'RetentionPolicy',
  metadata: { name: 'one', namespace: 'demo', uid: 'policy-uid', creationTimestamp: CREATED },
  spec: { successfulSnapshots: { last: 1 } },
};

function good(name: string, minute: number, annotations: Record<string, string> = {}): Snapshot {
  const summary = { id: name.repeat(64), hostPath: '/data' };
  return snapshot(
    name,
    {
      phase: 'Succeeded',
      snapshotTime: timeIn(minute),
      components: { dump: { phase: 'Succeeded', path: 'repository/v1/nightly/dump', resticStats: [{ summary }] } },
      conditions: [condition('SnapshotMetadataUploaded', 'True', 'Uploaded', 'It is stored.')],
    },
    { annotations },
  );
}

const SNAPSHOTS = [good('a', 6), good('b', 7)];

/** One sync at `minute`; `policies` is undefined where the host did not send their group. */
function answer(
  status: RepositoryStatus,
  minute: number,
  { policies, children = [] }: { policies?: readonly KubeObject[]; children?: readonly KubeObject[] },
): Answer {
  const request = requestOf(repository({ status }), [...SURROUNDINGS, CONFIGURATION], children);
  const shown = policies && Object.fromEntries(policies.map((one) => [`demo/${one.metadata.name}`, one]));
  const related: ObjectMap = {
    ...request.related,
    [KIND.restoreSession]: {},
    ...(shown === undefined ? {} : { [KIND.retentionPolicy]: shown }),
  };
  return syncRepository({ ...request, related }, minutesIn(minute));
}

function forgetChild({ children }: Answer, kind: string): DesiredObject | undefined {
  return children.find((one) => one.kind === kind && one.metadata.name.startsWith('forget-'));
}

function recordOf({ status }: Answer): unknown {
  return status.metastash?.['forget'];
}

/** The plan was published, its notice is over, the batch was published, and its Job was asked for at minute 14. */
function asked(): { readonly status: RepositoryStatus; readonly job: KubeObject; readonly report: DesiredObject } {
  const view = { policies: [POLICY], children: SNAPSHOTS };
  const planned = answer(INITIALIZED, 10, view);
  assert.deepEqual(
    planned.status.retentionPlan?.map((one) => one.snapshot),
    ['a'],
  );
  const listed = answer(planned.status, 13, view);
  assert.ok(recordOf(listed));
  assert.equal(forgetChild(listed, 'Job'), undefined, 'no Job before its record is observed');
  const made = answer(listed.status, 14, view);
  const [job, report] = [forgetChild(made, 'Job'), forgetChild(made, 'TaskReport')];
  assert.ok(job && report);
  return { status: made.status, job: stored(job, 'job-uid', timeIn(14)), report };
}

describe('a forget whose Job was asked for', () => {
  for (const [why, view] of [
    ['the policies are not shown', { children: SNAPSHOTS }],
    ['the policy is not shown', { policies: [], children: SNAPSHOTS }],
    [
      'the Snapshot is pinned meanwhile',
      { policies: [POLICY], children: [good('a', 6, { 'metastash.dev/pin': 'audit' }), good('b', 7)] },
    ],
  ] as const) {
    it(`keeps record and report while its Job may be on its way, also when ${why}`, () => {
      const { status, report } = asked();
      const after = answer(status, 15, { ...view, children: [...view.children, stored(report)] });
      assert.deepEqual(recordOf(after), status.metastash?.['forget']);
      assert.equal(forgetChild(after, 'TaskReport')?.metadata.name, report.metadata.name);
      assert.equal(forgetChild(after, 'Job'), undefined, 'nothing new is made');
    });

    it(`takes note of what its Job has removed, also when ${why}`, () => {
      const { status, job, report } = asked();
      const end = reported(report, { result: { forgotten: { snapshots: ['a-uid'], removed: 1 } } }, timeIn(16));
      const finished = { ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
      const seen = answer(status, 15, { ...view, children: [...view.children, stored(report)] });
      const after = answer(seen.status, 16, { ...view, children: [...view.children, finished, end] });
      assert.deepEqual(
        after.status.forgotten?.map((one) => one.snapshot),
        ['a'],
      );
    });

    it(`takes note of it where the Job was not seen for a while, also when ${why}`, () => {
      const { status, job, report } = asked();
      const unseen = answer(status, 15, view);
      const end = reported(report, { result: { forgotten: { snapshots: ['a-uid'], removed: 1 } } }, timeIn(16));
      const finished = { ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
      const after = answer(unseen.status, 16, { ...view, children: [...view.children, finished, end] });
      assert.deepEqual(
        after.status.forgotten?.map((one) => one.snapshot),
        ['a'],
      );
    });

    it(`takes note of what a failed attempt has removed, also when ${why}`, () => {
      const { status, job, report } = asked();
      const seen = answer(status, 15, { ...view, children: [...view.children, stored(report)] });
      const error = { code: 'StorageUnreachable', message: 'the backend does not answer.', retryable: true };
      const end = reported(report, { error }, timeIn(16));
      const told = { ...(end.status as object), result: { forgotten: { snapshots: ['a-uid'], removed: 1 } } };
      const failed = { ...job, status: { conditions: [{ type: 'Failed', status: 'True' }] } };
      const after = answer(seen.status, 16, {
        ...view,
        children: [...view.children, failed, { ...end, status: told }],
      });
      assert.deepEqual(
        after.status.forgotten?.map((one) => one.snapshot),
        ['a'],
      );
      assert.equal(after.status.metastash?.['forgottenSincePrune'], 1);
    });

    it(`is given up where no Job has come for minutes and nothing is left to do, since ${why}`, () => {
      const { status } = asked();
      const unseen = answer(status, 15, view);
      assert.ok(recordOf(unseen));
      assert.equal(forgetChild(unseen, 'Job'), undefined);
      const after = answer(unseen.status, 17, view);
      assert.equal(recordOf(after), undefined);
      assert.equal(forgetChild(after, 'Job'), undefined);
    });
  }
});
