/** prune: the space that no restic snapshot needs any more. It can be cut at any point and goes on from there (restic >= 0.17). */
import type { PruneTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { faultOf, isFault } from '../faults.ts';
import type { Restic } from '../restic/restic.ts';
import type { Store } from '../store/store.ts';
import { LONG_SILENCE_MS, openMaintenance } from './maintenance.ts';

/** Prunes one restic repository after the other; those done before a failure are in the result. */
export async function prune(task: PruneTask, context: MoverContext): Promise<TaskOutcome> {
  const maintenance = await openMaintenance(task, context);
  const resticPaths: string[] = [];
  let freedBytes = 0;
  const outcome = (): TaskOutcome => ({ result: { pruned: { resticPaths, freedBytes } } });
  try {
    for (const resticPath of task.resticPaths) {
      const restic = await maintenance.open(resticPath);
      if (restic === undefined) continue;
      const key = maintenance.keyOf(resticPath);
      const before = await bytesIn(maintenance.store, key);
      await pruneOne(restic);
      freedBytes += Math.max(0, before - (await bytesIn(maintenance.store, key)));
      resticPaths.push(resticPath);
    }
  } catch (thrown) {
    return { ...outcome(), error: faultOf(thrown) };
  }
  return outcome();
}

/** A full backend has no room to repack; whole packs that nobody needs can go all the same (restic doc/060_forget.rst). */
async function pruneOne(restic: Restic): Promise<void> {
  try {
    await restic.call({ args: ['prune'], silenceMs: LONG_SILENCE_MS });
  } catch (thrown) {
    if (!isFault(thrown) || thrown.code !== 'StorageFull') throw thrown;
    await restic.call({ args: ['prune', '--max-repack-size', '0'], silenceMs: LONG_SILENCE_MS });
  }
}

async function bytesIn(store: Store, key: string): Promise<number> {
  let bytes = 0;
  for await (const object of store.list(key)) bytes += object.sizeBytes;
  return bytes;
}
