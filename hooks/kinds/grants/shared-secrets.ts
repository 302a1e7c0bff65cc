/**
 * Encryption Secrets that a BackupBlueprint shares: those that its own template names in its own namespace. A blueprint can
 * give away nothing of another namespace, and a name that is yet to be filled in names nothing.
 */
import type { BackupBlueprint } from '../../generated/types/backupblueprint.ts';
import type { RepositoryInfo, Session } from '../../generated/types/shared.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { usagePolicyAdmits } from '../../kube/label-selector.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import type { NamedPlace } from '../restoresession/needs.ts';

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** The Secrets of other namespaces that this blueprint lets the given Namespace's movers read. */
export function sharedSecrets(blueprint: BackupBlueprint, consumer: KubeObject): readonly NamedPlace[] {
  const { namespace = '' } = blueprint.metadata;
  const { name, labels = {} } = consumer.metadata;
  if (namespace === name || isDeleting(blueprint)) return [];
  if (!usagePolicyAdmits(blueprint.spec?.usagePolicy, namespace, { name, labels })) return [];
  const sessions = listOf(
    mapOf(mapOf(blueprint.spec)['backupConfigurationTemplate'])['sessions'],
  ) as readonly Session[];
  return sessions
    .flatMap((one) => listOf(mapOf(one)['repositories']) as readonly RepositoryInfo[])
    .map((one) => mapOf(mapOf(one)['encryptionSecret']))
    .flatMap((one) => (one['namespace'] === namespace ? (textOf(one['name']) ?? []) : []))
    .filter((secret) => OBJECT_NAME.test(secret))
    .map((secret) => ({ namespace, name: secret }));
}
