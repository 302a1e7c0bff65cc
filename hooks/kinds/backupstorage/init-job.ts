/** The Job that prepares a storage, the Job that asks why it does not run, and the account of both. */
import { ok, waitingFor, type Outcome } from '../../domain/result.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { diagnoseJob, type ObserverPlace } from '../../jobs/observer-jobs.ts';
import { storageAccessOf } from '../../jobs/storage-access.ts';
import { systemTaskJob } from '../../jobs/system-task-job.ts';
import type { RuntimeSettings } from '../../jobs/shapes.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import {
  moverRules,
  observerRules,
  role,
  roleBinding,
  serviceAccount,
  type AccountName,
} from '../../kube/service-account.ts';
import type { Init } from './init.ts';
import { storageLabels } from './labels.ts';
import type { Observed } from './observe.ts';

/** The Jobs and reports that this attempt needs and that are not there yet. */
export function initJobs(storage: BackupStorage, observed: Observed, init: Init): Outcome<readonly DesiredObject[]> {
  if (init.state?.kind === 'make') return initJob(storage, observed, init);
  if (init.state?.kind !== 'wait' || init.state.diagnose === undefined) return ok([]);
  return diagnoseJob(jobPlace(storage, observed), init.jobName, init.state.diagnose);
}

/** What all Jobs of a storage have in common. */
export function jobPlace(storage: BackupStorage, observed: Observed): ObserverPlace {
  return {
    namespace: observed.namespace,
    labels: storageLabels(storage),
    related: observed.related,
    serviceAccountName: accountOf(storage).name,
    namespaceObject: observed.namespaceObject,
  };
}

/** ServiceAccount, Role and RoleBinding of the storage's Jobs, also for an account that the user names. */
export function storageIdentity(storage: BackupStorage): readonly DesiredObject[] {
  const account = accountOf(storage);
  const pod = mapOf(mapOf(mapOf(storage.spec)['runtimeSettings'])['pod']);
  const named = textOf(pod['serviceAccountName']);
  const others = named === undefined ? [] : [{ namespace: account.namespace, name: named }];
  const labels = storageLabels(storage);
  return [
    serviceAccount(account, labels, textEntriesOf(pod['serviceAccountAnnotations'])),
    role(account, [...moverRules(), ...observerRules()], labels),
    roleBinding(account, [account, ...others], labels),
  ];
}

function initJob(storage: BackupStorage, observed: Observed, init: Init): Outcome<readonly DesiredObject[]> {
  const { clusterUid, namespace } = observed;
  if (clusterUid === undefined) {
    return waitingFor('Namespace', 'Namespace kube-system, whose uid names this cluster, is not shown yet');
  }
  const mount = storageAccessOf(storage, namespace);
  if (!mount.ok) return mount;
  return systemTaskJob({
    ...jobPlace(storage, observed),
    name: init.jobName,
    order: { task: 'init-storage', storage: mount.value.access, clusterUid },
    run: init.record.run.run,
    mounts: [mount.value],
    runtimeSettings: storage.spec.runtimeSettings as RuntimeSettings | undefined,
  });
}

/** Also of a spec that is refused: the account stays as it was. */
function textEntriesOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Named by uid too: a storage that is made again must not meet the account of the one that is going. */
function accountOf(storage: BackupStorage): AccountName {
  const { name, namespace = '', uid } = storage.metadata;
  return { namespace, name: uniqueName(['storage', name], uid) };
}
