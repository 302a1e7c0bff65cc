/**
 * What earlier attempts of the same Snapshot left in the repository. A killed Pod, a lost report or a deleted Job must
 * not end in a second restic snapshot (faults.md S05), and a snapshot that lacks files must not pass for a whole one (S04).
 *
 * A restic snapshot does not say that files were left out. So the mover marks the attempt as incomplete on the backend
 * when it meets the first unreadable file, before restic stores the snapshot; what is marked is never adopted.
 */
import type { BackupTask } from '../../hooks/domain/task.ts';
import { Fault } from '../faults.ts';
import type { ResticSnapshot } from '../restic/snapshots.ts';
import { incompleteKey } from '../store/layout.ts';
import type { Store } from '../store/store.ts';

const PATH_TAG = 'metastash.dev/path=';

/** Tags of one path's restic snapshot. The path is escaped: restic splits tags at commas. */
export function tagsOf(task: BackupTask, hostPath: string): readonly string[] {
  const tags = [...requiredTags(task), ...task.tags, `${PATH_TAG}${encodeURIComponent(hostPath)}`];
  const broken = tags.find((tag) => /[,\p{Cc}]/u.test(tag) || tag.trim() !== tag || tag === '');
  if (broken !== undefined)
    throw new Fault('TagInvalid', `restic tag ${JSON.stringify(broken)} cannot be looked up again`);
  return [...new Set(tags)];
}

function requiredTags(task: BackupTask): readonly string[] {
  return [`metastash.dev/snapshot=${task.snapshot.uid}`, `metastash.dev/component=${task.component}`];
}

/** The newest restic snapshot of this path that an earlier attempt for this very Snapshot made. */
export function earlierAttempt(
  snapshots: readonly ResticSnapshot[],
  task: BackupTask,
  hostPath: string,
): ResticSnapshot | undefined {
  const wanted = [...requiredTags(task), `${PATH_TAG}${encodeURIComponent(hostPath)}`];
  return snapshots.findLast((snapshot) => wanted.every((tag) => snapshot.tags.includes(tag)));
}

/**
 * The newest restic snapshot of the same path, whose unchanged files need not be read again. restic's own choice goes by
 * the path on this machine, which is another one below another METASTASH_ROOT.
 */
export function parentOf(snapshots: readonly ResticSnapshot[], hostPath: string): ResticSnapshot | undefined {
  const tag = `${PATH_TAG}${encodeURIComponent(hostPath)}`;
  return snapshots.findLast((snapshot) => snapshot.tags.includes(tag));
}

/** Whether an attempt for this Snapshot's component met a file that it could not read. */
export async function isMarkedIncomplete(store: Store, task: BackupTask): Promise<boolean> {
  return (await store.get(markOf(task))) !== undefined;
}

/** Marks that from now on restic snapshots of this Snapshot's component may lack files. */
export async function markIncomplete(store: Store, task: BackupTask): Promise<void> {
  await store.put(markOf(task), new TextEncoder().encode('a file could not be read; see the TaskReport\n'));
}

function markOf(task: BackupTask): string {
  return incompleteKey(task.repository.directory, task.snapshot.uid, task.component);
}
