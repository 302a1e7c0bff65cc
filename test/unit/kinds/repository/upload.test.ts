import assert from 'node:assert/strict';
import type { RepositoryStatus } from '../../../../hooks/generated/types/repository.ts';
import type { Snapshot } from '../../../../hooks/generated/types/snapshot.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { answerAt, newTask, type Answer, type NewTask } from './answers.ts';
import { condition, INITIALIZED, reported, snapshot, stored, timeIn } from './objects.ts';

function good(
  name: string,
  uploaded: 'True' | 'Unknown' = 'Unknown',
  annotations: Record<string, string> = {},
): Snapshot {
  return snapshot(
    name,
    {
      phase: 'Succeeded',
      totalComponents: 2,
      observedGeneration: 1,
      components: { 'dump-pod-0': { phase: 'Succeeded' }, 'dump-pod-1': { phase: 'Succeeded' } },
      conditions: [condition('SnapshotMetadataUploaded', uploaded, 'UploadPending', 'The manifest is on its way.')],
    },
    { annotations, labels: { 'controller-uid': 'repository-uid', 'kubestash.com/repo-name': 'local' } },
  );
}

function after(children: readonly KubeObject[], status: RepositoryStatus = INITIALIZED, minute = 10): Answer {
  return answerAt(minute, { status }, children);
}

function manifestsIn({ order }: NewTask): readonly { readonly metadata: { readonly name: string } }[] {
  return order['manifests'] as ReturnType<typeof manifestsIn>;
}

describe('manifests of Snapshots with several components', () => {
  it('are stored by one Job for all that are good and not known to be stored', () => {
    const answer = after([good('a'), good('b'), good('c', 'True'), snapshot('d', { phase: 'Running' })]);
    const made = newTask(answer);
    assert.match(made.job.metadata.name, /^upload-local-/);
    assert.deepEqual(
      manifestsIn(made).map((one) => one.metadata.name),
      ['a', 'b'],
    );
  });

  it('carry nothing of this cluster', () => {
    const [manifest] = manifestsIn(newTask(after([good('a')])));
    assert.deepEqual(manifest?.metadata, {
      name: 'a',
      namespace: 'demo',
      labels: { 'kubestash.com/repo-name': 'local' },
      creationTimestamp: '2026-01-05T02:06:00Z',
    });
    assert.equal('observedGeneration' in (manifest as unknown as { status: object }).status, false);
  });

  it('are not stored again for Snapshots that came from the backend', () => {
    assert.deepEqual(
      after([good('a', 'Unknown', { 'metastash.dev/imported': '{}' })]).children.filter((one) => one.kind === 'Job'),
      [],
    );
  });

  it('are published once the mover has said which it stored, until each Snapshot says so itself', () => {
    const first = after([good('a'), good('b')]);
    const { job, report } = newTask(first);
    const ended = [stored(job), reported(report, { result: { uploaded: { snapshots: ['a', 'b'] } } })];
    const published = after([good('a'), good('b'), ...ended], first.status);
    assert.deepEqual(published.status.metastash, { uploaded: ['a', 'b'] });
    const said = after([good('a', 'True'), good('b'), ...ended], published.status);
    assert.deepEqual(said.status.metastash, { uploaded: ['b'] });
    const done = after([good('a', 'True'), good('b', 'True'), ...ended], said.status);
    assert.equal(done.status.metastash, undefined);
    for (const answer of [published, said, done]) {
      assert.deepEqual(
        answer.children.filter((one) => one.kind === 'Job').map((one) => one.metadata.name),
        [job.metadata.name],
      );
    }
  });

  it('keep their Job while one more Snapshot gets ready', () => {
    const first = after([good('a')]);
    const { job, report } = newTask(first);
    const later = after([good('a'), good('b'), stored(job, 'j', timeIn(10)), stored(report)], first.status);
    assert.deepEqual(
      later.children.filter((one) => one.kind === 'Job').map((one) => one.metadata.name),
      [job.metadata.name],
    );
  });

  it('warn of what was not stored and store the rest again', () => {
    const first = after([good('a'), good('b')]);
    const { job, report } = newTask(first);
    const ended = [stored(job), reported(report, { result: { uploaded: { snapshots: ['a'] } } })];
    const partly = after([good('a'), good('b'), ...ended], first.status);
    assert.deepEqual(partly.status.metastash?.['uploaded'], ['a']);
    assert.deepEqual(partly.status.warnings, [
      'Snapshot manifests could not be stored on the backend (NotStored: the mover did not store b); it is tried again. ' +
        'The data itself is not affected.',
    ]);
    const again = after([good('a'), good('b'), ...ended], partly.status, 11);
    assert.deepEqual(
      manifestsIn(newTask(again)).map((one) => one.metadata.name),
      ['b'],
    );
  });

  it('do not make the Repository unready when storing them fails', () => {
    const first = after([good('a')]);
    const { job, report } = newTask(first);
    const error = { code: 'StorageUnreachable', message: 'the bucket does not answer', retryable: true };
    const failed = after([good('a'), stored(job), reported(report, { error })], first.status);
    assert.equal(failed.status.phase, 'Ready');
    assert.equal(failed.status.conditions?.find((one) => one.type === 'Ready')?.status, 'True');
    assert.match(failed.status.warnings?.[0] ?? '', /StorageUnreachable: the bucket does not answer/);
  });

  it('come in batches that fit into one environment variable', () => {
    const many = Array.from({ length: 30 }, (_, index) => good(`s${String(index).padStart(2, '0')}`));
    assert.equal(manifestsIn(newTask(after(many))).length, 20);
    const { status = {} } = good('huge');
    const huge = { ...good('huge'), status: { ...status, warnings: ['x'.repeat(70_000)] } };
    const answer = after([huge, good('small')]);
    assert.deepEqual(
      manifestsIn(newTask(answer)).map((one) => one.metadata.name),
      ['small'],
    );
    assert.match(answer.status.warnings?.[0] ?? '', /manifest of Snapshot huge is too large/);
  });
});
