/**
 * BackupConfigurations of the restore's target (kubestash-api.md §6.1 #45): a backup of files that are half back would be
 * the newest good one. No spec is written: BackupSessions read this list and are Skipped while the restore runs.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import type { TypedObjectReference } from '../../generated/types/shared.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import { isDeleting, KIND, objectsOf } from '../../kube/references.ts';
import { isSameTarget } from '../../kube/workload.ts';
import type { Observed } from './observe.ts';
import type { PinnedPlan } from './record.ts';

const APP_GROUP = 'core.kubestash.com';

/** From the pinning of the plan on: what was listed, and what has come since. It stays afterwards, as a record. */
export function pausedBackupsOf(
  { session, namespace, related }: Observed,
  plan: PinnedPlan | undefined,
): Pick<RestoreSessionStatus, 'pausedBackups'> {
  if (plan === undefined) return {};
  const listed = listOf(session.status?.pausedBackups).flatMap((one) => {
    const { name } = mapOf(one);
    return typeof name === 'string' ? [name] : [];
  });
  const seen = objectsOf<BackupConfiguration>(related, KIND.backupConfiguration)
    .filter((one) => one.metadata.namespace === namespace && isPausedFor(one, plan))
    .map((one) => one.metadata.name);
  const names = [...new Set([...listed, ...seen])].sort();
  return names.length === 0 ? {} : { pausedBackups: names.map((name) => referenceTo(name, namespace)) };
}

/** One that its user has paused is not ours to list: it stays paused when the restore has ended. */
function isPausedFor(configuration: BackupConfiguration, { target }: PinnedPlan): boolean {
  const own = configuration.spec?.target;
  return (
    own !== undefined && configuration.spec.paused !== true && !isDeleting(configuration) && isSameTarget(own, target)
  );
}

function referenceTo(name: string, namespace: string): TypedObjectReference {
  return { apiGroup: APP_GROUP, kind: 'BackupConfiguration', name, namespace };
}
