import assert from 'node:assert/strict';
import type { StoredSnapshot, StoredSnapshots } from '../../../../hooks/domain/report.ts';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { answerAt, namesOf, newTask, type Answer, type NewTask } from './answers.ts';
import { INITIALIZED, reported, snapshot, stored, timeIn, type RepositoryParts } from './objects.ts';

const ID = 'cb64ffb35297f15cd93cfedc280b7e10267aaef283626fa564a32f69468a6bc2';
const FOUND: RepositoryStatus = { ...INITIALIZED, snapshotsFound: 2 };
const ASKED = { 'metastash.dev/sync-requested-at': 'now' };

function said({ status }: Answer): string {
  const synced = conditionOf(status, 'SnapshotsSynced');
  return synced === undefined ? 'nothing' : `${synced.status} ${synced.reason}: ${synced.message}`;
}

function task(answer: Answer): NewTask & { readonly after: unknown } {
  const made = newTask(answer);
  assert.equal(made.order['task'], 'sync');
  return { ...made, after: made.order['after'] };
}

function entry(name: string, more: Partial<StoredSnapshot> = {}): StoredSnapshot {
  const resticStats = [{ summary: { id: ID, hostPath: '/srv' } }];
  const dump = { phase: 'Succeeded', driver: 'Restic', path: 'repository/v1/nightly/dump', resticStats };
  return {
    name,
    labels: { 'kubestash.com/invoker-name': 'app' },
    spec: { session: 'nightly', backupSession: 'app-nightly-1', version: 'v1', type: 'FullBackup', snapshotID: '01' },
    status: { phase: 'Succeeded', snapshotTime: '2025-12-01T00:00:00Z', components: { dump } },
    ...more,
  };
}

/** The answer after the page of the Job in `before` was reported. */
function afterPage(before: Answer, page: StoredSnapshots, there: readonly KubeObject[] = [], minute = 11): Answer {
  const { job, report } = task(before);
  const ended = [stored(job), reported(report, { result: { stored: page } })];
  return answerAt(minute, { status: before.status }, [...ended, ...there]);
}

function imported(child: DesiredObject, isSaid = true): KubeObject {
  return { ...stored(child), ...(isSaid ? { status: { phase: 'Succeeded' } } : {}) };
}

function snapshotsIn({ children }: Answer): readonly DesiredObject[] {
  return children.filter((one) => one.kind === 'Snapshot' && one['spec'] !== undefined);
}

describe('reading Snapshots from the storage', () => {
  it('begins where the directory held some, and where it is asked for', () => {
    assert.deepEqual(namesOf(answerAt(10, { status: INITIALIZED }), 'Job'), []);
    assert.equal(said(answerAt(10, { status: INITIALIZED })), 'nothing');
    const born = answerAt(10, { status: FOUND });
    assert.equal(
      said(born),
      'False SnapshotsAreBeingRead: The Snapshots that the directory holds are being read from the storage.',
    );
    assert.equal(task(born).after, undefined);
    assert.match(
      task(answerAt(10, { status: INITIALIZED, meta: { annotations: ASKED } })).job.metadata.name,
      /^sync-local-/,
    );
  });

  const quiet: readonly { readonly when: string; readonly parts: RepositoryParts }[] = [
    { when: 'it was read at birth', parts: { status: { ...FOUND, lastSyncTime: '2026-01-05T02:01:00Z' } } },
    {
      when: 'the request was carried out',
      parts: { status: { ...INITIALIZED, lastSyncRequest: 'now' }, meta: { annotations: ASKED } },
    },
    { when: 'the Repository is paused', parts: { status: FOUND, spec: { paused: true } } },
    {
      when: 'the directory is not prepared yet',
      parts: { status: { phase: 'NotReady' }, meta: { annotations: ASKED } },
    },
  ];
  for (const { when, parts } of quiet) {
    it(`makes no Job when ${when}`, () => {
      const jobs = namesOf(answerAt(10, parts), 'Job').filter((name) => name.startsWith('sync-'));
      assert.deepEqual(jobs, []);
    });
  }

  it('makes the Snapshots of a page, waits until each has said its phase, and says so', () => {
    const first = answerAt(10, { status: FOUND });
    const page = { snapshots: [entry('a'), entry('b')], total: 2 };
    const making = afterPage(first, page);
    assert.deepEqual(
      snapshotsIn(making).map(({ metadata }) => metadata.name),
      ['a', 'b'],
    );
    const [a] = snapshotsIn(making);
    assert.deepEqual(a?.['spec'], {
      snapshotID: '01',
      type: 'FullBackup',
      session: 'nightly',
      backupSession: 'app-nightly-1',
      version: 'v1',
      repository: 'local',
      appRef: { apiGroup: 'apps', kind: 'StatefulSet', name: 'app', namespace: 'demo' },
      deletionPolicy: 'Delete',
    });
    assert.deepEqual(JSON.parse(a?.metadata.annotations?.['metastash.dev/imported'] ?? ''), entry('a').status);
    assert.match(said(making), /^False SnapshotsAreBeingRead/);
    const [one, two] = snapshotsIn(making) as [DesiredObject, DesiredObject];
    const { job, report } = task(first);
    const ended = [stored(job), reported(report, { result: { stored: page } })];
    const silent = answerAt(11, { status: making.status }, [...ended, imported(one), imported(two, false)]);
    assert.match(said(silent), /^False SnapshotsAreBeingRead/);
    const done = answerAt(11, { status: silent.status }, [...ended, imported(one), imported(two)]);
    assert.equal(said(done), 'True SnapshotsRead: 2 of 2 Snapshots that the directory held are here.');
    assert.equal(done.status.lastSyncTime, '2026-01-05T02:11:00Z');
    assert.equal(done.status.metastash, undefined);
    const later = answerAt(300, { status: done.status }, [imported(one)]);
    assert.equal(said(later), said(done));
    assert.deepEqual(snapshotsIn(later), [], 'a deleted one does not come back by itself');
  });

  it('goes on behind the page', () => {
    const first = answerAt(10, { status: FOUND });
    const [a] = snapshotsIn(afterPage(first, { snapshots: [entry('a')], total: 2, next: 'a.yaml' }));
    assert.ok(a);
    const there = [imported(a)];
    const turned = afterPage(first, { snapshots: [entry('a')], total: 2, next: 'a.yaml' }, there);
    const second = answerAt(11, { status: turned.status }, there);
    assert.equal(task(second).after, 'a.yaml');
    assert.notEqual(task(second).job.metadata.name, task(first).job.metadata.name);
    const done = afterPage(second, { snapshots: [], total: 2 }, there);
    assert.equal(said(done), 'True SnapshotsRead: 1 of 2 Snapshots that the directory held are here.');
  });

  it('leaves objects that are there alone, and remembers which request it carried out', () => {
    const first = answerAt(10, { status: INITIALIZED, meta: { annotations: ASKED } });
    const { job, report } = task(first);
    const own = snapshot('own', { phase: 'Running' });
    const ended = [stored(job), reported(report, { result: { stored: { snapshots: [entry('own')], total: 1 } } })];
    const done = answerAt(11, { status: first.status, meta: { annotations: ASKED } }, [...ended, own]);
    assert.deepEqual(snapshotsIn(done), []);
    assert.match(said(done), /^True SnapshotsRead: 1 of 1/);
    assert.equal(done.status.lastSyncRequest, 'now');
  });

  it('does not make what retention has removed', () => {
    const first = answerAt(10, { status: { ...FOUND, forgotten: [{ snapshot: 'a', uid: 'a-uid' }] } });
    const page = { snapshots: [entry('a')], total: 1 };
    const { job, report } = task(first);
    const status = { ...first.status, forgotten: [{ snapshot: 'a', uid: 'a-uid' }] };
    const ended = [stored(job), reported(report, { result: { stored: page } })];
    assert.deepEqual(snapshotsIn(answerAt(11, { status }, ended)), []);
  });

  it('names what cannot be an object here and does not wait for ever for names that are taken', () => {
    const first = answerAt(10, { status: FOUND });
    const page = {
      snapshots: [entry('Bad Name'), entry('taken')],
      unreadable: { count: 1, names: ['c.yaml is not YAML'] },
      total: 3,
    };
    const waiting = afterPage(first, page);
    assert.deepEqual(
      snapshotsIn(waiting).map(({ metadata }) => metadata.name),
      ['taken'],
    );
    const { job, report } = task(first);
    const ended = [stored(job), reported(report, { result: { stored: page } })];
    const done = answerAt(13, { status: waiting.status }, ended);
    assert.equal(
      said(done),
      'True SnapshotsRead: 0 of 3 Snapshots that the directory held are here. 3 could not be: c.yaml is not YAML; ' +
        '"Bad Name" is no name; taken cannot be made, its name may be taken.',
    );
    assert.deepEqual(snapshotsIn(done), []);
  });

  it('says why it fails and tries again', () => {
    const first = answerAt(10, { status: FOUND });
    const { job, report } = task(first);
    const error = { code: 'StorageUnreachable', message: 'the bucket does not answer', retryable: true };
    const failed = answerAt(11, { status: first.status }, [stored(job), reported(report, { error })]);
    assert.equal(
      said(failed),
      'False StorageUnreachable: the bucket does not answer. It is tried again within five minutes.',
    );
    const again = answerAt(12, { status: failed.status }, [stored(job), reported(report, { error })]);
    assert.notEqual(task(again).job.metadata.name, job.metadata.name);
    assert.equal(said(again), said(failed));
    const { job: second, report: silent } = task(again);
    const running = answerAt(13, { status: again.status }, [stored(second, 'second', timeIn(12)), stored(silent)]);
    assert.ok(namesOf(running, 'Job').includes(second.metadata.name), 'the second attempt is left to run');
    assert.equal((running.status.metastash?.['sync'] as { failedAt?: string }).failedAt, undefined);
  });

  it('does not take a report without a page for an empty directory', () => {
    const first = answerAt(10, { status: FOUND });
    const { job, report } = task(first);
    const answer = answerAt(11, { status: first.status }, [stored(job), reported(report, { result: {} })]);
    assert.match(said(answer), /^False NoResult: the mover succeeded without saying what the directory holds/);
  });

  it('never carries over a wish to wipe data, nor fields that the API server would refuse', () => {
    const first = answerAt(10, { status: FOUND });
    const spec = { deletionPolicy: 'WipeOut', session: 'x'.repeat(300), type: 7, appRef: { name: 'app', kind: 3 } };
    const [made] = snapshotsIn(afterPage(first, { snapshots: [entry('a', { spec })], total: 1 }));
    assert.deepEqual(made?.['spec'], { repository: 'local', appRef: { name: 'app' }, deletionPolicy: 'Delete' });
  });
});
