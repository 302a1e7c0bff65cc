/** Whether what was asked for is back: every node of the snapshot against the target, by type, size, owner and mode. */
import { lstatSync, type Stats } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { isBelow } from '../../hooks/domain/patterns.ts';
import { nodesIn, type SnapshotNode } from '../restic/nodes.ts';
import { placed } from '../settings.ts';

export interface Verification {
  /** Files and links, not directories. */
  readonly filesExpected: number;
  readonly filesRestored: number;
  readonly bytesRestored: number;
  /** Not there, of another type or size. */
  readonly missing: readonly string[];
  readonly missingCount: number;
  /** There, with another owner or mode. */
  readonly ownership: readonly string[];
  readonly ownershipCount: number;
}

export interface Expectation {
  /** The listing that restic wrote. */
  readonly listing: string;
  readonly hostPath: string;
  readonly root: string;
  /** With patterns, what they selected; absent: everything at and below hostPath. */
  readonly selected?: ReadonlySet<string>;
}

const KEPT_NAMES = 1000;
/** Heartbeats and signals get their turn between so many nodes. */
const BATCH = 2000;

/** Compares listing and target. Sockets are not restored by restic and not expected. */
export async function verifyRestore(expectation: Expectation): Promise<Verification> {
  const missing = boundedList();
  const ownership = boundedList();
  let [filesExpected, filesRestored, bytesRestored, seen] = [0, 0, 0, 0];
  for await (const node of nodesIn(expectation.listing)) {
    if (!isExpected(node, expectation)) continue;
    seen += 1;
    if (seen % BATCH === 0) await breathe();
    const counts = node.type !== 'dir';
    if (counts) filesExpected += 1;
    const difference = differenceAt(node, expectation.root);
    if (difference?.kind === 'missing') missing.add(`${node.path} (${difference.what})`);
    else {
      if (counts) [filesRestored, bytesRestored] = [filesRestored + 1, bytesRestored + node.sizeBytes];
      if (difference) ownership.add(`${node.path} (${difference.what})`);
    }
  }
  return {
    filesExpected,
    filesRestored,
    bytesRestored,
    missing: missing.names,
    missingCount: missing.count(),
    ownership: ownership.names,
    ownershipCount: ownership.count(),
  };
}

function isExpected(node: SnapshotNode, expectation: Expectation): boolean {
  if (node.type === 'socket' || !isBelow(node.path, expectation.hostPath)) return false;
  return expectation.selected?.has(node.path) ?? true;
}

interface Difference {
  readonly kind: 'missing' | 'ownership';
  readonly what: string;
}

function differenceAt(node: SnapshotNode, root: string): Difference | undefined {
  const found = lstatSync(placed(root, node.path), { throwIfNoEntry: false });
  if (!found) return { kind: 'missing', what: 'not there' };
  if (typeOf(found) !== node.type) return { kind: 'missing', what: `a ${typeOf(found)} instead of a ${node.type}` };
  if (node.type === 'file' && found.size !== node.sizeBytes) {
    return { kind: 'missing', what: `${found.size} of ${node.sizeBytes} bytes` };
  }
  if (found.uid !== node.uid || found.gid !== node.gid) {
    return { kind: 'ownership', what: `owner ${found.uid}:${found.gid} instead of ${node.uid}:${node.gid}` };
  }
  const mode = found.mode % 0o10000;
  if (node.type === 'symlink' || mode === node.mode) return undefined;
  return { kind: 'ownership', what: `mode ${mode.toString(8)} instead of ${node.mode.toString(8)}` };
}

/** restic's words for types (restic internal/data/node.go). */
function typeOf(stats: Stats): string {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'dir';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isBlockDevice()) return 'dev';
  return stats.isCharacterDevice() ? 'chardev' : 'socket';
}

function boundedList(): { readonly names: string[]; add(name: string): void; count(): number } {
  const names: string[] = [];
  let count = 0;
  return {
    names,
    add: (name) => {
      count += 1;
      if (names.length < KEPT_NAMES) names.push(name);
    },
    count: () => count,
  };
}
