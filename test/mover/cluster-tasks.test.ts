/** trigger, locate and diagnose: the tasks that only talk to Kubernetes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosisOf } from '../../mover/tasks/diagnose.ts';
import { World } from './world.ts';

const pod = (name: string, node: string, more: object = {}): { metadata: { name: string } } =>
  ({
    metadata: { name, labels: { app: 'web' } } as { name: string },
    spec: { nodeName: node },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    ...more,
  }) as never;

describe('mover in the cluster', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());
  const sessions = (): readonly string[] => readdirSync(join(world.files, 'backupsessions.core.kubestash.com/demo'));
  const manifest = {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupSession',
    metadata: { namespace: 'demo', labels: { a: 'b' } },
    spec: {},
  };
  const trigger = () => world.run(['trigger'], { invoker: 'app', session: 'daily', manifest });

  it('names a BackupSession after the tick in the Job’s name, so that a second Pod makes no second session', async () => {
    for (const suffix of ['abcde', 'fghij']) {
      world.env = { POD_NAME: `trigger-app-daily-29400000-${suffix}` };
      assert.equal((await trigger()).code, 0);
    }
    assert.deepEqual(sessions(), ['app-daily-1764000000.json']);
    const made = JSON.parse(
      readFileSync(join(world.files, 'backupsessions.core.kubestash.com/demo', sessions()[0] ?? ''), 'utf8'),
    ) as object;
    assert.deepEqual(made, { ...manifest, metadata: { ...manifest.metadata, name: 'app-daily-1764000000' } });
  });

  it('names it after the uid of a Job that a user made from the CronJob', async () => {
    world.env = { POD_NAME: 'by-hand-xyz12', JOB_NAME: 'by-hand', JOB_UID: '6f2c41d7-0000-4000-8000-000000000001' };
    assert.equal((await trigger()).code, 0);
    assert.equal((await trigger()).code, 0);
    assert.equal(sessions().length, 1);
    assert.match(sessions()[0] ?? '', /^app-daily-[0-9a-f]{8}\.json$/);
  });

  it('takes the tick from the name of the Job where the Pod lost its end', async () => {
    world.env = { POD_NAME: 'trigger-a-very-long-name-294-abcde', JOB_NAME: 'trigger-a-very-long-name-29400000' };
    assert.equal((await trigger()).code, 0);
    assert.deepEqual(sessions(), ['app-daily-1764000000.json']);
  });

  it('creates nothing when it cannot know the tick', async () => {
    world.env = { POD_NAME: 'nothing-known' };
    const ran = await trigger();
    assert.equal(ran.code, 1);
    assert.match(ran.log, /TickUnknown/);
    assert.throws(sessions);
  });

  it('finds the nodes of a DaemonSet by its ready Pods', async () => {
    for (const one of [
      pod('b', 'node-2'),
      pod('a', 'node-1'),
      pod('c', 'node-3', { status: { phase: 'Succeeded' } }),
      pod('d', 'node-4', { status: { phase: 'Running' } }),
    ]) {
      world.object('pods', 'demo', one);
    }
    const ran = await world.run(['locate'], {
      namespace: 'demo',
      target: { apiGroup: 'apps', kind: 'DaemonSet', name: 'web' },
      selector: { app: 'web' },
    });
    assert.deepEqual(ran.status.result?.located?.components, [
      { component: 'dump-node-1', node: 'node-1', pod: 'a' },
      { component: 'dump-node-2', node: 'node-2', pod: 'b' },
    ]);
  });

  it('finds where a claim is in use, and says nothing of a node where it is not', async () => {
    const target = { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'data' };
    const idle = await world.run(['locate'], { namespace: 'demo', target });
    assert.deepEqual(idle.status.result?.located?.components, [{ component: 'dump', claims: ['data'] }]);
    world.object(
      'pods',
      'demo',
      pod('user', 'node-7', {
        spec: { nodeName: 'node-7', volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] },
      }),
    );
    const used = await world.run(['locate'], { namespace: 'demo', target });
    assert.deepEqual(used.status.result?.located?.components, [
      { component: 'dump', claims: ['data'], node: 'node-7', pod: 'user' },
    ]);
  });

  it('finds the ordinals of a StatefulSet without replicas by its claims', async () => {
    for (const name of ['data-web-0', 'data-web-10', 'data-web-2', 'logs-web-0', 'data-web-x', 'data-webshop-0']) {
      world.object('persistentvolumeclaims', 'demo', { metadata: { name } });
    }
    const ran = await world.run(['locate'], {
      namespace: 'demo',
      target: { apiGroup: 'apps', kind: 'StatefulSet', name: 'web' },
      claimPrefixes: ['data-web-', 'logs-web-'],
    });
    assert.deepEqual(ran.status.result?.located?.components, [
      { component: 'dump-pod-0', claims: ['data-web-0', 'logs-web-0'] },
      { component: 'dump-pod-2', claims: ['data-web-2'] },
      { component: 'dump-pod-10', claims: ['data-web-10'] },
    ]);
  });

  it('diagnoses the Pod of another Job from what the API server holds', async () => {
    world.object(
      'pods',
      'demo',
      pod('backup-1-abcde', '', {
        metadata: { name: 'backup-1-abcde', labels: { 'batch.kubernetes.io/job-name': 'backup-1' } },
        status: {
          phase: 'Pending',
          conditions: [
            { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
          ],
        },
      }),
    );
    const ran = await world.run(['diagnose'], { namespace: 'demo', jobName: 'backup-1' });
    assert.deepEqual(ran.status.result?.diagnosis, {
      reason: 'Unschedulable',
      message: '0/3 nodes are available',
      pod: 'backup-1-abcde',
    });
  });
});

const status = (state: object, more: object = {}): Record<string, unknown> => ({
  metadata: { name: 'p' },
  status: { phase: 'Pending', containerStatuses: [{ state }], ...more },
});
const warning = (reason: string, message: string): Record<string, unknown> => ({
  type: 'Warning',
  reason,
  message,
  lastTimestamp: '2026-01-01T00:00:00Z',
});

describe('diagnosis', () => {
  const cases: readonly {
    readonly of: string;
    readonly pods: readonly Record<string, unknown>[];
    readonly events?: readonly Record<string, unknown>[];
    readonly reason: string;
    readonly says: RegExp;
  }[] = [
    {
      of: 'an image that cannot be pulled',
      pods: [status({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } })],
      reason: 'ImagePullBackOff',
      says: /pulling image/,
    },
    {
      of: 'a container out of memory',
      pods: [status({ terminated: { reason: 'OOMKilled', exitCode: 137 } })],
      reason: 'OOMKilled',
      says: /exit code 137/,
    },
    {
      of: 'an evicted Pod',
      pods: [
        status({}, { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' }),
      ],
      reason: 'Evicted',
      says: /ephemeral-storage/,
    },
    {
      of: 'a mover that died with words',
      pods: [status({ terminated: { reason: 'Error', exitCode: 1, message: 'TaskInvalid' } })],
      reason: 'Error',
      says: /exit code 1: TaskInvalid/,
    },
    {
      of: 'a volume that is used on another node (B62)',
      pods: [status({ waiting: { reason: 'ContainerCreating' } })],
      events: [warning('FailedAttachVolume', 'Multi-Attach error')],
      reason: 'FailedAttachVolume',
      says: /Multi-Attach/,
    },
    {
      of: 'a quota',
      pods: [],
      events: [warning('FailedCreate', 'pods "x" is forbidden: exceeded quota: q')],
      reason: 'QuotaExceeded',
      says: /exceeded quota/,
    },
    {
      of: 'a Pod in a cluster without DNS, which the kubelet warns of each time',
      pods: [status({ waiting: { reason: 'ContainerCreating' } })],
      events: [warning('MissingClusterDNS', 'kubelet does not have ClusterDNS IP configured')],
      reason: 'PodPending',
      says: /neither its status nor an event says why/,
    },
    {
      of: 'a mover that runs after it was warned of',
      pods: [status({ running: { startedAt: '2026-01-01T00:01:00Z' } }, { phase: 'Running' })],
      events: [warning('FailedMount', 'timed out waiting for the condition')],
      reason: 'PodRunning',
      says: /neither its status nor an event says why/,
    },
    { of: 'a Pod that is gone', pods: [], reason: 'PodMissing', says: /Job j has no Pod/ },
    {
      of: 'a Pod that says nothing',
      pods: [{ metadata: { name: 'p', namespace: 'demo' }, status: { phase: 'Running' } }],
      reason: 'PodRunning',
      says: /^The Pod is Running, and neither its status nor an event says why it did not report: kubectl describe pod -n demo p$/,
    },
    {
      of: 'junk',
      pods: [{ metadata: 7, status: { containerStatuses: [null, 3], conditions: 'x' } }],
      reason: 'PodUnknown',
      says: /neither its status nor an event says why/,
    },
  ];
  for (const { of, pods, events = [], reason, says } of cases) {
    it(`of ${of} is ${reason}`, () => {
      const found = diagnosisOf('j', pods, events);
      assert.equal(found.reason, reason);
      assert.match(found.message, says);
    });
  }
});
