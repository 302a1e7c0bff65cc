/**
 * The metadata store on a mounted file system (local backend: hostPath, NFS, claim). A file appears whole, by rename or
 * link; the mount path itself is never created, so that a volume that is not mounted is an error and not a new store.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Fault, systemCode } from '../faults.ts';
import { keyOf, type Store, type StoredObject } from './store.ts';

/** A store below `base`, a directory that must exist. `shownAs` is the name of that directory in messages. */
export function filesStore(base: string, shownAs: string): Store {
  const pathOf = (key: string): string => join(base, ...keyOf(key).split('/'));
  const faulty = <T>(work: () => Promise<T>): Promise<T> => work().catch((thrown) => rethrown(thrown, shownAs));
  return {
    get: (key) => faulty(() => readFile(pathOf(key)).catch(absent)),
    put: (key, bytes) =>
      faulty(async () => {
        await probed(base, shownAs);
        await rename(await staged(pathOf(key), bytes), pathOf(key));
      }),
    putIfAbsent: (key, bytes) =>
      faulty(async () => {
        await probed(base, shownAs);
        return linked(await staged(pathOf(key), bytes), pathOf(key));
      }),
    list: (directory) => walked(base, pathOf(directory)),
    children: (directory) =>
      faulty(async () => {
        const entries = (await readdir(pathOf(directory), { withFileTypes: true }).catch(absent)) ?? [];
        return {
          files: entries.filter((entry) => entry.isFile()).map((entry) => entry.name),
          directories: entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name),
        };
      }),
    delete: (key) => faulty(() => rm(pathOf(key), { force: true })),
    probe: () => faulty(() => probed(base, shownAs)),
  };
}

async function probed(base: string, shownAs: string): Promise<void> {
  const found = await stat(base).catch(absent);
  if (!found?.isDirectory()) throw new Fault('StorageNotMounted', `${shownAs} is not a directory in the mover`);
}

/** The bytes in a file beside the target, on disk, under a name that no reader looks for. */
async function staged(target: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const path = `${target}.${randomUUID()}.part`;
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return path;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  } finally {
    await rm(from, { force: true });
  }
}

async function* walked(base: string, directory: string): AsyncGenerator<StoredObject> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(absent)) ?? [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walked(base, path);
    else if (entry.isFile()) {
      const found = await stat(path).catch(absent);
      if (found) yield { key: relative(base, path).split(sep).join('/'), sizeBytes: found.size };
    }
  }
}

function absent(thrown: unknown): undefined {
  const code = systemCode(thrown);
  // A directory of that name is no object either.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
  throw thrown;
}

function rethrown(thrown: unknown, shownAs: string): never {
  const code = systemCode(thrown);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    throw new Fault('StorageForbidden', `${shownAs}: ${code}, the mover may not do this as its user`, thrown);
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new Fault('StorageFull', `${shownAs}: ${code}`, thrown);
  if (code === 'EIO' || code === 'ESTALE' || code === 'ETIMEDOUT') {
    throw new Fault('StorageUnreachable', `${shownAs}: ${code}`, thrown);
  }
  throw thrown;
}
