/** The second Role of a BackupStorage: what it lets movers of admitted namespaces read, and no more (design §6). */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { secretRole, secretRoleName } from '../../jobs/storage-secret.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { KIND } from '../../kube/references.ts';
import { role, type PolicyRule } from '../../kube/service-account.ts';
import { storageLabels } from './labels.ts';
import type { Observed } from './observe.ts';

/** For a spec that is fit for use: the Role of the Secret that it names. */
export function secretRoleOf(storage: BackupStorage): readonly DesiredObject[] {
  const wanted = secretRole(storage, storageLabels(storage));
  return wanted === undefined ? [] : [wanted];
}

/** For a spec that is refused, or a storage that is going: the Role as it is, since such a spec opens no other Secret. */
export function secretRoleAsObserved(storage: BackupStorage, { identities }: Observed): readonly DesiredObject[] {
  const name = secretRoleName(storage);
  const found = identities.find(
    (one) => `${one.kind}.${one.apiVersion}` === KIND.role && one.metadata.name === name.name,
  ) as { readonly rules?: readonly PolicyRule[] } | undefined;
  return found === undefined ? [] : [role(name, found.rules ?? [], storageLabels(storage))];
}
