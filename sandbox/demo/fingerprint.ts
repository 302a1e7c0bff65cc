/** What a tree is, down to what a restore must bring back: a line per entry, so that two trees can be compared and shown. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type BigIntStats } from 'node:fs';
import { join, relative } from 'node:path';
import { hasXattrTools } from './data.ts';

/** Path below the root -> everything that is compared about it. */
export type Fingerprint = ReadonlyMap<string, string>;

export interface Difference {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Type, mode, owner, modification time, size, content hash, link target, hard-link group and extended attributes of every entry. */
export function fingerprintOf(root: string): Fingerprint {
  const entries = new Map<string, string>();
  const inodes = new Map<bigint, string>();
  const attributes = extendedAttributesBelow(root);
  const visit = (path: string): void => {
    const stats = lstatSync(path, { bigint: true });
    const name = relative(root, path) || '.';
    const line = [
      ownershipOf(stats),
      contentOf(path, stats),
      hardLinkOf(stats, name, inodes),
      attributes.get(path) ?? '',
    ];
    entries.set(name, line.filter((part) => part !== '').join(' '));
    if (stats.isDirectory()) for (const child of readdirSync(path).sort()) visit(join(path, child));
  };
  visit(root);
  return entries;
}

/** Every entry that is not the same in both, by path. */
export function differencesOf(before: Fingerprint, after: Fingerprint): readonly Difference[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }));
}

/** One hash over the whole tree. */
export function digestOf(fingerprint: Fingerprint): string {
  const hash = createHash('sha256');
  for (const [path, line] of fingerprint) hash.update(`${path}\0${line}\n`);
  return hash.digest('hex');
}

function ownershipOf(stats: BigIntStats): string {
  return `mode=${stats.mode.toString(8)} owner=${stats.uid}:${stats.gid} modified=${stats.mtimeNs}`;
}

function contentOf(path: string, stats: BigIntStats): string {
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return stats.isFile() ? `size=${stats.size} sha256=${hashOf(path)}` : '';
}

function hashOf(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  const file = openSync(path, 'r');
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
    hash.update(chunk.subarray(0, length));
  closeSync(file);
  return hash.digest('hex');
}

function hardLinkOf(stats: BigIntStats, name: string, inodes: Map<bigint, string>): string {
  if (stats.isDirectory() || stats.nlink < 2n) return '';
  const first = inodes.get(stats.ino) ?? name;
  inodes.set(stats.ino, first);
  return `same-inode-as=${first}`;
}

function extendedAttributesBelow(root: string): ReadonlyMap<string, string> {
  if (!hasXattrTools()) return new Map();
  const dump = execFileSync(
    'getfattr',
    ['--recursive', '--physical', '--no-dereference', '--absolute-names', '--dump', '--encoding=hex', root],
    { encoding: 'utf8' },
  );
  const blocks = dump.split('\n\n').map((block) => block.split('\n').filter((line) => line !== ''));
  return new Map(blocks.map(([file = '', ...values]) => [file.replace(/^# file: /, ''), values.sort().join(' ')]));
}
