/** A DaemonSet's own folders, a component per node. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { differencesOf, fingerprintOf } from '../../sandbox/demo/fingerprint.ts';
import { apply, get, list, reaches } from './kubectl.ts';
import { backedUpOnce, folderStorage, restoreSession, type Scenario } from './scenario.ts';
import { installation } from './setup.ts';
import { destroy, filled } from './volumes.ts';
import { agentDaemonSet } from './workloads.ts';

describe('a DaemonSet', () => {
  it('is saved node by node, and brought back in place', async () => {
    const namespace = 'everywhere';
    const path = join(installation().folder, 'volumes', namespace);
    mkdirSync(path, { recursive: true });
    const written = filled(path, 4, 15);
    const storage = folderStorage(join(installation().folder, `backups-${namespace}`));
    const target = { apiGroup: 'apps', kind: 'DaemonSet', name: 'agent' };
    const scenario: Scenario = { namespace, target, storage, addon: 'workload-addon' };
    await backedUpOnce(scenario, agentDaemonSet(namespace, path));
    const [node] = list('nodes');
    const [snapshot] = list('snapshots.storage.kubestash.com', namespace);
    assert.deepEqual(Object.keys((snapshot?.status?.['components'] ?? {}) as object), [`dump-${node?.metadata.name}`]);
    destroy(path);
    apply([restoreSession(scenario, 'in-place')]);
    await reaches('restoresession', { namespace, name: 'in-place' }, 'Succeeded', 90);
    assert.deepEqual(differencesOf(written, fingerprintOf(path)), []);
    assert.equal(get('daemonset', namespace, 'agent')?.status?.['numberReady'], 1, 'the workload was left alone');
  });
});
