import assert from 'node:assert/strict';
import { syncBackupConfiguration } from '../../../../hooks/kinds/backupconfiguration/sync.ts';
import type { BackupConfiguration } from '../../../../hooks/generated/types/backupconfiguration.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { first, namesOf, sessionSaid, type Answer } from './answers.ts';
import * as sample from './fixtures.ts';

const SUCCEEDED = { phase: 'Succeeded', finishedAt: '2026-01-05T01:56:00Z' };
const AT_TWO = Date.parse('2026-01-05T02:00:00Z');

function answer(
  sessions: readonly KubeObject[],
  parent: BackupConfiguration = sample.configuration(),
  now: number = AT_TWO,
): Answer {
  return syncBackupConfiguration(sample.request(parent, [...sample.MADE, ...sessions]), now);
}

function withRecords(metastash: object, spec: object = {}): BackupConfiguration {
  return sample.configuration(spec, { status: { metastash } });
}

const limit = (sessionHistoryLimit: number): object => ({ sessions: [sample.session({ sessionHistoryLimit })] });

describe('the turn', () => {
  it('is offered to the oldest session that waits, and to no other', () => {
    const lease = first(answer([sample.backupSession(1), sample.backupSession(3, { phase: 'Pending' })]), 'Lease');
    assert.equal(lease?.metadata.name, 'turn-sample-backup');
    assert.deepEqual(lease?.['spec'], { holderIdentity: 'session-frequent-3' });
  });

  it('stays with its holder, restated by identity, however many wait', () => {
    const lease = sample.lease('session-frequent-1');
    const held = first(
      answer([lease, sample.backupSession(1, { phase: 'Running' }), sample.backupSession(9)]),
      'Lease',
    );
    assert.deepEqual(held, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'turn-sample-backup', namespace: 'demo' },
    });
  });

  for (const phase of ['Succeeded', 'Failed', 'Skipped']) {
    it(`is taken from a session that is ${phase}, and given to the next one only when the Lease is gone`, () => {
      const lease = sample.lease('session-frequent-9');
      const sessions = [sample.backupSession(9, { phase }), sample.backupSession(1)];
      assert.equal(first(answer([lease, ...sessions]), 'Lease'), undefined);
      assert.deepEqual(first(answer(sessions), 'Lease')?.['spec'], { holderIdentity: 'session-frequent-1' });
    });
  }

  it('is never offered to a copy, nor to a session that is being deleted', () => {
    const copy = sample.backupSession(5, {}, { metadata: { annotations: { 'metastash.dev/uid': 'another' } } });
    const going = sample.backupSession(4, {}, { metadata: { deletionTimestamp: '2026-01-05T01:59:00Z' } });
    assert.equal(first(answer([copy, going]), 'Lease'), undefined);
  });

  it('outlasts a view that does not show the holder, until the absence stood in status for half a minute', () => {
    const lease = sample.lease('session-gone');
    const unseen = answer([lease]);
    assert.notEqual(first(unseen, 'Lease'), undefined);
    assert.deepEqual(unseen.status.metastash?.['turn'], { uid: 'session-gone', missingSince: '2026-01-05T02:00:00Z' });
    const published = withRecords(unseen.status.metastash ?? {});
    assert.notEqual(first(answer([lease], published, AT_TWO + 29_000), 'Lease'), undefined);
    assert.equal(first(answer([lease], published, AT_TWO + 30_000), 'Lease'), undefined);
  });
});

describe('the history of sessions', () => {
  const old = [
    sample.backupSession(15, SUCCEEDED),
    sample.backupSession(10, { phase: 'Failed' }),
    sample.backupSession(5, SUCCEEDED),
  ];

  it('announces what it will remove and still keeps it', () => {
    const told = answer(old);
    assert.deepEqual(told.status.metastash?.['removals'], ['session-frequent-10', 'session-frequent-15']);
    assert.equal(namesOf(told, 'BackupSession').length, 3);
  });

  it('removes what the observed status announced, and nothing else', () => {
    const told = answer(old, withRecords({ removals: ['session-frequent-15', 'session-frequent-5'] }));
    assert.deepEqual(namesOf(told, 'BackupSession'), [
      'sample-backup-frequent-1767577800',
      'sample-backup-frequent-1767578100',
    ]);
  });

  it('names what is gone until others take its place, and nothing that stays', () => {
    const published = withRecords({ removals: ['session-frequent-10', 'session-frequent-5'] });
    const [, , newest] = old;
    assert.deepEqual(answer(newest ? [newest] : [], published).status.metastash?.['removals'], ['session-frequent-10']);
    assert.deepEqual(answer(old, published).status.metastash?.['removals'], [
      'session-frequent-10',
      'session-frequent-15',
    ]);
  });

  it('keeps as many ended sessions as the limit says, and every one that has not ended', () => {
    const running = [sample.backupSession(2, { phase: 'Running' }), sample.backupSession(1)];
    const told = answer([...old, ...running], sample.configuration(limit(2)));
    assert.deepEqual(told.status.metastash?.['removals'], ['session-frequent-15']);
  });

  it('keeps every session whose name left the spec', () => {
    const former = [20, 30].map((minutes) => sample.backupSession(minutes, SUCCEEDED, { spec: { session: 'former' } }));
    const told = answer(
      former,
      withRecords({ removals: ['session-former-20', 'session-former-30'], firstBackups: ['frequent'] }),
    );
    assert.equal(namesOf(told, 'BackupSession').length, 2);
  });
});

describe('a retry', () => {
  const failed = (retryLeft: number, nextRetry: string = '2026-01-05T02:00:00Z'): KubeObject =>
    sample.backupSession(5, { phase: 'Failed', nextRetry }, { spec: { retryLeft } });
  const made = (told: Answer): readonly string[] =>
    namesOf(told, 'BackupSession').filter((name) => name !== 'sample-backup-frequent-1767578100');

  it('is made when the failed session says so, with one retry less, named by that instant', () => {
    const told = answer([failed(2)], sample.configuration({ sessions: [sample.session({ backupTimeout: '1h' })] }));
    assert.deepEqual(made(told), ['sample-backup-frequent-1767578400']);
    const retry = told.children.find((one) => one.metadata.name === 'sample-backup-frequent-1767578400');
    assert.deepEqual(retry?.['spec'], {
      invoker: { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'sample-backup' },
      session: 'frequent',
      retryLeft: 1,
      backupTimeout: '1h',
    });
    assert.equal(retry?.metadata.labels?.['controller-uid'], sample.BC_UID);
  });

  it('is waited for', () => {
    const told = answer([failed(1, '2026-01-05T02:00:40Z')]);
    assert.deepEqual(made(told), []);
    assert.equal(told.resyncAfterSeconds, 41);
  });

  it('is not made without retries left, while paused, or after a later session ran', () => {
    assert.deepEqual(made(answer([failed(0)])), []);
    assert.deepEqual(made(answer([failed(1)], sample.configuration({ paused: true }))), []);
    assert.deepEqual(made(answer([failed(1), sample.backupSession(0, SUCCEEDED, { metadata: { name: 'by-hand' } })])), [
      'by-hand',
    ]);
  });

  it('is made although a later session was skipped', () => {
    const skipped = sample.backupSession(1, { phase: 'Skipped' }, { metadata: { name: 'skipped' } });
    assert.deepEqual(made(answer([failed(1), skipped])), ['skipped', 'sample-backup-frequent-1767578400']);
  });

  it('is recorded once it was seen, and not made again when somebody deletes it', () => {
    const seen = answer([failed(1), sample.backupSession(0)]);
    assert.deepEqual(seen.status.metastash?.['retries'], {
      'sample-backup-frequent-1767578100': 'sample-backup-frequent-1767578400',
    });
    assert.deepEqual(made(answer([failed(1)], withRecords(seen.status.metastash ?? {}))), []);
  });

  it('keeps its failed session out of the history until it is made', () => {
    const newer = sample.backupSession(1, { phase: 'Skipped' });
    assert.equal(answer([failed(1, '2026-01-05T03:00:00Z'), newer]).status.metastash?.['removals'], undefined);
  });
});

describe('the first backup', () => {
  const fresh = (changes: object = {}): Answer =>
    syncBackupConfiguration(
      sample.request(sample.configuration(changes), [
        sample.repository({ status: { snapshotCount: 0 } }),
        sample.cronJob(),
      ]),
      AT_TWO,
    );
  const NAME = 'sample-backup-frequent-1767574800';

  it('is asked for once everything is ready, named by the birth of the configuration', () => {
    const told = fresh();
    assert.deepEqual(namesOf(told, 'BackupSession'), [NAME]);
    assert.equal(
      sessionSaid(told, 'InitialBackupTriggered'),
      `Unknown InitialBackupRequested: BackupSession ${NAME} has been asked for.`,
    );
  });

  it('is triggered when its session is seen, and not a second time when that is gone', () => {
    const seen = answer([sample.backupSession(60)]);
    assert.equal(
      sessionSaid(seen, 'InitialBackupTriggered'),
      `True SuccessfullyTriggeredInitialBackup: BackupSession ${NAME} was made.`,
    );
    const later = answer([], sample.configuration({}, { status: seen.status }));
    assert.deepEqual(namesOf(later, 'BackupSession'), []);
    assert.equal(
      sessionSaid(later, 'InitialBackupTriggered'),
      `True SuccessfullyTriggeredInitialBackup: BackupSession ${NAME} was made.`,
    );
  });

  const withRepository = (changes: Parameters<typeof sample.repository>[0]): Answer =>
    syncBackupConfiguration(
      sample.request(sample.configuration(), [sample.repository(changes), sample.cronJob()]),
      AT_TWO,
    );

  it('is not made over a history that the directory held already', () => {
    const told = withRepository({ status: { snapshotsFound: 4 } });
    assert.deepEqual(namesOf(told, 'BackupSession'), []);
    assert.match(
      sessionSaid(told, 'InitialBackupTriggered') ?? '',
      /^False InitialBackupNotNeeded: The directory of sample-repo holds Snapshots already\./,
    );
  });

  it('is not made over what a kept Repository has saved for an earlier configuration', () => {
    const told = withRepository({
      metadata: { creationTimestamp: '2025-12-01T00:00:00Z' },
      status: { snapshotCount: 7 },
    });
    assert.match(sessionSaid(told, 'InitialBackupTriggered') ?? '', /^False InitialBackupNotNeeded/);
  });

  it('is not decided before the Repository has said what its directory held', () => {
    const told = withRepository({ status: { snapshotsFound: undefined } });
    assert.deepEqual([namesOf(told, 'BackupSession'), sessionSaid(told, 'InitialBackupTriggered')], [[], undefined]);
  });

  it('is left to the schedule where the configuration was paused when it became ready', () => {
    const told = fresh({ paused: true });
    assert.deepEqual(namesOf(told, 'BackupSession'), []);
    assert.match(sessionSaid(told, 'InitialBackupTriggered') ?? '', /^False PausedWhenFirstReady/);
    const unpaused = syncBackupConfiguration(
      sample.request(sample.configuration({}, { status: told.status }), [
        sample.repository({ status: { snapshotCount: 0 } }),
        sample.cronJob(),
      ]),
      AT_TWO,
    );
    assert.deepEqual(namesOf(unpaused, 'BackupSession'), []);
  });

  it('is not made for a session that comes back under a name it had', () => {
    const told = answer([], withRecords({ firstBackups: ['frequent'] }));
    assert.equal(
      sessionSaid(told, 'InitialBackupTriggered'),
      'False InitialBackupNotNeeded: A session of this name was there before.',
    );
  });
});
