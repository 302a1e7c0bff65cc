/** mover/restic/process.ts in the simulation: the modelled restic instead of a program. */
import { resticRepositoryOf } from '../../../hooks/domain/restic-repository.ts';
import type { StorageAccess } from '../../../hooks/domain/task.ts';
import type { ResticExit, ResticRun } from '../../../mover/restic/process.ts';
import { placed } from '../../../mover/settings.ts';
import { keyOf } from '../../../mover/store/store.ts';
import type { Disk } from '../model/disk.ts';
import { modelledRestic } from '../model/restic.ts';
import { containerPath, filesAt, mountOf } from './files.ts';
import { prefixOf } from './open-store.ts';
import { presentMover, type MoverProcess } from './process.ts';

/** One run of restic by the mover that is running. */
export function runRestic(run: ResticRun): Promise<ResticExit> {
  const process = presentMover();
  return modelledRestic(
    run,
    {
      name: process.name,
      hostname: process.pod.metadata.name,
      now: () => process.world.clock.now(),
      does: (what, act, ms) => process.does(what, act, ms),
      repositoryAt: (url) => repositoryAt(process, url),
      filesAt: (path) => filesAt(process, containerPath(process, path)),
      restore: (path, file) => {
        const mount = mountOf(process, path);
        mount?.volume.restore(process.world.clock.now(), path.slice(mount.mountPath.length + 1), file);
      },
      writeListing: (file, lines) => void process.files.set(file, lines),
      isAlive: (name) => process.world.isAlive(name),
    },
    process.fate.restic,
  );
}

/** The key is what stands behind the storage's own part of the URL. */
function repositoryAt(process: MoverProcess, url: string): { readonly disk: Disk; readonly key: string } {
  const { task } = process;
  if (!('storage' in task)) throw new Error(`${task.task} has no storage`);
  const storage = task.storage as StorageAccess;
  const { place } = storage;
  const shifted = place.provider === 'local' ? { ...place, mountPath: placed(process.root, place.mountPath) } : place;
  const base = resticRepositoryOf(shifted, 'D', 'R').url.slice(0, -'D/R'.length);
  if (!url.startsWith(base)) throw new Error(`${url} lies outside of ${base}`);
  return { disk: process.world.diskOf(storage, process.pod), key: keyOf(prefixOf(storage), url.slice(base.length)) };
}
