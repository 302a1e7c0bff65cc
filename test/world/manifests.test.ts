/** No manifest ends in a crash or in silence: whatever is applied, each object says in its own words how it stands. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ApiError, type StoredObject } from '../../sandbox/api-server/api.ts';
import { mergePatched } from '../../sandbox/api-server/values.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { startVirtualCluster, type HookCall, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { manifestsAt, reconciled, statusOf, wordsOf } from './virtual-stories.ts';

const CANARY = 'canary-of-a-secret';
/** Things whose disappearance would be a loss; sessions go by their history limit. */
const RECORDS = ['BackupStorage', 'BackupConfiguration', 'Repository', 'Snapshot', 'RestoreSession'];

const OPEN = ['Reconciling', 'Stalled'];

/** A cluster that notes what must never happen. */
interface Watched {
  readonly cluster: VirtualCluster;
  readonly refused: string[];
  readonly told: string[];
  readonly lost: string[];
}

function watchedCluster(): Watched {
  const [refused, told, lost]: [string[], string[], string[]] = [[], [], []];
  const onCall = ({ row, hook, code, answer }: HookCall): void => {
    if (code !== 200) refused.push(`${row.kind}/${hook}: ${answer}`);
    if (answer.includes(CANARY) && !told.includes(row.kind)) told.push(row.kind);
  };
  const cluster = startVirtualCluster({ onCall });
  cluster.api.watchAll(({ type, object }) => {
    // What retention published as forgotten has gone by the user's own policy.
    const repositories = cluster.api.list('storage.kubestash.com/v1alpha1', 'Repository');
    const isForgotten = repositories.some((one) => forgottenIn(one).includes(object.metadata.uid ?? ''));
    if (type !== 'DELETED' || !RECORDS.includes(object.kind) || isForgotten) return;
    lost.push(`${object.kind} ${object.metadata.name}`);
  });
  return { cluster, refused, told, lost };
}

function forgottenIn(repository: StoredObject): readonly string[] {
  const { forgotten } = (repository['status'] ?? {}) as { readonly forgotten?: readonly { readonly uid: string }[] };
  return (forgotten ?? []).map((one) => one.uid);
}

function assertHarmless({ cluster, refused, told, lost }: Watched): void {
  assert.deepEqual(refused, [], 'a hook refused a question');
  assert.deepEqual(cluster.warnings, [], 'a sync failed');
  assert.deepEqual(told, [], 'a Secret was told');
  assert.deepEqual(lost, [], 'something was deleted');
}

/** What is missing in an object's words, if anything. */
function silenceOf(object: StoredObject): string | undefined {
  const { phase = '', conditions = [] } = statusOf(object);
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (phase === '') return 'no phase';
  if (!ready?.reason || !ready.message) return 'no words in Ready';
  const isOpen = conditions.some(({ type, status }) => OPEN.includes(type) && status === 'True');
  return ready.status === 'True' || isOpen ? undefined : 'neither Ready, Reconciling nor Stalled';
}

function silent(cluster: VirtualCluster): readonly string[] {
  return reconciled(cluster).flatMap((object) => {
    const silence = silenceOf(object);
    return silence === undefined ? [] : [`${wordsOf(object)}: ${silence}`];
  });
}

describe('manifests as KubeStash’s users write them, applied together', function () {
  this.timeout(120_000);
  const folder = 'test/fixtures/kubestash';
  let watched: Watched;
  before(() => {
    watched = watchedCluster();
    const { cluster } = watched;
    const files = readdirSync(join(import.meta.dirname, '../fixtures/kubestash')).filter((name) =>
      name.endsWith('.yaml'),
    );
    const manifests = ['test/world/supporting-objects.yaml', ...files.map((name) => `${folder}/${name}`)].flatMap(
      manifestsAt,
    );
    for (const manifest of manifests) apply(cluster.api, withOneDefault(manifest));
    cluster.run(2400);
  });
  after(() => watched.cluster.stop());

  it('do no harm, and every object says how it stands', () => {
    assertHarmless(watched);
    assert.deepEqual(silent(watched.cluster), []);
    assert.ok(reconciled(watched.cluster).length > 25);
  });

  for (const [kind, name, words] of [
    ['BackupConfiguration', 'orders', /HookTemplate ledger\/read-only requires parameter user/],
    ['RestoreSession', 'orders-back', /target orders is a MySQL\.kubedb\.com, which cannot be restored into/],
    [
      'BackupConfiguration',
      'queue-snapshots',
      /sessions\/0\/addon: task volume-snapshot needs driver VolumeSnapshotter, and only Restic is supported; use task logical-backup/,
    ],
    ['BackupConfiguration', 'manifests', /Addon kubedump-addon does not exist/],
    [
      'BackupConfiguration',
      'agent',
      /HookTemplate ledger\/chat-failed: \/spec\/action names port "https", which only a Pod can explain; write its number/,
    ],
    ['BackupConfiguration', 'web-tuned', /Repository web-repo belongs to BackupConfiguration web-files; use another/],
    [
      'RestoreSession',
      'queue-claims',
      /tasks\/0: task VolumeSnapshotRestore needs driver VolumeSnapshotter.*create the Persist/,
    ],
    ['RestoreSession', 'manifests-back', /spec\/target names nothing; name the Deployment/],
    ['RestoreSession', 'some-files', /hook start: HookTemplate ledger\/writable does not exist/],
    ['RestoreSession', 'web-as-it-was', /Deployment staging\/web does not exist/],
    ['BackupStorage', 'claim', /no mover has started for 30 minutes; look at the Pods of Job init-claim-/],
  ] as const) {
    it(`${kind} ${name} says what it cannot do or what it waits for`, () => {
      const object = reconciled(watched.cluster).find((one) => one.kind === kind && one.metadata.name === name);
      assert.ok(object);
      assert.match(wordsOf(object), words);
    });
  }

  for (const name of ['web-files', 'web-twice', 'uploads', 'queue-schedules']) {
    it(`BackupConfiguration ${name} backs up`, () => {
      const sessions = reconciled(watched.cluster).filter(
        ({ kind, spec }) => kind === 'BackupSession' && (spec as { invoker: { name: string } }).invoker.name === name,
      );
      assert.ok(
        sessions.some((one) => statusOf(one).phase === 'Succeeded'),
        sessions.map(wordsOf).join('; '),
      );
    });
  }
});

/** The files are of several clusters: here only one of their storages can be the namespace's default. */
function withOneDefault(manifest: Manifest): Manifest {
  if (manifest.kind !== 'BackupStorage' || manifest.metadata.name === 'aws') return manifest;
  return mergePatched(manifest, { spec: { default: null } }) as Manifest;
}

interface Faulty {
  readonly fault: string;
  readonly kind: string;
  readonly merge?: object;
  readonly session?: object;
  readonly repository?: object;
  readonly add?: { readonly metadata: object };
  readonly says: string;
  /** Whose words are meant, where another object than the changed one finds the fault. */
  readonly of?: string;
}

describe('faults in manifests, each in a namespace of its own', function () {
  this.timeout(120_000);
  const faults = parse(readFileSync(join(import.meta.dirname, 'faulty-manifests.yaml'), 'utf8')) as readonly Faulty[];
  const refusals = new Map<string, string>();
  let watched: Watched;
  before(() => {
    watched = watchedCluster();
    faults.forEach((faulty, index) => applyCase(faulty, `case-${index}`));
    watched.cluster.run(2400);
  });
  after(() => watched.cluster.stop());

  function applyCase(faulty: Faulty, namespace: string): void {
    const { add } = faulty;
    const added = add && ({ ...add, metadata: { ...add.metadata, namespace } } as unknown as Manifest);
    const set = manifestsAt('test/world/small-set.yaml').map((one) => movedTo(namespace, one));
    for (const manifest of [...set, ...(added ? [added] : [])]) {
      const isFaulty = manifest.kind === faulty.kind;
      try {
        apply(watched.cluster.api, isFaulty ? broken(manifest, faulty) : manifest);
      } catch (error) {
        if (!(error instanceof ApiError && isFaulty)) throw error;
        refusals.set(namespace, error.message);
      }
    }
  }

  it('do no harm, and every object says how it stands', () => {
    assertHarmless(watched);
    assert.deepEqual(silent(watched.cluster), []);
  });

  faults.forEach(({ fault, kind, says, of = kind }, index) => {
    it(`${fault}: refused, or said by the ${of}`, () => {
      const namespace = `case-${index}`;
      const own = reconciled(watched.cluster).filter((one) => one.metadata.namespace === namespace);
      const speakers = own.filter((one) => one.kind === of && statusOf(one).conditions?.some(isNotReady));
      const words = [refusals.get(namespace) ?? '', ...speakers.map(wordsOf)].filter((one) => one !== '');
      assert.ok(
        words.map((one) => inNobodysName(one, namespace)).includes(says),
        `${words.join('\n')}\n\n${own.map(wordsOf).join('\n')}`,
      );
    });
  });
});

/** The words without what differs from case to case: the namespace, and digests in the names of Jobs. */
function inNobodysName(words: string, namespace: string): string {
  return words.replaceAll(namespace, 'small-set').replaceAll(/(?<=-)[0-9a-f]{8}\b(-[a-z0-9]{5}\b)?/g, '########');
}

function isNotReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'Ready' && status !== 'True';
}

function movedTo(namespace: string, manifest: Manifest): Manifest {
  return JSON.parse(JSON.stringify(manifest).replaceAll('small-set', namespace)) as Manifest;
}

function broken(manifest: Manifest, { merge = {}, session = {}, repository = {} }: Faulty): Manifest {
  const merged = mergePatched(manifest, merge) as Manifest;
  if (manifest.kind !== 'BackupConfiguration') return merged;
  const { sessions } = merged.spec as { readonly sessions: readonly { readonly repositories: readonly object[] }[] };
  const [first] = sessions;
  if (!first) return merged;
  const repositories = [mergePatched(first.repositories[0] ?? {}, repository)];
  return mergePatched(merged, { spec: { sessions: [mergePatched({ ...first, repositories }, session)] } }) as Manifest;
}
