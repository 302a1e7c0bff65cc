/** The listing of a restic snapshot (`ls --json`), node by node, from a file: a snapshot of millions of files is never held whole. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isObject } from '../decode.ts';

export interface SnapshotNode {
  readonly path: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky as in st_mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Every node in the file, in restic's order. */
export async function* nodesIn(file: string): AsyncGenerator<SnapshotNode> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) {
    const node = nodeFrom(line);
    if (node) yield node;
  }
}

/** The node on this line; undefined for the snapshot line, other message types and junk. */
export function nodeFrom(line: string): SnapshotNode | undefined {
  if (!line.startsWith('{')) return undefined;
  const value = jsonOf(line);
  if (!isObject(value) || (value['message_type'] ?? value['struct_type']) !== 'node') return undefined;
  const { path, type, size, mode, uid, gid } = value;
  if (typeof path !== 'string' || typeof type !== 'string') return undefined;
  return {
    path,
    type,
    sizeBytes: typeof size === 'number' ? size : 0,
    mode: modeFrom(typeof mode === 'number' ? mode : 0),
    uid: typeof uid === 'number' ? uid : 0,
    gid: typeof gid === 'number' ? gid : 0,
  };
}

/** Go's io/fs.FileMode keeps these three above the permission bits, at places of its own. */
const GO_SPECIAL_BITS: readonly (readonly [go: number, unix: number])[] = [
  [2 ** 23, 0o4000],
  [2 ** 22, 0o2000],
  [2 ** 20, 0o1000],
];

function modeFrom(goMode: number): number {
  // Above 2^31: bit operators of JavaScript would make it negative, so the high bits are taken by division.
  const special = GO_SPECIAL_BITS.reduce(
    (bits, [go, unix]) => bits + (Math.floor(goMode / go) % 2 === 1 ? unix : 0),
    0,
  );
  return special + (goMode % 0o1000);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
