/** `restic restore` in place and `restic ls`. */
import { blobsOf, loadedIndex, packKey, type SnapshotObject } from './restic-repository.ts';
import { ResticFailure, idOf, type ResticSession } from './restic-session.ts';
import type { HeldLock } from './restic-locks.ts';

const FILE_MS = 400;

/** Writes every file of the snapshot below the target; 1 with an `error` message per file whose blob is gone. */
export async function restore(session: ResticSession, lock: HeldLock): Promise<number> {
  const snapshot = await found(session);
  const there = await blobsThere(session, snapshot);
  if (!there.has(snapshot.tree)) throw new ResticFailure(1, `Fatal: tree ${snapshot.tree} not found`);
  let failed = 0;
  for (const node of snapshot.nodes) {
    await lock.work(FILE_MS);
    if (there.has(node.blob)) session.host.restore(node.path, node);
    else {
      failed += 1;
      session.say({
        message_type: 'error',
        error: { message: `blob ${node.blob} not found` },
        during: 'restore',
        item: node.path,
      });
    }
    session.say({ message_type: 'verbose_status', action: 'restored', item: node.path, size: node.sizeBytes });
  }
  session.say({
    message_type: 'summary',
    total_files: snapshot.nodes.length,
    files_restored: snapshot.nodes.length - failed,
  });
  return failed > 0 ? 1 : 0;
}

/** The listing as JSON lines into the file that was asked for. */
export async function ls(session: ResticSession): Promise<void> {
  const snapshot = await found(session);
  const lines = snapshot.nodes.map(({ path, sizeBytes }) =>
    JSON.stringify({
      message_type: 'node',
      struct_type: 'node',
      type: 'file',
      path,
      size: sizeBytes,
      mode: 0o644,
      uid: 0,
      gid: 0,
    }),
  );
  const all = [JSON.stringify({ message_type: 'snapshot', struct_type: 'snapshot', time: snapshot.time }), ...lines];
  if (session.run.stdoutFile === undefined) for (const line of all) session.line(line);
  else session.host.writeListing(session.run.stdoutFile, all);
}

async function found(session: ResticSession): Promise<SnapshotObject> {
  const [id = ''] = session.operands();
  const text = await session.read(`snapshots/${id}`);
  if (text === undefined)
    throw new ResticFailure(1, `Fatal: failed to find snapshot: no matching ID found for prefix "${id}"`);
  if (idOf(text) !== id) throw new ResticFailure(1, `Fatal: load(<snapshot/${id}>): invalid data returned`);
  return JSON.parse(text) as SnapshotObject;
}

async function blobsThere(session: ResticSession, snapshot: SnapshotObject): Promise<ReadonlySet<string>> {
  const index = await loadedIndex(session);
  const wanted = new Set(blobsOf(snapshot));
  const there = new Set<string>();
  for (const [pack, blobs] of index) {
    if (!blobs.some((blob) => wanted.has(blob))) continue;
    if ((await session.read(packKey(pack))) !== undefined) for (const blob of blobs) there.add(blob);
  }
  return there;
}
