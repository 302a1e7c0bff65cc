/** The grants of one namespace: what is used from here and what its owners let be used, and nothing that is not both. */
import { secretNameOf } from '../../jobs/storage-access.ts';
import { secretRoleName } from '../../jobs/storage-secret.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { usagePolicyAdmits } from '../../kube/label-selector.ts';
import { LABEL } from '../../kube/labels.ts';
import { uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import { role, roleBinding, secretRules, type AccountName } from '../../kube/service-account.ts';
import type { NamedPlace } from '../restoresession/needs.ts';
import type { Observed } from './observe.ts';
import { sharedSecrets } from './shared-secrets.ts';
import { accountsOf, isSamePlace, usesOf, type Use } from './uses.ts';

/** Roles and RoleBindings beside the Secrets that movers of this namespace may read. */
export function grantsOf(observed: Observed): readonly DesiredObject[] {
  const uses = usesOf(observed);
  if (uses.length === 0) return [];
  return [
    ...observed.storages.flatMap((storage) => storageGrant(storage, uses, observed)),
    ...distinct(observed.blueprints.flatMap((one) => sharedSecrets(one, observed.namespace))).flatMap((secret) =>
      secretGrant(secret, uses, observed),
    ),
  ];
}

/** The binding to the Role that the storage keeps for its Secret (jobs/storage-secret.ts). */
function storageGrant(storage: BackupStorage, uses: readonly Use[], observed: Observed): readonly DesiredObject[] {
  const { name, namespace = '' } = storage.metadata;
  if (!isOffered(storage, observed)) return [];
  const place = { namespace, name };
  const accounts = accountsOf(uses, (use) => use.storages.some((one) => isSamePlace(one, place)));
  return accounts.length === 0 ? [] : [binding(secretRoleName(storage), accounts, observed)];
}

/** A storage of this very namespace needs no grant. Before its first status its Role may not be there, and no binding can be made. */
function isOffered(storage: BackupStorage, { namespace: { metadata } }: Observed): boolean {
  const { namespace = '' } = storage.metadata;
  const { name, labels = {} } = metadata;
  if (namespace === name || isDeleting(storage) || storage.status?.conditions === undefined) return false;
  if (secretNameOf(storage.spec?.storage) === undefined) return false;
  return usagePolicyAdmits(storage.spec?.usagePolicy, namespace, { name, labels });
}

/** Role and binding of a Secret that a blueprint shares: both are ours, since a blueprint has no Role of its own. */
function secretGrant(secret: NamedPlace, uses: readonly Use[], observed: Observed): readonly DesiredObject[] {
  const accounts = accountsOf(uses, (use) => isSamePlace(use.secret, secret));
  if (accounts.length === 0) return [];
  const { name, uid } = observed.namespace.metadata;
  const roleName = { namespace: secret.namespace, name: uniqueName(['secret', secret.name, name], uid) };
  return [role(roleName, secretRules([secret.name]), labelsOf(observed)), binding(roleName, accounts, observed)];
}

function binding(roleName: AccountName, accounts: readonly string[], observed: Observed): DesiredObject {
  const { name: namespace, uid } = observed.namespace.metadata;
  return roleBinding(
    roleName,
    accounts.map((name) => ({ namespace, name })),
    labelsOf(observed),
    { name: namespace, uid },
  );
}

/** Who looks at a binding shall see whose it is. */
function labelsOf({ namespace }: Observed): Readonly<Record<string, string>> {
  return { [LABEL.invokerKind]: 'Namespace', [LABEL.invokerName]: namespace.metadata.name };
}

function distinct(places: readonly NamedPlace[]): readonly NamedPlace[] {
  return [...new Map(places.map((one) => [`${one.namespace}/${one.name}`, one])).values()];
}
