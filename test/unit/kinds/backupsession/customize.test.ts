import assert from 'node:assert/strict';
import { customizeBackupSession } from '../../../../hooks/kinds/backupsession/customize.ts';
import { backupSession, minutesIn } from './objects.ts';

describe('what a BackupSession asks to see', () => {
  it('is its invoker, the turn, siblings and Repositories of the invoker, and its own Snapshots', () => {
    assert.deepEqual(customizeBackupSession({ parent: backupSession() }, minutesIn(0)).relatedResources, [
      {
        apiVersion: 'core.kubestash.com/v1alpha1',
        resource: 'backupconfigurations',
        namespace: 'demo',
        names: ['app'],
      },
      { apiVersion: 'coordination.k8s.io/v1', resource: 'leases', namespace: 'demo', names: ['turn-app'] },
      {
        apiVersion: 'storage.kubestash.com/v1alpha1',
        resource: 'repositories',
        namespace: 'demo',
        labelSelector: { matchLabels: { 'kubestash.com/invoker-name': 'app' } },
      },
      {
        apiVersion: 'core.kubestash.com/v1alpha1',
        resource: 'backupsessions',
        namespace: 'demo',
        labelSelector: { matchLabels: { 'kubestash.com/invoker-name': 'app' } },
      },
      { apiVersion: 'core.kubestash.com/v1alpha1', resource: 'restoresessions', namespace: 'demo' },
      {
        apiVersion: 'storage.kubestash.com/v1alpha1',
        resource: 'snapshots',
        namespace: 'demo',
        labelSelector: { matchLabels: { 'metastash.dev/backup-session': 'app-nightly-1767578400' } },
      },
      { apiVersion: 'core.kubestash.com/v1alpha1', resource: 'hooktemplates' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions' },
      { apiVersion: 'v1', resource: 'namespaces', names: ['demo'] },
    ]);
  });

  it('is nothing once it is finished', () => {
    for (const phase of ['Succeeded', 'Failed', 'Skipped'] as const) {
      assert.deepEqual(
        customizeBackupSession({ parent: backupSession({ status: { phase } }) }, minutesIn(0)).relatedResources,
        [],
      );
    }
  });

  it('names no object rather than all where the invoker is of another kind', () => {
    const parent = backupSession({ spec: { invoker: { kind: 'BackupBatch', name: 'all' } } });
    assert.deepEqual(customizeBackupSession({ parent }, minutesIn(0)).relatedResources[0]?.names, ['']);
  });

  it('is a whole namespace where the invoker has a name that no label can hold', () => {
    const name = 'x'.repeat(64);
    const parent = backupSession({ spec: { invoker: { kind: 'BackupConfiguration', name } } });
    const rules = customizeBackupSession({ parent }, minutesIn(0)).relatedResources;
    assert.equal(rules[2]?.labelSelector, undefined);
    assert.equal(rules[2]?.namespace, 'demo');
  });

  it('names its Snapshots by a label that fits, however long its own name is', () => {
    const parent = backupSession({ meta: { name: 'y'.repeat(100) } });
    const labels =
      customizeBackupSession({ parent }, minutesIn(0)).relatedResources[4]?.labelSelector?.matchLabels ?? {};
    assert.ok(Object.values(labels).every((value) => value.length <= 63));
  });
});
