/**
 * Who the movers of this Repository are: ServiceAccount `mover-<repository>`, for its own Jobs and for those of its Snapshots,
 * and the ServiceAccounts that users name for their backup Jobs, which get the same rights.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { RepositoryInfo, Session } from '../../generated/types/shared.ts';
import { textOf } from '../../kube/json-values.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import {
  moverRules,
  observerRules,
  role,
  roleBinding,
  serviceAccount,
  type AccountName,
} from '../../kube/service-account.ts';
import type { Observed } from './observe.ts';
import { offshootLabels } from './offshoot-labels.ts';

/** The ServiceAccount of the movers that work on a Repository. */
export function moverAccountName(repository: Repository): string {
  return `mover-${repository.metadata.name}`;
}

/** ServiceAccount, Role and RoleBinding. A cloud identity comes from the storage's `runtimeSettings`. */
export function moverAccount(observed: Observed): readonly DesiredObject[] {
  const { repository, namespace } = observed;
  const name = { namespace, name: moverAccountName(repository) };
  const labels = offshootLabels(repository);
  const annotations = observed.storage?.spec?.runtimeSettings?.pod?.serviceAccountAnnotations ?? {};
  const ofStorage = textOf(observed.storage?.spec?.runtimeSettings?.pod?.serviceAccountName) ?? [];
  const ofSessions = observed.configurations.flatMap((one) => accountsNamedBy(one, repository.metadata.name));
  const others = [ofStorage, ofSessions].flat().map((account): AccountName => ({ namespace, name: account }));
  return [
    serviceAccount(name, labels, annotations),
    role(name, [...moverRules(), ...observerRules()], labels),
    roleBinding(name, [name, ...others], labels),
  ];
}

/** ServiceAccounts of the sessions that back up into this Repository. */
function accountsNamedBy(configuration: BackupConfiguration, repository: string): readonly string[] {
  const sessions = Array.isArray(configuration.spec?.sessions) ? configuration.spec.sessions : [];
  return sessions
    .filter((one: Session) => Array.isArray(one?.repositories) && one.repositories.some(isNamed(repository)))
    .flatMap((one) => textOf(one.addon?.jobTemplate?.spec?.serviceAccountName) ?? []);
}

function isNamed(name: string): (entry: RepositoryInfo) => boolean {
  return (entry) => entry?.name === name;
}
