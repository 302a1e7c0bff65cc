/**
 * forget: the restic snapshots of Snapshots that a published plan names, by explicit ids, then their manifests.
 *
 *   directory ours? -> per restic repository: which ids are there -> restic forget -> looked up again
 *   -> per Snapshot with nothing left: snapshots/<name>.yaml and marks of unreadable files
 *
 * The restic snapshot goes before the manifest: killed at any point, the next attempt finds what is left and goes on.
 * Data is freed by `prune`, which is another Job.
 */
import { snapshotManifestKey } from '../../hooks/domain/backend-path.ts';
import type { ForgetTarget, ForgetTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { Fault, faultOf } from '../faults.ts';
import { EXIT } from '../restic/exit-codes.ts';
import type { Restic } from '../restic/restic.ts';
import { allSnapshots, type ResticSnapshot } from '../restic/snapshots.ts';
import { incompleteKey, snapshotDirectories } from '../store/layout.ts';
import { keyOf, type Store } from '../store/store.ts';
import { openMaintenance, type Maintenance } from './maintenance.ts';

/** restic is given this many ids at once, so that no argument list grows too long. */
const MAX_IDS = 500;

/** Removes what is there of these Snapshots; the result names those of which nothing is left, also beside an error. */
export async function forget(task: ForgetTask, context: MoverContext): Promise<TaskOutcome> {
  const maintenance = await openMaintenance(task, context);
  const open = new Map(
    task.snapshots.map((target) => [target, new Set(target.components.map((one) => one.resticPath))]),
  );
  const gone: string[] = [];
  let removed = 0;
  const outcome = (): TaskOutcome => ({ result: { forgotten: { snapshots: gone, removed } } });
  const close = async (target: ForgetTarget): Promise<void> => {
    await removeFiles(maintenance.store, task.repository.directory, target);
    gone.push(target.uid);
    open.delete(target);
  };
  const closeDone = async (resticPath?: string): Promise<void> => {
    for (const [target, paths] of [...open]) {
      if (resticPath !== undefined) paths.delete(resticPath);
      if (paths.size === 0) await close(target);
    }
  };
  try {
    await closeDone();
    for (const resticPath of pathsOf(task.snapshots)) {
      removed += await forgetIn(maintenance, resticPath, task.snapshots);
      await closeDone(resticPath);
    }
  } catch (thrown) {
    return { ...outcome(), error: faultOf(thrown) };
  }
  return outcome();
}

function pathsOf(targets: readonly ForgetTarget[]): readonly string[] {
  return [...new Set(targets.flatMap((target) => target.components.map((one) => one.resticPath)))].sort();
}

async function forgetIn(
  maintenance: Maintenance,
  resticPath: string,
  targets: readonly ForgetTarget[],
): Promise<number> {
  const concerned = targets.filter((target) => target.components.some((one) => one.resticPath === resticPath));
  const ids = new Set(
    concerned.flatMap((target) =>
      target.components.filter((one) => one.resticPath === resticPath).flatMap((one) => one.ids),
    ),
  );
  const restic = await maintenance.open(resticPath);
  if (restic === undefined) {
    if (ids.size === 0) return 0; // a failed backup that never came to make one
    throw new Fault('RepositoryMissing', `${maintenance.keyOf(resticPath)} holds no restic repository`);
  }
  const found = (await allSnapshots(restic)).filter((one) => ids.has(one.id) || isTaggedBy(one, concerned));
  const names = found.map((one) => one.id);
  for (let from = 0; from < names.length; from += MAX_IDS) await forgetIds(restic, names.slice(from, from + MAX_IDS));
  await confirmGone(maintenance, resticPath, names);
  return names.length;
}

/** Attempts that no status knows of carry the Snapshot's uid as a tag. */
function isTaggedBy(snapshot: ResticSnapshot, targets: readonly ForgetTarget[]): boolean {
  return targets.some((target) => snapshot.tags.includes(`metastash.dev/snapshot=${target.uid}`));
}

/** restic from 0.19 on ends with 3 where it could not remove some of them; the look afterwards names them. */
async function forgetIds(restic: Restic, ids: readonly string[]): Promise<void> {
  await restic.call({ args: ['forget', '--', ...ids], accept: [EXIT.incomplete] });
}

/** The store's own listing is the evidence: it needs no key, and says what another cluster would find. */
async function confirmGone(maintenance: Maintenance, resticPath: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const place = keyOf(maintenance.keyOf(resticPath), 'snapshots');
  const there = new Set((await maintenance.store.children(place)).files);
  const left = ids.filter((id) => there.has(id));
  if (left.length === 0) return;
  throw new Fault(
    'ForgetIncomplete',
    `${left.length} of ${ids.length} restic snapshots are still in ${maintenance.keyOf(resticPath)}, first ${left[0]}`,
  );
}

async function removeFiles(store: Store, directory: string, target: ForgetTarget): Promise<void> {
  const file = snapshotManifestKey('', target.name).split('/').at(-1) ?? '';
  for (const place of snapshotDirectories(directory)) await store.delete(keyOf(place, file));
  const marks = incompleteKey(directory, target.uid, '');
  for (const name of (await store.children(marks)).files) await store.delete(keyOf(marks, name));
}
