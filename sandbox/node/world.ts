/** Where the sandbox keeps what a cluster keeps on disks: one folder per volume, so that "the node's disk" is a path to look at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface World {
  readonly directory: string;
  /** The bytes of a PersistentVolumeClaim. */
  claim(namespace: string, name: string): string;
  /** A path on a node. */
  nodePath(node: string, path: string): string;
  nfs(server: string, path: string): string;
  /** What belongs to one Pod and goes with it: its root, emptyDirs, secrets, log. */
  pod(uid: string): string;
}

/** A world below `directory`; folders come to be when they are asked for. */
export function createWorld(directory: string): World {
  const folder = (...parts: readonly string[]): string => {
    const path = join(directory, ...parts);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    directory,
    claim: (namespace, name) => folder('claims', namespace, name),
    nodePath: (node, path) => folder('nodes', node, path),
    nfs: (server, path) => folder('nfs', server, path),
    pod: (uid) => folder('pods', uid),
  };
}
