/** mover/store/open.ts in the simulation: the metadata store on a modelled disk. */
import type { StorageAccess } from '../../../hooks/domain/task.ts';
import { Fault } from '../../../mover/faults.ts';
import { requiredKey } from '../../../mover/secrets.ts';
import type { StoreAccess } from '../../../mover/store/open.ts';
import { keyOf, type Store } from '../../../mover/store/store.ts';
import { DiskError, type Disk } from '../model/disk.ts';
import { LostAnswer, presentMover, type MoverProcess } from './process.ts';

const REQUEST_MS = 40;

/** As the real one: a Secret that lacks its keys is said before anything is asked. */
export async function openStore(storage: StorageAccess, access: StoreAccess): Promise<Store> {
  const process = presentMover();
  if (storage.place.provider === 's3' && storage.secret) {
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) requiredKey(access.secret, key, storage.secret);
  }
  return storeOn(process, process.world.diskOf(storage, process.pod), prefixOf(storage));
}

/** Where the storage begins on its disk. */
export function prefixOf(storage: StorageAccess): string {
  return storage.place.provider === 'local' ? '' : storage.place.prefix;
}

function storeOn(process: MoverProcess, disk: Disk, prefix: string): Store {
  const whole = (key: string): string => keyOf(prefix, key);
  const asks = <Result>(what: string, act: () => Result): Promise<Result> =>
    process.does(`store: ${what}`, act, REQUEST_MS).catch((thrown: unknown) => rethrown(thrown, disk));
  const by = (): { name: string; now: number } => ({ name: process.name, now: process.world.clock.now() });
  const keys = (directory: string): readonly string[] => {
    const start = whole(directory);
    return disk.keysBelow(start).map((key) => (start === '' ? key : key.slice(start.length + 1)));
  };
  return {
    get: (key) =>
      asks(`get ${key}`, () => {
        const text = disk.read(whole(key));
        return text === undefined ? undefined : new TextEncoder().encode(text);
      }),
    put: (key, bytes) => asks(`put ${key}`, () => disk.write(whole(key), new TextDecoder().decode(bytes), by())),
    putIfAbsent: (key, bytes) =>
      asks(`put ${key} if absent`, () => {
        if (disk.read(whole(key)) !== undefined) return false;
        disk.write(whole(key), new TextDecoder().decode(bytes), by());
        return true;
      }),
    async *list(directory) {
      const found = await asks(`list ${directory}`, () =>
        keys(directory).map((key) => ({
          key: keyOf(directory, key),
          sizeBytes: disk.objects.get(whole(keyOf(directory, key)))?.text.length ?? 0,
        })),
      );
      yield* found;
    },
    children: (directory) =>
      asks(`list ${directory}/`, () => {
        const below = keys(directory).map((key) => key.split('/'));
        return {
          files: below.filter((parts) => parts.length === 1).map((parts) => parts[0] ?? ''),
          directories: [...new Set(below.filter((parts) => parts.length > 1).map((parts) => parts[0] ?? ''))],
        };
      }),
    delete: (key) => asks(`delete ${key}`, () => disk.remove(whole(key), by())),
    probe: () => asks('probe', () => void disk.keysBelow('?')),
  };
}

/** In the words of mover/store/files.ts and s3.ts. */
function rethrown(thrown: unknown, disk: Disk): never {
  if (thrown instanceof LostAnswer) throw new Fault('StorageUnreachable', thrown.message, thrown);
  if (!(thrown instanceof DiskError)) throw thrown;
  const code = {
    unreachable: 'StorageUnreachable',
    forbidden: 'StorageForbidden',
    full: 'StorageFull',
    absent: 'BucketNotFound',
  } as const;
  throw new Fault(code[thrown.refusal], `${disk.name}: ${thrown.message}`, thrown);
}
