import assert from 'node:assert/strict';
import fc from 'fast-check';
import { syncBackupStorage } from '../../hooks/kinds/backupstorage/sync.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import * as sample from '../unit/kinds/backupstorage/fixtures.ts';
import { frozen, hostedWorld, type HostedWorld } from './hosted-world.ts';
import { holds, reordered } from './request-variants.ts';

const FAILED = sample.failedWith('StorageForbidden', 'refused');
const ENDED = { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-01-05T01:59:50Z' }] };

const children = fc.subarray([
  ...sample.identities(),
  ...[0, 1, 2].flatMap((run) => [
    sample.job(run),
    sample.job(run, ENDED),
    sample.report(run),
    sample.report(run, FAILED),
    sample.report(run, sample.SUCCEEDED),
  ]),
]);
const records = fc.constantFrom(
  {},
  sample.withRecord({}),
  sample.withRecord({ run: { run: 1, since: '2026-01-05T01:59:00Z', started: true } }),
  sample.withRecord({ succeededAt: '2026-01-05T01:59:20Z' }),
  { status: { metastash: { init: 'garbage' }, conditions: [null, 7] } },
);
const specs = fc.constantFrom(
  {},
  { storage: sample.LOCAL },
  { storage: { provider: 'tape' } },
  { deletionPolicy: 'WipeOut' },
);
const worlds = fc.record({ children, records, spec: specs, around: fc.subarray([...sample.AROUND]) });

type Drawn = typeof worlds extends fc.Arbitrary<infer World> ? World : never;

function requestOf({ children: observed, records: record, spec, around }: Drawn): ReturnType<typeof sample.request> {
  return sample.request(sample.storage(spec, record as { readonly status?: object }), observed, around);
}

describe('every answer to a BackupStorage', () => {
  it('is the same bytes for the same request, also with its maps in another order, and leaves the request alone', () => {
    holds(
      fc.property(worlds, fc.integer(), (drawn, seed) => {
        const request = requestOf(drawn);
        const once = JSON.stringify(syncBackupStorage(frozen(structuredClone(request)) as typeof request, sample.NOW));
        const again = syncBackupStorage(reordered(request, seed), sample.NOW);
        assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(once));
      }),
    );
  });

  it('says Ready only after a report said Succeeded, now or before', () => {
    holds(
      fc.property(worlds, (drawn) => {
        const { status } = syncBackupStorage(requestOf(drawn), sample.NOW);
        const reported = drawn.children.some(
          (one) => (one.status as { phase?: string } | undefined)?.phase === 'Succeeded',
        );
        const recorded = JSON.stringify(drawn.records).includes('succeededAt');
        assert.ok(status.phase !== 'Ready' || reported || recorded);
      }),
    );
  });

  it('keeps every Job that has not ended while its storage is the same, and never names a child twice', () => {
    holds(
      fc.property(worlds, (drawn) => {
        const told = syncBackupStorage(requestOf({ ...drawn, records: sample.withRecord({}) }), sample.NOW);
        const keys = told.children.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        assert.equal(new Set(keys).size, keys.length);
        const current = drawn.children.some((one) => one.kind === 'Job' && one.metadata.name === sample.jobName(0));
        const isSample = Object.keys(drawn.spec).length === 0;
        if (current && isSample) assert.ok(keys.includes(`Job ${sample.jobName(0)}`));
      }),
    );
  });
});

const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The report of the newest attempt, as its mover would leave it. */
function reported(world: HostedWorld, status: object): void {
  const reports = world
    .list('metastash.dev/v1alpha1', 'TaskReport')
    .filter((one) => /^(init|scan)-/.test(one.metadata.name));
  const newest = reports
    .toSorted((left, right) => left.metadata.creationTimestamp.localeCompare(right.metadata.creationTimestamp))
    .at(-1);
  assert.notEqual(newest, undefined);
  const at = '2026-01-05T00:00:10Z';
  world.setStatus(newest as StoredObject, {
    schemaVersion: 1,
    podUID: 'pod',
    startedAt: at,
    heartbeatAt: at,
    finishedAt: at,
    ...status,
  });
}

describe('a BackupStorage under Metacontroller', () => {
  const manifest = {
    apiVersion: STORAGE,
    kind: 'BackupStorage',
    metadata: { name: 'local', namespace: 'demo' },
    spec: { storage: sample.LOCAL },
  };

  it('comes to rest once its place is proven and looked through, and drops the Jobs a day later', () => {
    const world = hostedWorld(['backupstorage']);
    world.apply(manifest);
    world.run(10);
    reported(world, { phase: 'Succeeded', result: { storage: { created: true, repositories: [] } } });
    world.run(60);
    assert.equal((world.get(STORAGE, 'BackupStorage', 'local')['status'] as { phase: string }).phase, 'Ready');
    const writtenSince = (before: number): readonly string[] =>
      world.writes.slice(before).filter((write) => !write.startsWith('delete '));
    const quiet = world.writes.length;
    world.run(3500);
    assert.deepEqual(writtenSince(quiet), []);
    world.run(120);
    reported(world, { phase: 'Succeeded', result: { scanned: { repositories: [], count: 0, totalBytes: 0 } } });
    world.run(60);
    const scanned = world.get(STORAGE, 'BackupStorage', 'local')['status'] as { totalSize?: string };
    assert.equal(scanned.totalSize, '0 B');
    const settled = world.writes.length;
    world.run(23.9 * 3600);
    assert.deepEqual(writtenSince(settled), []);
    assert.deepEqual(world.list('batch/v1', 'Job'), []);
    assert.deepEqual(world.errors, []);
    world.stop();
  });

  it('tries again and again with a Job of its own each time, and is Ready when one succeeds', () => {
    const world = hostedWorld(['backupstorage']);
    world.apply(manifest);
    world.run(10);
    const names = new Set<string>();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      for (const { metadata } of world.list('batch/v1', 'Job'))
        if (metadata.name.startsWith('init-')) names.add(metadata.name);
      reported(world, { phase: 'Failed', error: { code: 'StorageForbidden', message: 'refused', retryable: true } });
      world.run(400);
    }
    assert.equal(names.size, 6);
    assert.ok(world.list('batch/v1', 'Job').length <= 5);
    reported(world, { phase: 'Succeeded', result: { storage: { created: false, repositories: [] } } });
    world.run(10);
    assert.equal((world.get(STORAGE, 'BackupStorage', 'local')['status'] as { phase: string }).phase, 'Ready');
    world.stop();
  });
});
