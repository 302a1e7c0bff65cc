/**
 * The Role that may read a BackupStorage's Secret and nothing else. Its BackupStorage makes it in its own namespace, and gives
 * it to nobody: for movers of other namespaces that `usagePolicy` admits, the decorator `grants` binds it (design §6).
 */
import { uniqueName } from '../kube/names.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { role, secretRules, type AccountName } from '../kube/service-account.ts';
import { secretNameOf, type StorageSpec } from './storage-access.ts';

/** Named by uid too: a storage that is made again must not pass on what the one before had given away. */
export function secretRoleName({ metadata }: KubeObject): AccountName {
  const { name, namespace = '', uid } = metadata;
  return { namespace, name: uniqueName(['storage-secret', name], uid) };
}

/** The Role; undefined for a storage without credentials, since a rule without names would be every Secret. */
export function secretRole(
  storage: KubeObject<{ readonly storage?: StorageSpec }>,
  labels: Readonly<Record<string, string>>,
): DesiredObject | undefined {
  const secret = secretNameOf(storage.spec?.storage);
  return secret === undefined ? undefined : role(secretRoleName(storage), secretRules([secret]), labels);
}
