/** What comes late is waited for: a backup that can still be made is made, and one that cannot says all the time why. */
import assert from 'node:assert/strict';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { applyAll, QUICKSTART, statusOf, wordsOf } from './virtual-stories.ts';

const MINUTE = 60;
const MESSAGE = 'Secret demo/encrypt-secret is not there';

interface Story {
  readonly cluster: VirtualCluster;
  readonly sessions: () => readonly StoredObject[];
  /** From now on movers find the Secret. */
  readonly applySecret: () => void;
}

/** The quickstart, up to the moment at which its first backups have met the missing Secret. */
function startWithoutSecret(): Story {
  let isThere = false;
  const error = { code: 'SecretNotFound', message: MESSAGE, retryable: true };
  const cluster = startVirtualCluster({
    onCall: () => undefined,
    outcomeOf: ({ task }) => (task === 'backup' && !isThere ? { outcome: 'fails', error } : { outcome: 'succeeds' }),
  });
  const sessions = (): readonly StoredObject[] => cluster.api.list('core.kubestash.com/v1alpha1', 'BackupSession');
  applyAll(cluster, [QUICKSTART]);
  const hasMet = (): boolean => sessions().length > 0 && sessions().every((one) => wordsOf(one).includes(MESSAGE));
  for (let seconds = 0; seconds < 10 * MINUTE && !hasMet(); seconds += 1) cluster.run(1);
  assert.ok(hasMet(), 'the first sessions have not met the missing Secret');
  return { cluster, sessions, applySecret: () => (isThere = true) };
}

describe('a Secret that comes late', () => {
  for (const [name, seconds] of [
    ['by seconds', 5],
    ['by twenty minutes', 20 * MINUTE],
  ] as const) {
    it(`${name} does not cost the first backup`, () => {
      const { cluster, sessions, applySecret } = startWithoutSecret();
      cluster.run(seconds);
      applySecret();
      cluster.run(7 * MINUTE);
      assert.deepEqual([...new Set(sessions().map((one) => statusOf(one).phase))], ['Succeeded']);
      cluster.stop();
    });
  }

  it('is named while it is waited for, and ends the session after half an hour', () => {
    const { cluster, sessions } = startWithoutSecret();
    for (const one of sessions()) {
      assert.match(
        wordsOf(one),
        /: Running \w+: 0 of 1 Snapshots have ended\. Snapshot \S+: attempt 2 begins at 2026-\S+Z; attempt 1 failed: SecretNotFound: Secret demo\/encrypt-secret is not there\.$/,
      );
    }
    cluster.run(50 * MINUTE);
    for (const one of sessions()) assert.match(wordsOf(one), /: Failed .*SecretNotFound: Secret demo\/encrypt-secret/);
    const snapshots = cluster.api.list('storage.kubestash.com/v1alpha1', 'Snapshot');
    assert.ok(snapshots.length >= sessions().length);
    for (const { status } of snapshots) {
      for (const { attempts } of componentsOf(status)) assert.equal(attempts, 10, 'attempts in half an hour');
    }
    cluster.stop();
  });
});

function componentsOf(status: unknown): readonly { readonly attempts: number }[] {
  return Object.values((status as { readonly components: Record<string, { readonly attempts: number }> }).components);
}
