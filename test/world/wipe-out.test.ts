/** The deletion matrix on virtual time: which data goes with which object, what stays, and that no object stays for ever. */
import assert from 'node:assert/strict';
import type { Task } from '../../hooks/domain/task.ts';
import { apply } from '../../sandbox/cluster/manifests.ts';
import type { VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import type { PlayedOutcome } from '../../sandbox/node/played-mover.ts';
import { manifestsAt, QUICKSTART } from './virtual-stories.ts';
import { afterFirstBackups, type Policies } from './wipe-story.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';
const CORE = 'core.kubestash.com/v1alpha1';
const NAMESPACE = 'demo';
const MINUTE = 60;
const NIGHT = Date.parse('2026-01-05T02:10:00Z');

describe('what goes with an object that is deleted', function () {
  this.timeout(120_000);
  let cluster: VirtualCluster;
  let wipes: Task[];
  const plays = (fate: (task: Task) => PlayedOutcome | undefined) => (task: Task) => {
    if (task.task === 'wipe' || task.task === 'forget') wipes.push(task);
    return fate(task) ?? { outcome: 'succeeds' as const };
  };
  const started = (policies: Policies, fate: (task: Task) => PlayedOutcome | undefined = () => undefined): void => {
    wipes = [];
    cluster = afterFirstBackups(policies, plays(fate));
  };
  afterEach(() => cluster.stop());

  const key = (kind: string, name: string): { apiVersion: string; kind: string; name: string; namespace: string } => ({
    apiVersion: ['BackupConfiguration', 'BackupSession', 'RestoreSession'].includes(kind) ? CORE : STORAGE,
    kind,
    name,
    namespace: NAMESPACE,
  });
  const names = (kind: string): readonly string[] =>
    cluster.api
      .list(key(kind, '').apiVersion, kind, NAMESPACE)
      .map((one) => one.metadata.name)
      .sort();
  const snapshotOf = (repository: string): string => names('Snapshot').find((one) => one.startsWith(repository)) ?? '';
  const said = (kind: string, name: string): string => {
    const status = cluster.api.get(key(kind, name))?.['status'] as {
      conditions?: { type: string; reason: string; message: string }[];
    };
    const found = status?.conditions?.find((one) => one.type === 'WipedOut');
    return found === undefined ? 'absent' : `${found.reason}: ${found.message}`;
  };
  /** Lets time pass until the object is gone, and returns its last words about its data. */
  const gone = (kind: string, name: string, minutes: number): string => {
    let last = 'absent';
    for (let second = 0; second < minutes * MINUTE; second += 1) {
      cluster.run(1);
      if (cluster.api.get(key(kind, name)) === undefined) return last;
      last = said(kind, name);
    }
    assert.fail(`${kind} ${name} is still there after ${minutes} minutes: ${last}`);
  };
  const tasks = (): readonly string[] => wipes.map((one) => one.task);

  it('Snapshot, Delete: the object alone', () => {
    started({});
    const name = snapshotOf('gallery');
    cluster.api.delete(key('Snapshot', name));
    assert.equal(gone('Snapshot', name, 1), 'absent');
    cluster.run(60 * MINUTE);
    assert.deepEqual(tasks(), []);
  });

  it('Snapshot, WipeOut: its own restic snapshots, and nobody else is touched', () => {
    started({});
    const [name, other] = [snapshotOf('gallery'), snapshotOf('library')];
    cluster.api.patch(key('Snapshot', name), { spec: { deletionPolicy: 'WipeOut' } });
    cluster.run(10);
    cluster.api.delete(key('Snapshot', name));
    assert.match(gone('Snapshot', name, 5), /^WipeOutRequested: Repository gallery removes its data$/);
    assert.deepEqual(
      wipes.map((one) => (one.task === 'forget' ? one.snapshots.map((target) => target.name) : one.task)),
      [[name]],
    );
    assert.deepEqual(names('Snapshot'), [other]);
    assert.deepEqual(names('Repository'), ['gallery', 'library']);
    assert.deepEqual(cluster.warnings, []);
  });

  it('Snapshot, WipeOut set after the deletion: data kept', () => {
    started({});
    const name = snapshotOf('gallery');
    cluster.api.delete(key('Snapshot', name));
    cluster.api.patch(key('Snapshot', name), { spec: { deletionPolicy: 'WipeOut' } });
    gone('Snapshot', name, 1);
    cluster.run(60 * MINUTE);
    assert.deepEqual(tasks(), []);
  });

  it('Snapshot, WipeOut, when nothing can be removed: lets go after half an hour and says why', () => {
    started({}, ({ task }) =>
      task === 'forget'
        ? {
            outcome: 'fails',
            error: { code: 'StorageUnreachable', message: 'the backend does not answer.', retryable: true },
          }
        : undefined,
    );
    const name = snapshotOf('gallery');
    cluster.api.patch(key('Snapshot', name), { spec: { deletionPolicy: 'WipeOut' } });
    cluster.run(10);
    cluster.api.delete(key('Snapshot', name));
    assert.match(
      gone('Snapshot', name, 31),
      /^WipeOutTimedOut: the data was not removed within 30 minutes, so it stays on the storage: the backend does not answer\. Snapshots to remove: 1/,
    );
  });

  for (const propagation of ['Background', 'Foreground'] as const) {
    it(`Repository, Delete (${propagation}): objects, and no data, whatever its storage and its Snapshots say`, () => {
      started({ storage: 'WipeOut', repository: 'Delete' });
      cluster.api.patch(key('BackupConfiguration', 'gallery'), { spec: { paused: true } });
      for (const name of names('Snapshot')) {
        cluster.api.patch(key('Snapshot', name), { spec: { deletionPolicy: 'WipeOut' } });
      }
      cluster.run(10);
      const { uid } = cluster.api.get(key('Repository', 'gallery'))?.metadata ?? {};
      cluster.api.delete(key('Repository', 'gallery'), { propagation });
      cluster.run(5 * MINUTE);
      assert.notEqual(cluster.api.get(key('Repository', 'gallery'))?.metadata.uid, uid);
      cluster.run(60 * MINUTE);
      assert.deepEqual(tasks(), []);
    });

    it(`BackupConfiguration (${propagation}) whose repository says WipeOut: that directory, not its neighbour's`, () => {
      started({ repository: 'WipeOut' });
      assert.deepEqual(names('Repository'), ['gallery', 'library']);
      cluster.api.delete(key('BackupConfiguration', 'gallery'), { propagation });
      assert.match(gone('Repository', 'gallery', 5), /^WipedOut: Removed from the storage: 1 objects, 0 bytes\.$/);
      assert.deepEqual(
        wipes.map((one) => (one.task === 'wipe' ? one.repository?.directory : one.task)),
        ['gallery'],
      );
      cluster.run(5 * MINUTE);
      assert.deepEqual(names('Snapshot'), [snapshotOf('library')]);
      assert.deepEqual(names('Repository'), ['library']);
      assert.deepEqual(cluster.warnings, []);
    });
  }

  it('BackupConfiguration with repositories of no policy: they stay', () => {
    started({});
    cluster.api.delete(key('BackupConfiguration', 'gallery'));
    cluster.run(60 * MINUTE);
    assert.deepEqual(names('Repository'), ['gallery', 'library']);
    assert.deepEqual(tasks(), []);
  });

  it('Repository, WipeOut, while it is backed up: the backup ends first, two minutes pass, then the directory goes', () => {
    started({ repository: 'WipeOut' }, ({ task }) =>
      task === 'backup' && cluster !== undefined && cluster.clock.now() > NIGHT ? { outcome: 'hangs' } : undefined,
    );
    cluster.run((NIGHT - cluster.clock.now()) / 1000 + 20 * MINUTE);
    assert.equal(names('Snapshot').filter((one) => one.startsWith('gallery')).length, 2);
    const begun = cluster.clock.now();
    cluster.api.delete(key('BackupConfiguration', 'gallery'));
    assert.match(gone('Repository', 'gallery', 10), /^WipedOut: /);
    assert.ok(cluster.clock.now() - begun >= 150_000, `${cluster.clock.now() - begun} ms`);
    assert.deepEqual(tasks(), ['wipe']);
  });

  it('Repository, WipeOut, in a Namespace that goes: at once, data kept', () => {
    started({ storage: 'WipeOut', repository: 'WipeOut' });
    cluster.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
    cluster.run(2 * MINUTE);
    assert.equal(cluster.api.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }), undefined);
    assert.deepEqual(tasks(), []);
  });

  const FAILURES: readonly (readonly [code: string, retryable: boolean, minutes: number, words: RegExp])[] = [
    ['SecretNotFound', true, 5, /^SecretNotFound: The data stays on the storage: no\.$/],
    ['DirectoryOwned', false, 5, /^DirectoryOwned: The data stays on the storage: no\.$/],
    [
      'StorageUnreachable',
      true,
      31,
      /^WipeOutTimedOut: The data stays on the storage: it could not be removed within 30 minutes; StorageUnreachable: no\.$/,
    ],
  ];
  for (const [code, retryable, minutes, words] of FAILURES) {
    it(`Repository, WipeOut, that meets ${code}: lets go within ${minutes} minutes and says so`, () => {
      started({ repository: 'WipeOut' }, ({ task }) =>
        task === 'wipe' ? { outcome: 'fails', error: { code, message: 'no', retryable } } : undefined,
      );
      cluster.api.delete(key('BackupConfiguration', 'gallery'));
      assert.match(gone('Repository', 'gallery', minutes), words);
    });
  }

  it('BackupStorage, Delete, with a Repository that goes with WipeOut: waits for it', () => {
    started({ repository: 'WipeOut' });
    cluster.api.delete(key('BackupConfiguration', 'gallery'));
    cluster.run(5);
    cluster.api.delete(key('BackupStorage', 'storage'));
    assert.match(
      gone('BackupStorage', 'storage', 5),
      /^WipeOutRequested: The data stays, but Repository demo\/gallery is being deleted/,
    );
    assert.equal(cluster.api.get(key('Repository', 'gallery')), undefined);
    assert.deepEqual(tasks(), ['wipe']);
  });

  it('BackupStorage, WipeOut, that Repositories still use: refuses, and lets go after half an hour', () => {
    started({ storage: 'WipeOut' });
    cluster.api.delete(key('BackupStorage', 'storage'));
    assert.match(
      gone('BackupStorage', 'storage', 31),
      /^WipeOutTimedOut: The data stays on the storage: it could not be removed within 30 minutes; it waits for Repository demo\/gallery, which keeps its data there\.$/,
    );
    assert.deepEqual(tasks(), []);
  });

  it('BackupStorage, WipeOut, once no Repository is left: all that this cluster keeps there', () => {
    started({ storage: 'WipeOut' });
    for (const name of ['gallery', 'library']) {
      cluster.api.delete(key('BackupConfiguration', name));
      cluster.run(5);
      cluster.api.delete(key('Repository', name));
    }
    cluster.run(MINUTE);
    assert.deepEqual(names('Repository'), []);
    cluster.api.delete(key('BackupStorage', 'storage'));
    assert.match(gone('BackupStorage', 'storage', 5), /^WipedOut: Removed from the storage: 2 objects, 0 bytes\.$/);
    assert.deepEqual(tasks(), ['wipe']);
  });

  it('BackupStorage, WipeOut, beside another storage in the same place: data kept', () => {
    started({ storage: 'WipeOut' });
    const [first] = manifestsAt(QUICKSTART).filter((one) => one.kind === 'BackupStorage');
    assert.ok(first);
    apply(cluster.api, { ...first, metadata: { ...first.metadata, name: 'second' } });
    for (const name of ['gallery', 'library']) {
      cluster.api.delete(key('BackupConfiguration', name));
      cluster.run(5);
      cluster.api.delete(key('Repository', name));
    }
    cluster.run(MINUTE);
    cluster.api.delete(key('BackupStorage', 'storage'));
    assert.match(
      gone('BackupStorage', 'storage', 2),
      /^DirectoryShared: The data stays on the storage: BackupStorage demo\/second keeps data/,
    );
    assert.deepEqual(tasks(), []);
  });
});
