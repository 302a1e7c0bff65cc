/** `restic forget` by ids, `prune` and `check` (R:internal/repository/prune.go: orphans, repack, new index, old index, old packs). */
import type { HeldLock } from './restic-locks.ts';
import { blobsOf, loadedIndex, loadedSnapshots, packKey, storeIndex, storePack } from './restic-repository.ts';
import { ResticFailure, type ResticSession } from './restic-session.ts';

const REPACK_MS = 2000;

/** Removes the named snapshots. An id that is not there is said and no failure of the others. */
export async function forget(session: ResticSession): Promise<number> {
  const ids = session.operands().length > 0 ? session.operands() : plainOperands(session);
  if (ids.length === 0) throw new ResticFailure(1, 'Fatal: no policy was specified, no snapshots will be removed');
  const there = new Set(await session.list('snapshots'));
  const unknown = ids.filter((id) => !there.has(id));
  for (const id of unknown)
    session.say({ message_type: 'error', error: { message: `no matching ID found for prefix "${id}"` }, item: id });
  for (const id of ids) if (there.has(id)) await session.remove(`snapshots/${id}`);
  session.line(JSON.stringify([]));
  return 0;
}

/** Flags of forget that the mover uses have no values, so what is no flag is an id. */
function plainOperands(session: ResticSession): readonly string[] {
  return session.run.args.slice(1).filter((arg) => /^[0-9a-f]{8,64}$/.test(arg));
}

/** Removes what no snapshot needs. May be cut anywhere. */
export async function prune(session: ResticSession, lock: HeldLock): Promise<void> {
  const oldIndexes = await session.list('index');
  const index = await loadedIndex(session);
  const { whole, broken } = await loadedSnapshots(session);
  if (broken.length > 0) throw new ResticFailure(1, `Fatal: unable to load snapshot ${broken[0]}`);
  const used = new Set([...whole.values()].flatMap(blobsOf));
  const known = new Set([...index.values()].flat());
  const missing = [...used].find((blob) => !known.has(blob));
  if (missing !== undefined) throw new ResticFailure(1, `Fatal: blob ${missing} is not in the index`);
  for (const pack of (await session.list('data')).map(nameOf))
    if (!index.has(pack)) await session.remove(packKey(pack));
  const kept = new Map([...index].filter(([, blobs]) => blobs.every((blob) => used.has(blob))));
  const dropped = [...index.keys()].filter((pack) => !kept.has(pack));
  if (dropped.length === 0) return;
  const repacked = [...new Set(dropped.flatMap((pack) => index.get(pack) ?? []))].filter((blob) => used.has(blob));
  if (repacked.length > 0) {
    await lock.work(REPACK_MS);
    kept.set(await storePack(session, repacked, REPACK_MS), repacked);
  }
  const present = await storeIndex(session, kept);
  for (const name of oldIndexes) if (name !== present) await session.remove(`index/${name}`);
  for (const pack of dropped) await session.remove(packKey(pack));
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** Structure, and with it whether every blob of every snapshot is where the index says. */
export async function check(session: ResticSession): Promise<number> {
  const index = await loadedIndex(session);
  const { whole, broken } = await loadedSnapshots(session);
  const packs = new Set((await session.list('data')).map(nameOf));
  const there = new Set([...index].filter(([pack]) => packs.has(pack)).flatMap(([, blobs]) => blobs));
  const faults = [
    ...broken.map((id) => `snapshot ${id}: invalid data`),
    ...[...index.keys()].filter((pack) => !packs.has(pack)).map((pack) => `pack ${pack}: does not exist`),
    ...[...whole].flatMap(([id, one]) =>
      blobsOf(one)
        .filter((blob) => !there.has(blob))
        .map((blob) => `snapshot ${id}: blob ${blob} not found in index`),
    ),
  ];
  for (const message of faults) session.say({ message_type: 'error', error: { message } });
  session.say({ message_type: 'summary', num_errors: faults.length, broken_packs: null });
  return faults.length > 0 ? 1 : 0;
}
