/** What must hold whatever happened: namespaces go, and a converged cluster is left alone. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, get, kubectl, list, storyOf, until, type Found } from './kubectl.ts';
import { backupConfiguration, claim, claimTarget, folderStorage, namespaceNamed, places } from './scenario.ts';
import { installation } from './setup.ts';
import { volumeFor, writeRandom } from './volumes.ts';

/** Long enough to see what flaps; E2E_STEADY_SECONDS=330 also sees every resync. */
const STEADY_SECONDS = Number(process.env['E2E_STEADY_SECONDS'] ?? 20);
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

  it('has seen no failed reconcile, but where the hooks were taken away', () => {
    const failed = list('events').filter(
      (event) => (event as { reason?: string }).reason === 'SyncError' && event.metadata.namespace !== 'interrupted',
    );
    assert.deepEqual(
      failed.map((event) => (event as { message?: string }).message),
      [],
    );
  });
});

/** The versions once they have stood still for 5 s; Jobs that mount a claim go half a minute after their end. */
function settled(): Promise<Readonly<Record<string, string>>> {
  let last = versions();
  let since = Date.now();
  return until('an end of all changes', 90, () => {
    const now = versions();
    const isSame = JSON.stringify(now) === JSON.stringify(last);
    if (!isSame || list('jobs').some(isAboutToGo)) since = Date.now();
    last = now;
    return Date.now() - since > 5000 ? last : undefined;
  });
}

/** Good Jobs that mount a claim go first; failed ones stay an hour. */
function isAboutToGo(job: Found): boolean {
  const isBad = job.status?.conditions?.some((one) => one.type === 'Failed');
  return !isBad && JSON.stringify(job.spec).includes('"persistentVolumeClaim"');
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
