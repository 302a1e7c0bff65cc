/**
 * What a RestoreSession's own spec must say. An ordered list of named checks; the first problem makes it Invalid until the
 * spec is changed. What other objects lack is no matter of these: see source.ts and preparation.ts.
 */
import { parsePositiveDuration } from '../../domain/duration.ts';
import { isVolumeSnapshotTask } from '../../domain/task-alias.ts';
import type { Problem } from '../../domain/result.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { volumeSnapshotText } from '../../jobs/catalog.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { targetKindOf } from '../../kube/workload.ts';

type Check = (session: RestoreSession) => Problem | undefined;

export const LATEST = 'latest';

/** In the order of the spec. */
export const CHECKS: readonly Check[] = [
  restoresVolumeSnapshots,
  namesNoTarget,
  hasUnsupportedTarget,
  targetsOtherNamespace,
  asksForPointInTime,
  namesNoSnapshot,
  asksForLatestOfNothing,
  listsNotOneTask,
  hasUnreadableTimeout,
];

/** The first problem of the spec. */
export function firstProblem(session: RestoreSession): Problem | undefined {
  for (const check of CHECKS) {
    const problem = check(session);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Such a restore has no target, so this comes before the question for one. */
function restoresVolumeSnapshots({ spec }: RestoreSession): Problem | undefined {
  const tasks = listOf(spec?.addon?.tasks).map(mapOf);
  const index = tasks.findIndex(
    (one) =>
      isVolumeSnapshotTask(textOf(one['name']) ?? '') ||
      listOf(mapOf(one['targetVolumes'])['volumeClaimTemplates']).length > 0,
  );
  if (index < 0) return undefined;
  const name = textOf(tasks[index]?.['name']) ?? '';
  return invalid('DriverUnsupported', `/spec/addon/tasks/${index}: ${volumeSnapshotText(name, 'restore')}`);
}

function namesNoTarget({ spec }: RestoreSession): Problem | undefined {
  if (textOf(spec?.target?.name) !== undefined) return undefined;
  return invalid(
    'TargetMissing',
    '/spec/target names nothing; name the Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim to restore into',
  );
}

function hasUnsupportedTarget({ spec }: RestoreSession): Problem | undefined {
  const kind = targetKindOf(spec.target ?? { name: '' });
  return kind.ok
    ? undefined
    : invalid(kind.error.reason, kind.error.message.replace('cannot be backed up', 'cannot be restored into'));
}

/** Claims can only be mounted by Pods of their own namespace, and Jobs live with their RestoreSession. */
function targetsOtherNamespace({ spec, metadata }: RestoreSession): Problem | undefined {
  const own = metadata.namespace ?? '';
  const wanted = spec.target?.namespace ?? own;
  if (wanted === own) return undefined;
  return invalid(
    'TargetInOtherNamespace',
    `/spec/target/namespace is ${wanted}, and a RestoreSession restores into its own namespace ${own}; create it with ` +
      `metadata.namespace: ${wanted}, target.namespace: ${wanted} and dataSource.namespace: ${spec.dataSource?.namespace ?? own}`,
  );
}

function asksForPointInTime({ spec }: RestoreSession): Problem | undefined {
  if (spec.dataSource?.pitr === undefined) return undefined;
  return invalid(
    'PitrUnsupported',
    '/spec/dataSource/pitr is for databases, and no Addon here can do it; name a Snapshot in dataSource.snapshot',
  );
}

function namesNoSnapshot({ spec }: RestoreSession): Problem | undefined {
  if (textOf(spec.dataSource?.snapshot) !== undefined) return undefined;
  return invalid('SnapshotMissing', `/spec/dataSource/snapshot is empty; name a Snapshot, or write ${LATEST}`);
}

function asksForLatestOfNothing({ spec }: RestoreSession): Problem | undefined {
  const { snapshot, repository } = spec.dataSource;
  if (snapshot !== LATEST || textOf(repository) !== undefined) return undefined;
  return invalid(
    'RepositoryMissing',
    '/spec/dataSource/repository is empty; snapshot: latest needs the name of a Repository',
  );
}

function listsNotOneTask({ spec }: RestoreSession): Problem | undefined {
  const tasks = listOf(spec.addon?.tasks);
  if (textOf(spec.addon?.name) !== undefined && tasks.length === 1) return undefined;
  const found = tasks.length === 1 ? 'has no name' : `lists ${tasks.length} tasks`;
  return invalid(
    'OneTaskNeeded',
    `/spec/addon ${found}; name an Addon and one task, for example workload-addon with logical-backup-restore`,
  );
}

function hasUnreadableTimeout({ spec }: RestoreSession): Problem | undefined {
  if (spec.restoreTimeout === undefined) return undefined;
  const parsed = parsePositiveDuration(spec.restoreTimeout);
  return parsed.ok ? undefined : invalid('TimeoutInvalid', `/spec/restoreTimeout: ${parsed.error}`);
}

function invalid(reason: string, message: string): Problem {
  return { reason, message, waits: false };
}
