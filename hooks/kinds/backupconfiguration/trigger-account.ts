/** As whom the trigger runs: it may make BackupSessions, and look up the Job it belongs to for the time of its tick. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { moverIdentity, triggerRules, type AccountName, type PolicyRule } from '../../kube/service-account.ts';
import { labelsOf } from './labels.ts';

/** For `kubectl create job --from=cronjob/…`, whose Job's name tells no tick. */
const OWN_JOB: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
];

/** Named by uid too: a configuration that is made again must not meet the account of the one that is going. */
export function triggerAccount(configuration: BackupConfiguration): AccountName {
  const { name, namespace = '', uid } = configuration.metadata;
  return { namespace, name: uniqueName(['trigger', name], uid) };
}

/** ServiceAccount, Role and RoleBinding, also for the accounts that users name for the trigger's Pod. */
export function triggerIdentity(configuration: BackupConfiguration): readonly DesiredObject[] {
  const account = triggerAccount(configuration);
  const labels = { ...labelsOf(configuration), [LABEL.component]: COMPONENT.trigger };
  return moverIdentity(
    account,
    [...triggerRules(), ...OWN_JOB],
    namedAccounts(configuration, account.namespace),
    labels,
  );
}

function namedAccounts(configuration: BackupConfiguration, namespace: string): readonly AccountName[] {
  const sessions = Array.isArray(configuration.spec?.sessions) ? configuration.spec.sessions : [];
  return sessions
    .map((one) => one?.scheduler?.jobTemplate?.template?.spec?.serviceAccountName)
    .filter((name) => typeof name === 'string' && name !== '')
    .map((name) => ({ namespace, name }));
}
