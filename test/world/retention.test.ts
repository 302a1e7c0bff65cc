/**
 * Sessions under retention, on virtual time: nothing goes that the published plan did not list before. RETENTION_DAYS=90 makes
 * it months; a day is 24 sessions, each of which lets something go.
 */
import assert from 'node:assert/strict';
import type { ReportError } from '../../hooks/domain/report.ts';
import { PERIODS } from '../../hooks/domain/retention-calendar.ts';
import type { StoredObject } from '../../sandbox/api-server/api.ts';
import { startVirtualCluster, type VirtualCluster } from '../../sandbox/cluster/virtual-cluster.ts';
import { apply, type Manifest } from '../../sandbox/cluster/manifests.ts';
import { manifestsAt, QUICKSTART } from './virtual-stories.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';
const HOUR = 3600;
const DAY = 24 * HOUR;
const DAYS = Number(process.env['RETENTION_DAYS'] ?? 3);

const GONE: ReportError = { code: 'StorageUnreachable', message: 'the backend does not answer.', retryable: false };

interface Entry {
  readonly uid: string;
  readonly rule?: string;
  readonly reason?: string;
  readonly removeAt?: string;
}

interface RepositoryView {
  readonly retentionPlan?: readonly Entry[];
  readonly forgotten?: readonly Entry[];
  readonly lastPruneTime?: string;
  readonly lastCheckTime?: string;
  readonly integrity?: boolean;
  readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
}

const viewOf = (object: StoredObject | undefined): RepositoryView => (object?.['status'] ?? {}) as RepositoryView;

/** The gallery of the quickstart, backed up every hour, under a policy that lets most of it go. */
function story(): readonly Manifest[] {
  return manifestsAt(QUICKSTART)
    .filter(({ kind, metadata }) => kind !== 'BackupConfiguration' || metadata.name === 'gallery')
    .map((manifest) => {
      const text = JSON.stringify(manifest).replace('15 2 * * *', '15 * * * *');
      const changed = JSON.parse(text) as Manifest & { spec: object };
      if (changed.kind !== 'RetentionPolicy') return changed;
      const spec = { successfulSnapshots: { last: 3, hourly: 5, daily: 2 }, failedSnapshots: { last: 2 } };
      return { ...changed, spec: { maxRetentionPeriod: '30d', ...spec } };
    });
}

describe('retention over many sessions', function () {
  this.timeout(600_000);
  let cluster: VirtualCluster;
  /** Snapshot uid -> the entry that was published, and when. */
  let planned: Map<string, Entry & { readonly at: number }>;
  let forgotten: Set<string>;
  let lost: string[];
  let forgets: number;

  function repository(): StoredObject | undefined {
    return cluster.api.get({ apiVersion: STORAGE, kind: 'Repository', namespace: 'demo', name: 'gallery' });
  }
  function snapshots(): readonly StoredObject[] {
    return cluster.api
      .list(STORAGE, 'Snapshot')
      .filter((one) => (one['spec'] as { repository: string }).repository === 'gallery');
  }
  function timeOf(snapshot: StoredObject): number {
    const { snapshotTime } = snapshot['status'] as { snapshotTime?: string };
    return Date.parse(snapshotTime ?? snapshot.metadata.creationTimestamp ?? '');
  }
  function conditionOf(type: string): string {
    const found = viewOf(repository()).conditions?.find((one) => one.type === type);
    return found === undefined ? 'absent' : `${found.status} ${found.reason}: ${found.message}`;
  }

  function note({ retentionPlan = [], forgotten: gone = [] }: RepositoryView): void {
    for (const one of retentionPlan)
      if (!planned.has(one.uid)) planned.set(one.uid, { ...one, at: cluster.clock.now() });
    for (const { uid } of gone) forgotten.add(uid);
  }
  /** Of a Snapshot that has just gone. */
  function judge({ name, uid = '' }: StoredObject['metadata']): void {
    const entry = planned.get(uid);
    if (entry === undefined) lost.push(`${name} was never planned`);
    else if (cluster.clock.now() < Date.parse(entry.removeAt ?? '')) lost.push(`${name} went early`);
    else if (!forgotten.has(uid)) lost.push(`${name} went before its data`);
  }

  before(() => {
    planned = new Map();
    forgotten = new Set();
    lost = [];
    forgets = 0;
    let backups = 0;
    cluster = startVirtualCluster({
      onCall: ({ code, answer }) => assert.equal(code, 200, answer),
      // Every fifth backup fails, and every seventh forget.
      outcomeOf: (task) => {
        if (task.task === 'backup' && (backups += 1) % 5 === 0) return { outcome: 'fails', error: GONE };
        if (task.task === 'forget' && (forgets += 1) % 7 === 0) return { outcome: 'dies-at-work' };
        return { outcome: 'succeeds' };
      },
    });
    cluster.api.watchAll(({ type, object }) => {
      if (object.kind === 'Repository' && type !== 'DELETED') note(viewOf(object));
      if (object.kind === 'Snapshot' && type === 'DELETED') judge(object.metadata);
    });
    for (const manifest of story()) apply(cluster.api, manifest);
    for (let day = 0; day < DAYS; day += 1) {
      cluster.run(DAY);
      cluster.restartHost();
    }
  });
  after(() => cluster.stop());

  it('removes nothing that was not planned, announced, and forgotten on the storage first', () => {
    assert.deepEqual(lost, []);
    assert.ok(forgotten.size > 15 * DAYS, `${forgotten.size} Snapshots were removed`);
    assert.deepEqual(cluster.warnings, []);
  });

  it('leaves what the policy keeps: 5 hours, 2 days, and 2 failed ones', () => {
    const left = [...snapshots()].sort((one, other) => timeOf(other) - timeOf(one));
    const phases = left.map((one) => (one['status'] as { phase: string }).phase);
    const good = left.filter((_, index) => phases[index] === 'Succeeded');
    assert.equal(new Set(good.map((one) => PERIODS.hourly(timeOf(one)))).size, 6);
    assert.equal(new Set(good.map((one) => PERIODS.daily(timeOf(one)))).size, 2);
    assert.equal(phases.filter((phase) => phase === 'Failed').length, 2, phases.join());
    assert.equal(
      conditionOf('RetentionApplied'),
      'True RetentionApplied: Nothing is to be removed. Kept: 1 newest of their session, 2 last, 2 hourly, 1 daily, 2 failed.',
    );
  });

  it('frees space and looks for damage, apart from the backups', () => {
    const { lastPruneTime, lastCheckTime, integrity } = viewOf(repository());
    const days = (time: string | undefined): number => (cluster.clock.now() - Date.parse(time ?? '')) / (DAY * 1000);
    assert.ok(days(lastPruneTime) < 2 && days(lastCheckTime) < 2, `${lastPruneTime} ${lastCheckTime}`);
    assert.equal(integrity, true);
    assert.match(conditionOf('DataIntact'), /^True CheckPassed: restic found nothing missing in 1 restic repositories/);
  });

  it('keeps what is pinned for as long as it is pinned', () => {
    const [oldest] = [...snapshots()].sort((one, other) => timeOf(one) - timeOf(other));
    const { name = '', uid = '' } = oldest?.metadata ?? {};
    const key = { apiVersion: STORAGE, kind: 'Snapshot', namespace: 'demo', name };
    cluster.api.patch(key, { metadata: { annotations: { 'metastash.dev/pin': 'audit' } } });
    cluster.run(12 * HOUR);
    assert.equal(cluster.api.get(key)?.metadata.uid, uid);
    assert.match(conditionOf('RetentionApplied'), /1 pinned/);
    cluster.api.patch(key, { metadata: { annotations: { 'metastash.dev/pin': null } } });
    cluster.run(2 * HOUR);
    assert.equal(cluster.api.get(key), undefined);
    assert.deepEqual(lost, []);
  });

  it('removes nothing while the policy is gone, and says so', () => {
    const names = (): readonly string[] => snapshots().map((one) => one.metadata.name ?? '');
    cluster.api.delete({ apiVersion: STORAGE, kind: 'RetentionPolicy', namespace: 'demo', name: 'two-months' });
    const before = names();
    cluster.run(8 * HOUR);
    assert.deepEqual(
      before.filter((one) => !names().includes(one)),
      [],
    );
    assert.match(
      conditionOf('RetentionApplied'),
      /^False RetentionPolicyNotFound: RetentionPolicy demo\/two-months does not exist/,
    );
  });
});
