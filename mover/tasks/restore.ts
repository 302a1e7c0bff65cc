/**
 * restore: restic snapshots back in place, then proof that what was asked for is there.
 *
 *   paths covered by mounts? -> restic restore, beside it restic ls -> every node compared -> Succeeded, or what is missing
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKey } from '../../hooks/domain/backend-path.ts';
import { isBelow } from '../../hooks/domain/patterns.ts';
import type { RestoredPath, RestoreResult } from '../../hooks/domain/report.ts';
import type { RestorePoint, RestoreTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { Fault, faultOf } from '../faults.ts';
import type { Restic } from '../restic/restic.ts';
import { listSnapshot, requireSnapshotId, restoreSnapshot, type RestoreOutcome } from '../restic/restore.ts';
import type { Store } from '../store/store.ts';
import { openRepository, openStorage, scratchOf } from './access.ts';
import { hostPathsFrom, patternsFrom } from './backup-paths.ts';
import { namedCount } from './named-count.ts';
import { overallProgress } from './overall-progress.ts';
import { verifyRestore, type Verification } from './restore-verification.ts';

interface Restore {
  readonly context: MoverContext;
  readonly restic: Restic;
  readonly scratch: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Restores every point in turn; stops at the first that is not whole, with what came back so far in the result. */
export async function restore(task: RestoreTask, context: MoverContext): Promise<TaskOutcome> {
  const include = patternsFrom(context.command.include, 'include');
  const exclude = patternsFrom(context.command.exclude, 'exclude');
  requireCovered(task);
  const { store, secret } = await openStorage(task.storage, context);
  await requireStored(store, task);
  const restic = await openRepository(task, secret, context);
  const plan: Restore = { context, restic, scratch: await scratchOf(context), include, exclude };
  const progress = overallProgress(task.points.length, context);
  const paths: RestoredPath[] = [];
  try {
    for (const point of task.points) {
      const { outcome, found } = await restored(plan, point, progress.report);
      paths.push({
        hostPath: point.hostPath,
        snapshotID: point.id,
        filesExpected: found.filesExpected,
        filesRestored: found.filesRestored,
        bytesRestored: found.bytesRestored,
      });
      const fault = verdictOn(point, outcome, found);
      if (fault) return { result: { restore: resultOf(paths, found) }, error: fault };
      progress.next();
    }
  } catch (thrown) {
    return { result: { restore: { paths } }, error: faultOf(thrown) };
  }
  const fault = nothingSelected(plan, paths);
  return { result: { restore: { paths } }, ...(fault ? { error: fault } : {}) };
}

/** Patterns may leave out a whole path, but not all of them: that is a pattern with a mistake. */
function nothingSelected({ include, exclude }: Restore, paths: readonly RestoredPath[]): Fault | undefined {
  if (include.length + exclude.length === 0 || paths.some((one) => one.filesExpected > 0)) return undefined;
  return new Fault('NothingRestored', `No file of ${paths.map((one) => one.hostPath).join(', ')} matches the patterns`);
}

async function restored(
  plan: Restore,
  point: RestorePoint,
  onProgress: ReturnType<typeof overallProgress>['report'],
): Promise<{ readonly outcome: RestoreOutcome; readonly found: Verification }> {
  const { context, restic, scratch, include, exclude } = plan;
  const { root } = context.settings;
  const listing = join(scratch, `listing-${point.id}.jsonl`);
  try {
    // The listing needs the repository only, so it costs no time beside the restore.
    const [run, list] = await Promise.allSettled([
      restoreSnapshot(restic, { id: point.id, target: root, include, exclude }, onProgress),
      listSnapshot(restic, point.id, listing),
    ]);
    if (run.status === 'rejected') throw run.reason;
    if (list.status === 'rejected') throw list.reason;
    const outcome = run.value;
    const selected = outcome.selected ? { selected: outcome.selected } : {};
    return { outcome, found: await verifyRestore({ listing, hostPath: point.hostPath, root, ...selected }) };
  } finally {
    await rm(listing, { force: true });
  }
}

/** Why this point is not restored, if it is not. */
function verdictOn({ hostPath }: RestorePoint, outcome: RestoreOutcome, found: Verification): Fault | undefined {
  if (found.missingCount > 0) {
    const of = `${found.filesRestored} of ${found.filesExpected} files of ${hostPath} are back`;
    return new Fault('RestoreIncomplete', `${of}; missing: ${shortList(found.missing, found.missingCount)}`);
  }
  if (found.ownershipCount > 0) {
    return new Fault(
      'OwnershipLost',
      `${hostPath} is back, but not its owners and modes: ${shortList(found.ownership, found.ownershipCount)}`,
    );
  }
  // Directories above the path belong to the container's image or to kubelet; they may be read-only.
  const errors = outcome.errors.filter((error) => error.item === '' || isBelow(error.item, hostPath));
  const first = errors[0];
  if (!outcome.clean && first) {
    return new Fault('RestoreIncomplete', `restic restore of ${hostPath}: ${first.item} ${first.message}`);
  }
  return undefined;
}

/** Asked of the store first: restic's own words for a missing snapshot differ from backend to backend. */
async function requireStored(store: Store, task: RestoreTask): Promise<void> {
  const key = objectKey(task.repository.directory, task.resticPath);
  if (!(await store.children(key)).files.includes('config')) {
    throw new Fault('RepositoryMissing', `There is no restic repository at ${key}`);
  }
  for (const { id } of task.points) {
    const stored = await store.get(objectKey(key, 'snapshots', id));
    if (!stored) throw new Fault('SnapshotNotFound', `${key} holds no restic snapshot ${id}`);
  }
}

function shortList(names: readonly string[], count: number): string {
  return `${names.slice(0, 3).join(', ')}${count > 3 ? ` and ${count - 3} more` : ''}`;
}

function resultOf(paths: readonly RestoredPath[], found: Verification): RestoreResult {
  return {
    paths,
    ...(found.missingCount > 0 ? { missing: namedCount(found.missing, found.missingCount) } : {}),
    ...(found.ownershipCount > 0 ? { ownership: namedCount(found.ownership, found.ownershipCount) } : {}),
  };
}

/** Nothing may be written outside the target's volumes: it would be lost with the container, or hit the node. */
function requireCovered(task: RestoreTask): void {
  if (task.points.length === 0)
    throw new Fault('SnapshotNotFound', `Component ${task.component} has no restic snapshot`);
  const mounts = hostPathsFrom(task.mountPaths, []);
  for (const point of task.points) {
    requireSnapshotId(point.id);
    const [hostPath] = hostPathsFrom([point.hostPath], []);
    if (hostPath === undefined || !mounts.some((mount) => isBelow(hostPath, mount))) {
      throw new Fault('PathOutsideTarget', `${point.hostPath} lies below no mounted volume (${mounts.join(', ')})`);
    }
  }
}
