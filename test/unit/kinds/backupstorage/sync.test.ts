import assert from 'node:assert/strict';
import type { BackupStorage, BackupStorageStatus } from '../../../../hooks/generated/types/backupstorage.ts';
import { syncBackupStorage } from '../../../../hooks/kinds/backupstorage/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { SyncResponse } from '../../../../hooks/kube/metacontroller.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import * as sample from './fixtures.ts';

type Answer = SyncResponse<BackupStorageStatus>;

function sync(parent: BackupStorage, children: readonly KubeObject[] = [], now: number = sample.NOW): Answer {
  return syncBackupStorage(sample.request(parent, [...sample.identities(parent), ...children]), now);
}

function jobs({ children }: Answer): readonly string[] {
  return children.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
}

function said({ status }: Answer, type: string): string | undefined {
  const condition = conditionOf(status, type);
  return condition && `${condition.status} ${condition.reason}: ${condition.message}`;
}

const FAILED = sample.failedWith('SecretNotFound', 'Secret demo/s3-secret does not exist');
const FAILURE = {
  code: 'SecretNotFound',
  message: 'Secret demo/s3-secret does not exist',
  at: '2026-01-05T01:59:50Z',
  retryAt: '2026-01-05T02:00:20Z',
};

describe('preparing a BackupStorage', () => {
  it('makes one Job with its report, named by the place and the attempt', () => {
    const told = sync(sample.storage());
    assert.deepEqual(jobs(told), [sample.jobName(0)]);
    assert.equal(
      said(told, 'BackendInitialized'),
      `Unknown BackendInitializationRunning: Waiting for the Pod of Job ${sample.jobName(0)}.`,
    );
    assert.deepEqual([told.status.phase, told.resyncAfterSeconds], ['NotReady', 10]);
    const moved = sample.storage({ storage: { ...sample.S3, s3: { ...sample.S3.s3, prefix: 'moved' } } });
    assert.notEqual(jobs(sync(moved))[0], jobs(told)[0]);
  });

  it('restates a Job that is there, and its report, by identity', () => {
    const told = sync(sample.storage(), [sample.job(0), sample.report(0)]);
    const work = told.children.filter(({ kind }) => kind === 'Job' || kind === 'TaskReport');
    assert.deepEqual(
      work.map((one) => Object.keys(one)),
      [
        ['apiVersion', 'kind', 'metadata'],
        ['apiVersion', 'kind', 'metadata'],
      ],
    );
  });

  it('is Ready only with the report of a mover that wrote there', () => {
    const told = sync(sample.storage(), [sample.job(0), sample.report(0, sample.SUCCEEDED)]);
    assert.equal(told.status.phase, 'Ready');
    assert.equal(
      said(told, 'BackendInitialized'),
      'True BackendInitializationSucceeded: Successfully initialized backend.',
    );
    assert.equal(said(told, 'BackendSecretFound'), 'True BackendSecretAvailable: Secret s3-secret was found.');
  });

  it('does not call a Job that is Complete without a report a success', () => {
    const complete = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-05T01:59:30Z' }] };
    assert.equal(sync(sample.storage(), [sample.job(0, complete), sample.report(0)]).status.phase, 'NotReady');
  });

  it('says nothing of a Secret where the storage names none', () => {
    const parent = sample.storage({ storage: sample.LOCAL });
    const told = sync({ ...parent, ...sample.withRecord({ succeededAt: '2026-01-05T01:59:20Z' }) } as BackupStorage);
    assert.equal(said(told, 'BackendSecretFound'), undefined);
  });

  it('tells a missing Secret, and when it tries again', () => {
    const told = sync(sample.storage(), [sample.job(0), sample.report(0, FAILED)]);
    const message = 'SecretNotFound: Secret demo/s3-secret does not exist. It is tried again at 2026-01-05T02:00:20Z.';
    assert.equal(said(told, 'BackendSecretFound'), `False BackendSecretNotAvailable: ${message}`);
    assert.equal(said(told, 'BackendInitialized'), `False BackendInitializationFailed: ${message}`);
    assert.equal(said(told, 'Reconciling'), `True ${message}`);
    assert.equal(told.resyncAfterSeconds, 20);
  });

  it('tries again after the delay, under another name, and keeps the failed Job to look at', () => {
    const parent = sample.storage({}, sample.withRecord({ failure: FAILURE, failedRun: 0 }));
    const children = [sample.job(0), sample.report(0, FAILED)];
    assert.deepEqual(jobs(sync(parent, children, sample.NOW + 19_000)), [sample.jobName(0)]);
    assert.deepEqual(jobs(sync(parent, children, sample.NOW + 20_000)), [sample.jobName(0), sample.jobName(1)]);
  });

  it('doubles the delay up to five minutes', () => {
    const delays = [0, 1, 2, 3, 4, 40].map((run) => {
      const record = sample.withRecord({ run: { run, since: '2026-01-05T01:59:00Z', started: true } });
      const told = sync(sample.storage({}, record), [sample.job(run), sample.report(run, FAILED)]);
      const { failure } = told.status.metastash?.['init'] as { failure: { retryAt: string } };
      return (Date.parse(failure.retryAt) - Date.parse('2026-01-05T01:59:50Z')) / 1000;
    });
    assert.deepEqual(delays, [30, 60, 120, 240, 300, 300]);
  });

  it('begins anew where the place changes, and runs no Job twice where it does not', () => {
    const done = sample.withRecord({ succeededAt: '2026-01-05T01:59:20Z', secretFound: true });
    assert.deepEqual(jobs(sync(sample.storage({}, done))), []);
    const moved = sync(sample.storage({ storage: { ...sample.S3, s3: { ...sample.S3.s3, prefix: 'moved' } } }, done));
    assert.deepEqual([jobs(moved).length, moved.status.phase], [1, 'NotReady']);
  });

  it('asks why a Pod does not start after two minutes', () => {
    const record = sample.withRecord({ run: { run: 0, since: '2026-01-05T01:50:00Z', started: true } });
    const told = sync(sample.storage({}, record), [sample.job(0, {}, '2026-01-05T01:57:00Z'), sample.report(0)]);
    assert.equal(jobs(told).filter((name) => name.startsWith('diagnose-')).length, 1);
  });

  it('keeps finished Jobs a day, failed ones a week, and only the last few attempts', () => {
    const scanned = { lastScanTime: '2026-01-06T01:00:00Z' };
    const done = sample.withRecord({ succeededAt: '2026-01-05T01:59:20Z', secretFound: true }, scanned);
    const end = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-05T01:59:30Z' }] };
    const children = [sample.job(0, end), sample.report(0, sample.SUCCEEDED)];
    const day = 24 * 3600_000;
    assert.deepEqual(jobs(sync(sample.storage({}, done), children, sample.NOW + day - 60_000)), [sample.jobName(0)]);
    assert.deepEqual(jobs(sync(sample.storage({}, done), children, sample.NOW + day)), []);
    const many = [0, 1, 2, 3, 4, 5].flatMap((run) => [
      sample.job(
        run,
        { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-01-05T01:59:30Z' }] },
        `2026-01-05T01:5${run}:00Z`,
      ),
      sample.report(run, FAILED),
    ]);
    const record = sample.withRecord({
      run: { run: 5, since: '2026-01-05T01:59:00Z', started: true },
      failure: FAILURE,
      failedRun: 5,
    });
    assert.deepEqual(jobs(sync(sample.storage({}, record), many)).length, 4);
  });

  it('B25 goes on with the oldest attempt at work where its status was lost, and drops none that works', () => {
    const working = { ...sample.SUCCEEDED, phase: 'Running', finishedAt: undefined, result: undefined };
    const children = [2, 3].flatMap((run) => [sample.job(run), sample.report(run, working)]);
    const told = sync(sample.storage(), children);
    assert.deepEqual(jobs(told).toSorted(), [sample.jobName(2), sample.jobName(3)].sort());
    const { run } = told.status.metastash?.['init'] as { readonly run: object };
    assert.deepEqual(run, { run: 2, since: '2026-01-05T02:00:00Z', started: true });
    const later = sync(sample.storage(), children, sample.NOW + 2 * 3600_000);
    assert.deepEqual(jobs(later), [sample.jobName(0)], 'both have not been heard of for an hour');
  });

  it('never drops a Job whose outcome its status does not show yet', () => {
    const old = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2025-12-01T00:00:00Z' }] };
    const told = sync(sample.storage({}, { status: { lastScanTime: '2026-01-05T01:00:00Z' } }), [
      sample.job(0, old),
      sample.report(0, { ...sample.SUCCEEDED, finishedAt: '2025-12-01T00:00:00Z' }),
    ]);
    assert.deepEqual(jobs(told), [sample.jobName(0)]);
  });

  it('waits for the Function that holds the image', () => {
    const told = syncBackupStorage(sample.request(sample.storage(), [], sample.AROUND.slice(0, 2)), sample.NOW);
    assert.match(said(told, 'Reconciling') ?? '', /^True WaitingForFunction/);
    assert.deepEqual(jobs(told), []);
  });

  it('restates only what is there where its Namespace is going', () => {
    const related = [sample.namespace('demo', { status: { phase: 'Terminating' } }), ...sample.AROUND.slice(1)];
    const told = syncBackupStorage(sample.request(sample.storage(), [sample.job(0)], related), sample.NOW);
    assert.deepEqual(
      told.children.map(({ kind }) => kind),
      ['Job'],
    );
  });

  it('reads garbage in its own status as nothing', () => {
    for (const init of [7, 'x', [], { place: 3 }, { place: 'x', run: { run: -1 } }, { run: null }]) {
      assert.deepEqual(jobs(sync(sample.storage({}, { status: { phase: 7, conditions: {}, metastash: { init } } }))), [
        sample.jobName(0),
      ]);
    }
  });
});
