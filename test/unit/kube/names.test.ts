import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  backupSessionName,
  joinedName,
  shortHash,
  snapshotName,
  triggerName,
  uniqueName,
} from '../../../hooks/kube/names.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,80}[a-z0-9])?$/);
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

describe('names of objects we make', () => {
  it('join parts as KubeStash does', () => {
    assert.equal(joinedName('a', '', 'b'), 'a-b');
    assert.equal(joinedName('a'.repeat(40), 'b'.repeat(40)), `${'a'.repeat(32)}${'b'.repeat(31)}`);
  });

  it('of Snapshots keep the seconds of their session', () => {
    assert.equal(
      snapshotName('gcs-demo-repo', 'sample-backup-sts-demo-session-1702543201'),
      'gcs-demo-repo-sample-backup-sts-demo-session-1702543201',
    );
    assert.equal(snapshotName('repo', 'by-hand'), 'repo-by-hand');
    assert.equal(backupSessionName('bc', 'nightly', 1_700_000_000), 'bc-nightly-1700000000');
  });

  it('of CronJobs fit into 52 characters and are plain only where they can be split one way', () => {
    assert.equal(triggerName('app', 'nightly'), 'trigger-app-nightly');
    assert.notEqual(triggerName('a-b', 'c'), triggerName('a', 'b-c'));
    fc.assert(fc.property(label, label, (bc, session) => triggerName(bc, session).length <= 52));
  });

  it('stay within the limit of a DNS label and keep its form', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (parts) => {
        const joined = joinedName(...parts);
        assert.ok(joined.length <= 63 && DNS_LABEL.test(joined), joined);
        const unique = uniqueName(parts, 'seed');
        assert.ok(unique.length <= 63 && DNS_LABEL.test(unique), unique);
      }),
    );
  });

  it('that must be unique differ when their seeds or parts do, also after they were cut', () => {
    const long = 'x'.repeat(80);
    assert.notEqual(uniqueName([long, 'a'], 's'), uniqueName([long, 'b'], 's'));
    assert.notEqual(uniqueName(['a'], 's'), uniqueName(['a'], 't'));
  });

  it('take any text as parts', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[a-z0-9-]{1,63}$/.test(uniqueName([text], 's'))));
    assert.match(shortHash('é'), /^[0-9a-f]{8}$/);
  });
});
