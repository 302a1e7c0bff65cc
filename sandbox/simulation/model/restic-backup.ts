/** `restic backup` of one path: packs, then index, then the snapshot, so that a kill leaves orphans and never a broken snapshot. */
import type { HeldLock } from './restic-locks.ts';
import { loadedIndex, loadedSnapshots, storeIndex, storePack, type SnapshotObject } from './restic-repository.ts';
import { ResticFailure, idOf, type ResticSession, type SourceFile } from './restic-session.ts';

/** How long a backup works, of which the uploads are a part. */
const READ_MS = 2000;
const UPLOAD_MS = 3000;
const BLOBS_PER_PACK = 2;

/** Runs it under a lock; the exit code: 0, or 3 where files could not be read. */
export async function backup(session: ResticSession, lock: HeldLock, slownessMs: number): Promise<number> {
  const [path = ''] = session.operands();
  const absolute = `/${path}`;
  const startedAt = session.time();
  const index = await loadedIndex(session);
  await lock.work(READ_MS);
  const files = session.host.filesAt(absolute);
  if (files === undefined) throw new ResticFailure(1, 'Fatal: all source directories/files do not exist');
  const readable = files.filter((file) => !file.unreadable && !isExcluded(session, file.path));
  const lost = files.filter((file) => file.unreadable);
  for (const file of lost) {
    session.say({
      message_type: 'error',
      error: { message: `open ${file.path}: permission denied` },
      during: 'archival',
      item: file.path,
    });
  }
  const tree = idOf(JSON.stringify(readable.map(({ path: at, blob }) => [at, blob])));
  const known = new Set([...index.values()].flat());
  const fresh = [...new Set([...readable.map((file) => file.blob), tree])].filter((blob) => !known.has(blob));
  await upload(session, lock, fresh, slownessMs);
  const snapshot = await snapshotOf(session, { absolute, readable, tree, startedAt, fresh: fresh.length });
  const text = JSON.stringify(snapshot);
  const id = idOf(text);
  await session.write(`snapshots/${id}`, text);
  session.say({ message_type: 'summary', ...snapshot.summary, snapshot_id: id });
  return lost.length > 0 ? 3 : 0;
}

async function upload(
  session: ResticSession,
  lock: HeldLock,
  blobs: readonly string[],
  slownessMs: number,
): Promise<void> {
  const packs = new Map<string, readonly string[]>();
  for (let from = 0; from < blobs.length; from += BLOBS_PER_PACK) {
    const part = blobs.slice(from, from + BLOBS_PER_PACK);
    await lock.work(slownessMs);
    packs.set(await storePack(session, part, UPLOAD_MS), part);
    session.say({ message_type: 'status', percent_done: Math.min(1, (from + part.length) / blobs.length) });
  }
  await storeIndex(session, packs);
}

interface Read {
  readonly absolute: string;
  readonly readable: readonly SourceFile[];
  readonly tree: string;
  readonly startedAt: string;
  readonly fresh: number;
}

async function snapshotOf(session: ResticSession, read: Read): Promise<SnapshotObject> {
  const { absolute, readable, tree, startedAt, fresh } = read;
  const bytes = readable.reduce((sum, file) => sum + file.sizeBytes, 0);
  const summary = {
    backup_start: startedAt,
    backup_end: session.time(),
    files_new: readable.length,
    dirs_new: 1,
    data_blobs: fresh,
    data_added: fresh * 500,
    data_added_packed: fresh * 400,
    total_files_processed: readable.length,
    total_bytes_processed: bytes,
  };
  const parent = session.valuesOf('--parent')[0];
  return {
    time: startedAt,
    hostname: session.valuesOf('--host')[0] ?? session.host.hostname,
    tags: session.valuesOf('--tag'),
    paths: [absolute],
    tree,
    nodes: readable.map(({ path, blob, sizeBytes }) => ({ path, blob, sizeBytes })),
    ...(parent === undefined ? {} : { parent }),
    summary,
  };
}

/** Enough of restic's patterns for the sources of the model: a suffix after `*`, or a path and what is below it. */
function isExcluded(session: ResticSession, path: string): boolean {
  return session.valuesOf('--exclude').some((pattern) => {
    const plain = pattern.replace(/^.*\*\*\//, '');
    return plain.startsWith('*') ? path.endsWith(plain.slice(1)) : path === plain || path.startsWith(`${plain}/`);
  });
}

/** `restic snapshots --json`, of one host and with all given tags. */
export async function snapshots(session: ResticSession): Promise<void> {
  const { whole } = await loadedSnapshots(session);
  const host = session.valuesOf('--host')[0];
  const tags = session.valuesOf('--tag').flatMap((tag) => tag.split(','));
  const list = [...whole]
    .filter(([, one]) => (host === undefined || one.hostname === host) && tags.every((tag) => one.tags.includes(tag)))
    .sort(([, left], [, right]) => (left.time < right.time ? -1 : 1))
    .map(([id, one]) => ({ ...one, nodes: undefined, id, short_id: id.slice(0, 8) }));
  session.line(JSON.stringify(list));
}
