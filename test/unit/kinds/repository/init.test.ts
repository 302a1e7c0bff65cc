import assert from 'node:assert/strict';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import { syncRepository } from '../../../../hooks/kinds/repository/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { DesiredObject, KubeObject } from '../../../../hooks/kube/objects.ts';
import { accountsOf, namesOf, one, said, type Answer } from './answers.ts';
import { minutesIn, repository, reported, requestOf, stored, SURROUNDINGS, timeIn } from './objects.ts';

describe('preparing the directory of a Repository', () => {
  const first = syncRepository(requestOf(repository(), SURROUNDINGS), minutesIn(0));
  const job = one(first, 'Job');
  const report = one(first, 'TaskReport');

  it('makes one init Job with its report, account, Role and binding, and looks again soon', () => {
    assert.deepEqual(
      first.children.map((child) => child.kind),
      ['ServiceAccount', 'Role', 'RoleBinding', 'Job', 'TaskReport'],
    );
    assert.match(job.metadata.name, /^init-local-[0-9a-f]{8}$/);
    assert.equal(report.metadata.name, job.metadata.name);
    assert.equal(namesOf(first, 'ServiceAccount')[0], 'mover-local');
    assert.equal(first.resyncAfterSeconds, 10);
  });

  it('orders the mover to claim the directory for this cluster and this Repository', () => {
    const text = JSON.stringify(job);
    const { value } = JSON.parse(text).spec.template.spec.containers[0].env[0];
    const { manifest, ...task } = JSON.parse(value);
    assert.deepEqual(task, {
      version: 1,
      task: 'init-repository',
      storage: { namespace: 'demo', name: 'storage', place: { provider: 'local', mountPath: '/backups' } },
      repository: {
        namespace: 'demo',
        name: 'local',
        directory: 'demo/app',
        encryptionSecret: {
          namespace: 'demo',
          name: 'encrypt',
          mountPath: '/var/run/metastash/encryption-secret',
        },
      },
      owner: { clusterUid: 'cluster-uid', namespace: 'demo', name: 'local' },
      report: { namespace: 'demo', name: job.metadata.name },
    });
    assert.deepEqual(manifest.metadata, {
      name: 'local',
      namespace: 'demo',
      labels: { 'kubestash.com/invoker-name': 'app' },
      creationTimestamp: timeIn(0),
    });
    assert.equal('status' in manifest, false);
  });

  it('is Ready once the mover has reported, and says what it found', () => {
    const result = { repository: { created: true, takenOver: false, snapshotsFound: 0 } };
    const children = [stored(job), reported(report, { result })];
    const answer = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, children),
      minutesIn(2),
    );
    assert.equal(
      said(answer),
      'Ready Ready RepositoryReady: Directory demo/app on BackupStorage storage is claimed; it held 0 Snapshots.',
    );
    assert.equal(answer.status.snapshotsFound, 0);
    assert.deepEqual(answer.status.firstBackup?.wanted, true);
    assert.equal(answer.status.metastash, undefined);
    assert.deepEqual(namesOf(answer, 'Job'), [job.metadata.name]);
  });

  it('wants no first backup where the directory holds a history', () => {
    const result = { repository: { created: false, takenOver: true, snapshotsFound: 12 } };
    const children = [stored(job), reported(report, { result })];
    const answer = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, children),
      minutesIn(2),
    );
    assert.equal(answer.status.snapshotsFound, 12);
    assert.equal(answer.status.firstBackup?.reason, 'SnapshotsFound');
    assert.match(
      conditionOf(answer.status, 'RepositoryInitialized')?.message ?? '',
      /taken over .* it held 12 Snapshots/,
    );
  });

  it('keeps the Job while its outcome is not in the observed status, and drops it a day later', () => {
    const result = { repository: { created: true, takenOver: false, snapshotsFound: 0 } };
    const complete = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: timeIn(1) }] };
    const children = [{ ...stored(job), status: complete }, reported(report, { result })];
    const at = (status: RepositoryStatus | undefined, hours: number): Answer =>
      syncRepository(requestOf(repository(status ? { status } : {}), SURROUNDINGS, children), minutesIn(60 * hours));
    const unpublished = at(first.status, 48);
    assert.deepEqual(namesOf(unpublished, 'Job'), [job.metadata.name]);
    assert.deepEqual(namesOf(at(unpublished.status, 23), 'Job'), [job.metadata.name]);
    assert.deepEqual(namesOf(at(unpublished.status, 25), 'Job'), []);
    assert.deepEqual(namesOf(at(unpublished.status, 25), 'TaskReport'), []);
  });

  it('says why the mover failed, waits, and tries again under another name', () => {
    const error = { code: 'SecretNotFound', message: 'Secret demo/encrypt does not exist.', retryable: true };
    const children = [...accountsOf(first), stored(job), reported(report, { error })];
    const see = (status: RepositoryStatus, minutes: number): Answer =>
      syncRepository(requestOf(repository({ status }), SURROUNDINGS, children), minutesIn(minutes));
    const failed = see(first.status, 2);
    assert.equal(
      said(failed),
      'NotReady Reconciling SecretNotFound: Secret demo/encrypt does not exist. It is tried again within five minutes.',
    );
    assert.equal(conditionOf(failed.status, 'RepositoryInitialized')?.reason, 'RepositoryInitializationFailed');
    assert.deepEqual(namesOf(failed, 'Job'), [job.metadata.name]);
    const waiting = see(failed.status, 2.25);
    assert.deepEqual(namesOf(waiting, 'Job'), [job.metadata.name]);
    assert.equal(waiting.resyncAfterSeconds, 15);
    assert.deepEqual(waiting.status, failed.status);
    const again = see(waiting.status, 2.5);
    assert.deepEqual(
      again.status.conditions,
      failed.status.conditions,
      'the failure stays said while it is tried again',
    );
    assert.equal(namesOf(again, 'Job').length, 2);
    assert.notEqual(namesOf(again, 'Job')[1], job.metadata.name);
  });

  it('B25 goes on with the attempt at work where its status was lost, and makes no other', () => {
    const running = { schemaVersion: 1, phase: 'Running', podUID: 'pod', startedAt: timeIn(1), heartbeatAt: timeIn(1) };
    const error = { code: 'StorageUnreachable', message: 'The bucket does not answer.', retryable: true };
    const failed = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, [stored(job), reported(report, { error })]),
      minutesIn(2),
    );
    const again = syncRepository(requestOf(repository({ status: failed.status }), SURROUNDINGS), minutesIn(3));
    const second = { ...stored(one(again, 'TaskReport')), status: running };
    const lost = syncRepository(
      requestOf(repository(), SURROUNDINGS, [stored(one(again, 'Job')), second]),
      minutesIn(4),
    );
    assert.deepEqual(namesOf(lost, 'Job'), namesOf(again, 'Job'));
    assert.deepEqual(lost.status.metastash?.['init'], { run: 1, since: timeIn(4), started: true });
  });

  it('is not Ready on the word of a mover that does not say what it found', () => {
    const children = [...accountsOf(first), stored(job), reported(report, { result: {} })];
    const answer = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, children),
      minutesIn(2),
    );
    assert.match(said(answer), /^NotReady Reconciling NoResult: The mover succeeded without saying what it found/);
    assert.equal(answer.status.firstBackup, undefined);
  });

  it('stalls, and goes on trying, where another attempt alone cures nothing', () => {
    const error = { code: 'DirectoryOwned', message: 'Another cluster owns the directory.', retryable: false };
    const children = [...accountsOf(first), stored(job), reported(report, { error })];
    const answer = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, children),
      minutesIn(2),
    );
    assert.equal(
      said(answer),
      'NotReady Stalled DirectoryOwned: Another cluster owns the directory. It is tried again within five minutes.',
    );
    assert.equal(answer.resyncAfterSeconds, 300);
  });

  it('asks why a Job does not start after two minutes', () => {
    const answer = syncRepository(
      requestOf(repository({ status: first.status }), SURROUNDINGS, [stored(job), stored(report)]),
      minutesIn(3),
    );
    const names = namesOf(answer, 'Job');
    assert.equal(names.length, 2);
    assert.match(names[1] ?? '', /^diagnose-init-local-/);
  });

  it('keeps the last attempts of a storage that fails for hours, and never the Job under way out', () => {
    const error = { code: 'StorageUnreachable', message: 'The bucket does not answer.', retryable: true };
    let children: readonly KubeObject[] = accountsOf(first);
    let status: RepositoryStatus | undefined;
    const attempts = new Set<string>();
    const see = (minute: number): Answer => {
      const parent = repository(status === undefined ? {} : { status });
      const answer = syncRepository(requestOf(parent, SURROUNDINGS, children), minutesIn(minute));
      const isDesired = (child: KubeObject): boolean =>
        answer.children.some((one) => one.kind === child.kind && one.metadata.name === child.metadata.name);
      children = children.filter(isDesired);
      ({ status } = answer);
      assert.ok(namesOf(answer, 'Job').length <= 3, `${namesOf(answer, 'Job').length} Jobs after ${minute} minutes`);
      return answer;
    };
    for (let minute = 0; minute < 120; minute += 1) {
      const [job, report] = ['Job', 'TaskReport'].map((kind) =>
        see(minute).children.find((child) => child.kind === kind && child['spec'] !== undefined),
      );
      if (job === undefined || report === undefined) continue;
      attempts.add(job.metadata.name);
      const before = children;
      children = [...before, stored(job, 'job-uid', timeIn(minute)), stored(report)];
      assert.ok(namesOf(see(minute + 0.5), 'Job').includes(job.metadata.name), 'a Job under way is restated');
      children = [...before, failedJob(job, minute), reported(report, { error }, timeIn(minute + 0.5))];
    }
    assert.ok(attempts.size >= 20, `${attempts.size} attempts in two hours`);
  });
});

function failedJob(job: DesiredObject, minute: number): KubeObject {
  const conditions = [{ type: 'Failed', status: 'True', lastTransitionTime: timeIn(minute) }];
  return { ...stored(job, `${job.metadata.name}-uid`, timeIn(minute)), status: { conditions } };
}
