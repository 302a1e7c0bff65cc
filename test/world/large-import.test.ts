/** A directory with a thousand Snapshots is found by a cluster that knows none of them. */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startVirtualCluster, VIRTUAL_START, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { playedBackend, type PlayedBackend, type PlayedWork } from '../../sandbox/node/played-backend.ts';
import { applyAll, QUICKSTART, statusOf, unsettled } from './virtual-stories.ts';

const COUNT = 1000;
const STORAGE = 'storage.kubestash.com/v1alpha1';
/** What etcd takes for one object. */
const OBJECT_LIMIT = 1_500_000;
/** `--body-limit` unless it is set (hooks/http/options.ts). */
const BODY_LIMIT = 32 * 1024 * 1024;

describe('an import of a thousand Snapshots', function () {
  this.timeout(600_000);
  let cluster: VirtualCluster;
  const largest = { request: 0, answer: 0 };
  before(() => {
    const backend = playedBackend();
    fill(backend);
    cluster = startVirtualCluster({
      backend,
      start: VIRTUAL_START + 86_400_000,
      onCall: ({ code, answer, body }) => {
        assert.equal(code, 200, answer);
        largest.request = Math.max(largest.request, body.length);
        largest.answer = Math.max(largest.answer, answer.length);
      },
    });
    applyAll(cluster, [QUICKSTART]);
    keep(2 * COUNT);
    cluster.run(1800);
  });
  after(() => cluster.stop());

  function keep(last: number): void {
    for (const { apiVersion, kind, metadata } of cluster.api.list(STORAGE, 'RetentionPolicy')) {
      const key = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
      cluster.api.patch(key, { spec: { successfulSnapshots: { last, daily: null } } });
    }
  }

  /** A cluster makes one Snapshot of the library; the others are its manifest under other names. */
  function fill(backend: PlayedBackend): void {
    let work: PlayedWork | undefined;
    let upload: Task | undefined;
    const recording: PlayedBackend = {
      ended: (task, seen) => {
        if (task.task === 'upload' && task.repository.name === 'library') [upload, work] = [task, seen];
        return backend.ended(task, seen);
      },
    };
    const before = startVirtualCluster({ backend: recording, onCall: () => undefined });
    applyAll(before, [QUICKSTART]);
    before.run(1800);
    before.stop();
    assert.ok(upload?.task === 'upload' && work !== undefined, 'the library was backed up');
    const [first] = upload.manifests as readonly { readonly metadata: { readonly name: string } }[];
    assert.ok(first);
    const manifests = Array.from({ length: COUNT - 1 }, (_, index) => ({
      ...first,
      metadata: { ...first.metadata, name: `${first.metadata.name}-${index}` },
    }));
    backend.ended({ ...upload, manifests } as Task, work);
  }

  const ofLibrary = (): readonly StoredObject[] =>
    cluster.api
      .list(STORAGE, 'Snapshot')
      .filter(({ spec }) => (spec as { repository: string }).repository === 'library');

  it('brings back every one, with its phase', () => {
    const snapshots = ofLibrary();
    assert.equal(snapshots.length, COUNT);
    assert.deepEqual([...new Set(snapshots.map((one) => statusOf(one).phase))], ['Succeeded']);
    const library = cluster.api.list(STORAGE, 'Repository').find(({ metadata }) => metadata.name === 'library');
    const synced = statusOf(library).conditions?.find(({ type }) => type === 'SnapshotsSynced');
    assert.equal(synced?.message, `${COUNT} of ${COUNT} Snapshots that the directory held are here.`);
    assert.deepEqual(unsettled(cluster), []);
    assert.deepEqual(cluster.warnings, []);
  });

  it('stays within what the API server and the hooks take', () => {
    for (const [apiVersion, kind] of [
      [STORAGE, 'Repository'],
      [STORAGE, 'Snapshot'],
      ['metastash.dev/v1alpha1', 'TaskReport'],
    ] as const) {
      for (const one of cluster.api.list(apiVersion, kind))
        assert.ok(JSON.stringify(one).length < OBJECT_LIMIT / 2, one.metadata.name);
    }
    assert.ok(largest.request < BODY_LIMIT / 2, `${largest.request} bytes`);
  });

  it('is brought down to what a policy keeps, batch by batch', () => {
    keep(COUNT - 120);
    cluster.run(1800);
    assert.equal(ofLibrary().length, COUNT - 120);
    assert.deepEqual(unsettled(cluster), []);
  });
});
