import assert from 'node:assert/strict';
import { syncRestoreSession } from '../../../../hooks/kinds/restoresession/sync.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import * as the from './world.ts';
import { START } from './world.ts';

const APP = { apiGroup: 'apps', kind: 'Deployment', name: 'library', namespace: 'demo' };

function configuration(name: string, target: object, more: object = {}, meta: object = {}): KubeObject {
  return {
    apiVersion: 'core.kubestash.com/v1alpha1',
    kind: 'BackupConfiguration',
    metadata: { name, namespace: 'demo', uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z', ...meta },
    spec: { target, sessions: [], ...more },
  };
}

function synced(world: the.World): the.World {
  return the.applied(world, syncRestoreSession(the.requestOf(world), START), START);
}

function pausedIn({ session }: the.World): readonly string[] | undefined {
  return session.status?.pausedBackups?.map(({ name }) => name);
}

describe('RestoreSession: backups that it pauses', () => {
  const cases: readonly { readonly it: string; readonly has: readonly KubeObject[]; readonly paused?: string[] }[] = [
    {
      it: 'lists every BackupConfiguration of its target, by name',
      has: [configuration('weekly', APP), configuration('daily', APP)],
      paused: ['daily', 'weekly'],
    },
    {
      it: 'knows the target without its group',
      has: [configuration('daily', { ...APP, apiGroup: undefined })],
      paused: ['daily'],
    },
    { it: 'leaves other names alone', has: [configuration('other', { ...APP, name: 'librarian' })] },
    { it: 'leaves other kinds alone', has: [configuration('other', { ...APP, kind: 'StatefulSet' })] },
    { it: 'does not list what its user has paused', has: [configuration('daily', APP, { paused: true })] },
    {
      it: 'does not list what is going',
      has: [configuration('daily', APP, {}, { deletionTimestamp: '2026-01-05T02:00:00Z' })],
    },
  ];
  for (const { it: name, has, paused } of cases) {
    it(name, () => assert.deepEqual(pausedIn(synced(the.having(the.world(), ...has))), paused));
  }

  it('lists one that comes while it runs, and keeps the list of one that is gone', () => {
    const first = synced(the.having(the.world(), configuration('daily', APP)));
    const later = synced(the.having(the.without(first, 'BackupConfiguration'), configuration('weekly', APP)));
    assert.deepEqual(pausedIn(later), ['daily', 'weekly']);
  });

  it('lists nothing while it has not begun', () => {
    const waiting = the.having(the.without(the.world(), 'Snapshot'), configuration('daily', APP));
    assert.equal(pausedIn(synced(waiting)), undefined);
  });

  it('does not begin while a Snapshot of the target is still to be made', () => {
    for (const phase of ['Pending', 'Running', undefined]) {
      const overlay = { status: { phase }, metadata: { labels: { 'kubestash.com/app-ref-name': 'library' } } };
      const busy = the.having(the.world(), the.goodSnapshot('tuesday', 'Deployment', 3540, overlay));
      const { status } = syncRestoreSession(the.requestOf(busy), START);
      assert.equal(status.totalComponents, undefined, String(phase));
    }
  });

  it('does not wait for ever for a Snapshot that nobody makes', () => {
    const overlay = { status: { phase: 'Pending' }, metadata: { labels: { 'kubestash.com/app-ref-name': 'library' } } };
    const byHand = the.goodSnapshot('by-hand', 'Deployment', 3600, overlay);
    const request = the.requestOf(the.having(the.world(), byHand));
    const begins = (minutes: number): boolean =>
      syncRestoreSession(request, START + minutes * 60_000).status.totalComponents !== undefined;
    assert.deepEqual([begins(29), begins(30)], [false, true]);
  });
});
