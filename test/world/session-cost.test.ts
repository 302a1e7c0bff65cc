/** What one session costs the cluster: each write has a reason, and each wakes hooks. More of either needs a reason, too. */
import assert from 'node:assert/strict';
import { startVirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { backupConfiguration, backupSession, claim } from '../e2e/scenario.ts';
import { folderStorage, namespaceNamed, places, type Scenario } from '../e2e/scenario.ts';
import { idleDeployment } from '../e2e/workloads.ts';
import { statusOf } from './virtual-stories.ts';

const namespace = 'small';
const CORE = 'core.kubestash.com/v1alpha1';

/** Metacontroller's writes for a session of one Deployment and one Repository, the end of the one before included. */
const WRITES = {
  // finalizer, labels of `claims` (once more after a conflict), its controller; the one before lets go of its finalizer
  'update BackupSession': 5,
  // waits, lists, runs, ended
  'updateStatus BackupSession': 4,
  'delete BackupSession': 1,
  'create Lease': 1,
  'delete Lease': 1,
  // ended, which also announces that the one before goes
  'updateStatus BackupConfiguration': 1,
  // ended
  'updateStatus Repository': 1,
  'create Snapshot': 1,
  // uid stamp, finalizer
  'update Snapshot': 2,
  // component listed, its mover runs, ended
  'updateStatus Snapshot': 3,
  'create Job': 1,
  'create TaskReport': 1,
} as const;

/** Of all hooks together; most are woken by those writes. */
const CALLS_LIMIT = 80;

/** Of all those calls, without what a real API server adds to objects (managedFields double it). */
const REQUEST_BYTES_LIMIT = 1_850_000;

describe('the cost of a session', () => {
  it('is what is listed here', () => {
    const cluster = startVirtualCluster({ outcomeOf: () => ({ outcome: 'succeeds' }) });
    const put = (object: object): void => void apply(cluster.api, object as Manifest);
    const target = { apiGroup: 'apps', kind: 'Deployment', name: 'app' };
    const scenario: Scenario = { namespace, target, storage: folderStorage('/backups'), addon: 'workload-addon' };
    const objects = [namespaceNamed(namespace), ...places(scenario), claim(namespace, 'data')];
    for (const one of [...objects, idleDeployment(namespace, 'app'), backupConfiguration(scenario)]) put(one);
    cluster.run(600);
    cluster.writes.length = cluster.calls.length = 0;

    put(backupSession(namespace, 'measured'));
    cluster.run(20);
    const session = cluster.api.list(CORE, 'BackupSession').find((one) => one.metadata.name === 'measured');
    assert.equal(statusOf(session).phase, 'Succeeded');
    const counts: Record<string, number> = {};
    for (const { verb, kind } of cluster.writes) counts[`${verb} ${kind}`] = (counts[`${verb} ${kind}`] ?? 0) + 1;
    assert.deepEqual(counts, WRITES);
    assert.ok(cluster.calls.length <= CALLS_LIMIT, `${cluster.calls.length} hook calls`);
    const bytes = cluster.calls.reduce((sum, { body }) => sum + body.length, 0);
    assert.ok(bytes <= REQUEST_BYTES_LIMIT, `${bytes} bytes of requests`);
    cluster.stop();
  });
});
