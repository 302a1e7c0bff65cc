/**
 * Who the movers of this Repository are: ServiceAccount `mover-<repository>`, for its own Jobs and for those of its Snapshots,
 * and the ServiceAccounts that users name for their backup Jobs, which get the same rights.
 */
import type { Repository } from '../../generated/types/repository.ts';
import { repositoryMover, repositoryMovers } from '../../jobs/mover-accounts.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { moverRules, observerRules, role, roleBinding, serviceAccount } from '../../kube/service-account.ts';
import type { Observed } from './observe.ts';
import { offshootLabels } from './offshoot-labels.ts';

/** The ServiceAccount of the movers that work on a Repository. */
export function moverAccountName(repository: Repository): string {
  return repositoryMover(repository.metadata.name);
}

/** ServiceAccount, Role and RoleBinding. A cloud identity comes from the storage's `runtimeSettings`. */
export function moverAccount(observed: Observed): readonly DesiredObject[] {
  const { repository, storage, configurations, namespace } = observed;
  const name = { namespace, name: moverAccountName(repository) };
  const labels = offshootLabels(repository);
  const annotations = storage?.spec?.runtimeSettings?.pod?.serviceAccountAnnotations ?? {};
  const accounts = repositoryMovers(repository, storage, configurations);
  return [
    serviceAccount(name, labels, annotations),
    role(name, [...moverRules(), ...observerRules()], labels),
    roleBinding(
      name,
      accounts.map((account) => ({ namespace, name: account })),
      labels,
    ),
  ];
}
