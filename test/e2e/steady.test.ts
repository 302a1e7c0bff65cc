/** What must hold whatever happened: namespaces go, and a converged cluster is left alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AUDIT_LOG } from '../installed/audit.ts';
import { apply, get, kubectl, list, storyOf, until, type Found } from './kubectl.ts';
import { backupConfiguration, claim, claimTarget, folderStorage, namespaceNamed, places } from './scenario.ts';
import { audited, installation } from './setup.ts';
import { useOfRights } from './use-of-rights.ts';
import { volumeFor, writeRandom } from './volumes.ts';

/** Long enough to see what flaps; E2E_STEADY_SECONDS=330 also sees every resync. */
const STEADY_SECONDS = Number(process.env['E2E_STEADY_SECONDS'] ?? 20);
/** `make e2e` without SCENARIOS: only then does an unused right say something. */
const IS_WHOLE = !process.env['SCENARIOS'];
const EVERYTHING = [
  'backupstorages,backupconfigurations,repositories,backupsessions,snapshots.storage.kubestash.com,restoresessions',
  'taskreports,jobs,cronjobs,leases,serviceaccounts,roles,rolebindings,configmaps,secrets',
].join(',');

describe('the cluster afterwards', () => {
  it('lets a namespace go in the middle of a session', async () => {
    const namespace = 'short-lived';
    const storage = folderStorage(join(installation().folder, 'backups-short-lived'));
    const scenario = { namespace, target: claimTarget('data'), storage, addon: 'pvc-addon' } as const;
    writeRandom(join(volumeFor(installation().folder, namespace, 'data'), 'large'), 600);
    apply([namespaceNamed(namespace), claim(namespace, 'data'), ...places(scenario), backupConfiguration(scenario)]);
    await until(
      'a running mover',
      60,
      () =>
        list('taskreports', namespace).find(
          (one) => one.spec?.['task'] === 'backup' && one.status?.phase === 'Running',
        ),
      () => storyOf(namespace),
    );
    kubectl(['delete', 'namespace', namespace, '--wait=false']);
    const left = (): string => JSON.stringify(get('namespace', '', namespace)?.status?.conditions);
    await until('the namespace is gone', 90, () => (get('namespace', '', namespace) ? undefined : true), left);
  });

  it('writes nothing once everything has converged', async () => {
    const before = await settled();
    await sleep(STEADY_SECONDS * 1000);
    assert.deepEqual(versions(), before);
  });

  it('has seen no failed reconcile that no scenario asks for', () => {
    const failed = list('events')
      .map((event) => event as Found & { readonly reason?: string; readonly message?: string })
      .filter((event) => event.reason === 'SyncError')
      .filter(({ metadata, message = '' }) => !isAskedFor(metadata.namespace ?? '', message));
    assert.deepEqual(
      failed.map(({ message }) => message),
      [],
    );
  });

  if (AUDIT_LOG) {
    it('has been asked for no more than the ClusterRole grants, and that grants nothing without a reason', () => {
      const { reasons, ...judged } = useOfRights(audited());
      for (const [reason, rights] of reasons)
        console.log(`      ${reason}: ${rights.join(', ') || '(all of it was used)'}`);
      assert.deepEqual(
        { ...judged, unexplained: IS_WHOLE ? judged.unexplained : [] },
        { refused: {}, beyond: [], unexplained: [] },
      );
    });
  }

  it('has refused Metacontroller nothing: the ClusterRole that we install is enough', () => {
    const said = readFileSync(join(installation().folder, 'metacontroller.log'), 'utf8');
    assert.deepEqual(
      said.split('\n').filter((line) => /cannot \w+ resource/.test(line)),
      [],
    );
  });
});

/**
 * Hooks that were taken away (interruptions.test.ts); children whose owner went while it let go of them (deletion.test.ts); an
 * object that is gone when Metacontroller, whose cache still shows it, lets go of it once more.
 */
function isAskedFor(namespace: string, message: string): boolean {
  if (/Post "http:\/\/127\.0\.0\.1:\d+\/v1\/.*(connection refused|EOF|ECONNREFUSED|fetch failed)/.test(message))
    return true;
  if (/can't remove finalizer for \S+ \S+: .* not found$/.test(message)) return true;
  return namespace === 'deleted-orphan' && /can't adopt .* has just been deleted/.test(message);
}

/** The versions once they have stood still for 5 s; Jobs that mount a claim go half a minute after their end. */
function settled(): Promise<Readonly<Record<string, string>>> {
  let last = versions();
  let since = Date.now();
  let changed: readonly string[] = [];
  let leaving: readonly Found[] = [];
  const look = (): typeof last | undefined => {
    const now = versions();
    const names = new Set([...Object.keys(now), ...Object.keys(last)]);
    const different = [...names].filter((name) => now[name] !== last[name]);
    if (different.length > 0) changed = different;
    leaving = list('jobs').filter(isAboutToGo);
    if (different.length > 0 || leaving.length > 0) since = Date.now();
    last = now;
    return Date.now() - since > 5000 ? last : undefined;
  };
  return until('an end of all changes', 90, look, () => {
    const jobs = leaving.map(
      ({ metadata, status }) => `${metadata.namespace}/${metadata.name} ${JSON.stringify(status)}`,
    );
    return `changed last: ${changed.join(', ')}; Jobs that are about to go: ${jobs.join(', ')}`;
  });
}

/** Good Jobs that mount a claim go first; failed ones stay an hour, and those that nobody owns (deletion.test.ts) for ever. */
function isAboutToGo(job: Found): boolean {
  const isBad = job.status?.conditions?.some((one) => one.type === 'Failed');
  const isOwned = (job.metadata.ownerReferences ?? []).length > 0;
  return isOwned && !isBad && JSON.stringify(job.spec).includes('"persistentVolumeClaim"');
}

/** resourceVersion of each object that MetaStash may write. */
function versions(): Readonly<Record<string, string>> {
  const objects = list(EVERYTHING).filter((one) => !/^kube-/.test(one.metadata.namespace ?? ''));
  return Object.fromEntries(
    objects.map(({ kind, metadata }) => [
      `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      metadata.resourceVersion,
    ]),
  );
}
