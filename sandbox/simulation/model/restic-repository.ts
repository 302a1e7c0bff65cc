/** A restic repository as objects: config, keys, locks, data packs, index, snapshots (R:doc/design.rst, "Repository Layout"). */
import { ResticFailure, idOf, type ResticSession } from './restic-session.ts';

export interface TreeNode {
  readonly path: string;
  readonly blob: string;
  readonly sizeBytes: number;
}

export interface SnapshotObject {
  readonly time: string;
  readonly hostname: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
  /** Blob of the tree itself. */
  readonly tree: string;
  readonly nodes: readonly TreeNode[];
  readonly parent?: string;
  readonly summary: object;
}

/** Blobs by the pack that holds them. */
export type PackIndex = ReadonlyMap<string, readonly string[]>;

/** Opens the repository: 10 where there is none, 12 where no key fits. */
export async function opened(session: ResticSession): Promise<void> {
  const keys = await session.list('keys');
  const config = await session.read('config');
  if (config === undefined)
    throw new ResticFailure(10, 'Fatal: repository does not exist: unable to open config file: Stat: no such file');
  const password = session.run.env['RESTIC_PASSWORD'] ?? '';
  for (const key of keys) {
    const text = await session.read(`keys/${key}`);
    if (text === keyText(password)) return;
  }
  throw new ResticFailure(12, 'Fatal: wrong password or no key found');
}

/** `init`: the key first, then the config; killed between, the key stays. */
export async function init(session: ResticSession): Promise<void> {
  if ((await session.read('config')) !== undefined) throw new ResticFailure(1, 'Fatal: config file already exists');
  if ((await session.list('keys')).length > 0)
    throw new ResticFailure(1, 'Fatal: create repository failed: repository already contains keys');
  if ((await session.list('snapshots')).length > 0)
    throw new ResticFailure(1, 'Fatal: create repository failed: repository already contains snapshots');
  const text = keyText(session.run.env['RESTIC_PASSWORD'] ?? '');
  await session.write(`keys/${idOf(`${text}${session.host.name}`)}`, text);
  await session.write('config', JSON.stringify({ version: 2, id: idOf(`${session.host.name}${session.root}`) }));
  session.say({ message_type: 'initialized', id: idOf(session.root), repository: session.root });
}

function keyText(password: string): string {
  return JSON.stringify({ kdf: 'scrypt', data: idOf(password) });
}

/** All index files together. */
export async function loadedIndex(session: ResticSession): Promise<PackIndex> {
  const packs = new Map<string, readonly string[]>();
  for (const name of await session.list('index')) {
    const text = await session.read(`index/${name}`);
    if (text === undefined || idOf(text) !== name)
      throw new ResticFailure(1, `Fatal: load index/${name}: invalid data`);
    for (const [pack, blobs] of Object.entries(JSON.parse(text) as Record<string, string[]>)) packs.set(pack, blobs);
  }
  return packs;
}

/** Every snapshot that can be read, by id; the others' ids in `broken`. */
export async function loadedSnapshots(
  session: ResticSession,
): Promise<{ readonly whole: ReadonlyMap<string, SnapshotObject>; readonly broken: readonly string[] }> {
  const whole = new Map<string, SnapshotObject>();
  const broken: string[] = [];
  for (const id of await session.list('snapshots')) {
    const text = await session.read(`snapshots/${id}`);
    // Somebody may have forgotten it meanwhile.
    if (text === undefined) continue;
    if (idOf(text) === id) whole.set(id, JSON.parse(text) as SnapshotObject);
    else broken.push(id);
  }
  return { whole, broken };
}

/** Stores one index file of these packs and returns its name; none of no packs. */
export async function storeIndex(session: ResticSession, packs: PackIndex): Promise<string | undefined> {
  if (packs.size === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(packs));
  await session.write(`index/${idOf(text)}`, text);
  return idOf(text);
}

/** Uploads one pack; its name comes from its encrypted bytes, so two packs of the same blobs differ. */
export async function storePack(session: ResticSession, blobs: readonly string[], ms: number): Promise<string> {
  const text = JSON.stringify({ blobs, nonce: `${session.host.name}@${session.host.now()}` });
  const id = idOf(text);
  await session.write(packKey(id), text, ms);
  return id;
}

export function packKey(id: string): string {
  return `data/${id.slice(0, 2)}/${id}`;
}

/** Blobs that a snapshot cannot be restored without. */
export function blobsOf(snapshot: SnapshotObject): readonly string[] {
  return [snapshot.tree, ...snapshot.nodes.map((node) => node.blob)];
}
