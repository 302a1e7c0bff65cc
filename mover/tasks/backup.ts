/**
 * backup: one restic snapshot per path, read back before anything is called Succeeded.
 *
 *   paths there? -> directory ours? -> repository there, or provably none -> earlier attempt to adopt? -> restic backup
 *   -> stored snapshot read back -> with a single component: Snapshot manifest uploaded
 */
import type { BackedUpPath, BackupResult } from '../../hooks/domain/report.ts';
import type { BackupTask } from '../../hooks/domain/task.ts';
import { objectKey } from '../../hooks/domain/backend-path.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { Fault, faultOf } from '../faults.ts';
import { backupPath, isEmpty, type BackupOutcome } from '../restic/backup.ts';
import { ensureRepository } from '../restic/repository.ts';
import type { Restic } from '../restic/restic.ts';
import { countsOf, snapshotsOfHost, type ResticSnapshot } from '../restic/snapshots.ts';
import { checkDirectory } from '../store/claim.ts';
import type { Store } from '../store/store.ts';
import { openRepository, openStorage } from './access.ts';
import { earlierAttempt, isMarkedIncomplete, markIncomplete, parentOf, tagsOf } from './backup-history.ts';
import { hostPathsFrom, patternsFrom, requireSources, rootedPattern } from './backup-paths.ts';
import { confirmStored } from './confirm-stored.ts';
import { namedCount } from './named-count.ts';
import { overallProgress } from './overall-progress.ts';

interface Backup {
  readonly task: BackupTask;
  readonly context: MoverContext;
  readonly store: Store;
  readonly restic: Restic;
  readonly exclude: readonly string[];
  /** Key of the restic repository. */
  readonly key: string;
}

/** Backs up every path; the result keeps what was made also where a later path failed. */
export async function backup(task: BackupTask, context: MoverContext): Promise<TaskOutcome> {
  const hostPaths = hostPathsFrom(context.command.paths, task.mountPaths);
  const exclude = patternsFrom(context.command.exclude, 'exclude');
  for (const hostPath of hostPaths) tagsOf(task, hostPath);
  await requireSources(hostPaths, context.settings.root);
  const { store, secret } = await openStorage(task.storage, context);
  await checkDirectory(store, task.repository.directory, ownerOf(task), context.now());
  const restic = await openRepository(task, secret, context);
  const key = objectKey(task.repository.directory, task.resticPath);
  const plan: Backup = { task, context, store, restic, exclude, key };
  const state = await ensureRepository(restic, store, key);
  const history = state.hasSnapshots ? await snapshotsOfHost(restic, task.host) : [];
  return backupAll(plan, hostPaths, history);
}

async function backupAll(
  plan: Backup,
  hostPaths: readonly string[],
  history: readonly ResticSnapshot[],
): Promise<TaskOutcome> {
  const { task, context, store } = plan;
  const progress = overallProgress(hostPaths.length, context);
  const adoptable = history.length > 0 && !(await isMarkedIncomplete(store, task));
  const paths: BackedUpPath[] = [];
  const unreadable: string[] = [];
  try {
    for (const hostPath of hostPaths) {
      const earlier = adoptable ? earlierAttempt(history, task, hostPath) : undefined;
      const made = earlier
        ? await adopted(plan, hostPath, earlier)
        : await backedUp(plan, hostPath, history, progress.report);
      paths.push(made.path);
      unreadable.push(...made.unreadable);
      progress.next();
    }
  } catch (thrown) {
    return { result: { backup: resultOf(paths, unreadable) }, error: faultOf(thrown) };
  }
  if (unreadable.length > 0) {
    return { result: { backup: resultOf(paths, unreadable) }, error: unreadableFault(unreadable) };
  }
  return finished(plan, paths);
}

/** Everything is stored: size and manifest. */
async function finished(plan: Backup, paths: readonly BackedUpPath[]): Promise<TaskOutcome> {
  const { task, store, key } = plan;
  let repositoryBytes = 0;
  for await (const object of store.list(key)) repositoryBytes += object.sizeBytes;
  const result: BackupResult = { paths, repositoryBytes };
  if (!task.manifest) return { result: { backup: result } };
  const { uploadSnapshot } = await import('./snapshot-manifest.ts');
  const manifestUploaded = await uploadSnapshot(store, task, task.manifest, result);
  return { result: { backup: { ...result, manifestUploaded } } };
}

interface Made {
  readonly path: BackedUpPath;
  readonly unreadable: readonly string[];
}

async function backedUp(
  plan: Backup,
  hostPath: string,
  history: readonly ResticSnapshot[],
  onProgress: ReturnType<typeof overallProgress>['report'],
): Promise<Made> {
  const { task, context, store, restic, exclude, key } = plan;
  const { root } = context.settings;
  const parent = parentOf(history, hostPath);
  let marked: Promise<void> = Promise.resolve();
  const outcome = await backupPath(
    restic,
    {
      path: hostPath.slice(1),
      host: task.host,
      tags: tagsOf(task, hostPath),
      exclude: exclude.map((pattern) => rootedPattern(pattern, root)),
      ...(parent ? { parent: parent.id } : {}),
    },
    {
      onProgress,
      onUnreadable: () => {
        marked = markIncomplete(store, task);
        // Awaited below; a rejection must not count as unhandled before that.
        marked.catch(() => undefined);
      },
    },
  );
  await marked;
  await confirmStored(store, key, outcome.snapshotId);
  return { path: pathOf(hostPath, outcome), unreadable: unreadableOf(outcome, hostPath, root) };
}

async function adopted(plan: Backup, hostPath: string, snapshot: ResticSnapshot): Promise<Made> {
  await confirmStored(plan.store, plan.key, snapshot.id);
  plan.context.log(`restic snapshot ${snapshot.id} of an earlier attempt holds ${hostPath}`);
  return { path: pathOf(hostPath, { snapshotId: snapshot.id, summary: snapshot.summary }), unreadable: [] };
}

function pathOf(hostPath: string, outcome: Pick<BackupOutcome, 'snapshotId' | 'summary'>): BackedUpPath {
  const counts = countsOf(outcome.summary);
  return {
    hostPath,
    snapshotID: outcome.snapshotId,
    snapshotTime: counts.startedAt,
    ...counts,
    ...(isEmpty(outcome.summary) ? { empty: true } : {}),
  };
}

function unreadableOf(outcome: BackupOutcome, hostPath: string, root: string): readonly string[] {
  const named = [...outcome.unreadable.keys()].map((item) =>
    root !== '/' && item.startsWith(root) ? item.slice(root.length) : item,
  );
  return named.length > 0 || !outcome.incomplete ? named : [hostPath];
}

function resultOf(paths: readonly BackedUpPath[], unreadable: readonly string[]): BackupResult {
  return { paths, ...(unreadable.length > 0 ? { unreadable: namedCount(unreadable) } : {}) };
}

function unreadableFault(unreadable: readonly string[]): Fault {
  const named = namedCount(unreadable);
  const more = named.count > 3 ? ` and ${named.count - 3} more` : '';
  const [files, they] = named.count === 1 ? ['1 file is', 'it'] : [`${named.count} files are`, 'they'];
  return new Fault(
    'SourceUnreadable',
    `${files} not in the backup, ${they} could not be read: ${named.names.slice(0, 3).join(', ')}${more}`,
  );
}

function ownerOf(task: BackupTask): { namespace: string; name: string; clusterUid?: string } {
  const { namespace, name } = task.repository;
  return { namespace, name, ...(task.clusterUid === undefined ? {} : { clusterUid: task.clusterUid }) };
}
