/** Files worth losing: text and binary, many small and some large, and every kind of entry that backups get wrong. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const MIB = 1024 * 1024;

/** A small generator of repeatable numbers in [0, 1) (mulberry32), so that two demos write the same bytes. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function bytesFrom(next: () => number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((next() * 2 ** 32) >>> 0, at);
  for (let at = length - (length % 4); at < length; at += 1) bytes[at] = (next() * 256) >>> 0;
  return bytes;
}

/** Writes about `megabytes` MiB below `directory`; the same seed writes the same tree. */
export function writeSampleData(directory: string, megabytes: number, seed: number): void {
  const next = numbersFrom(seed);
  writeLargeFiles(join(directory, 'media'), Math.floor(megabytes * 0.7), next);
  writeSmallFiles(join(directory, 'notes'), Math.floor(megabytes * 0.3 * MIB), next);
  writeOddities(join(directory, 'oddities'));
}

function writeLargeFiles(directory: string, megabytes: number, next: () => number): void {
  mkdirSync(directory, { recursive: true });
  const size = 7;
  for (let written = 0, index = 0; written < megabytes; written += size, index += 1) {
    writeFileSync(join(directory, `video-${index}.bin`), bytesFrom(next, Math.min(size, megabytes - written) * MIB));
  }
}

function writeSmallFiles(directory: string, bytes: number, next: () => number): void {
  const words = ['backup', 'restore', 'volume', 'snapshot', 'cluster', 'namespace', 'retention', 'the', 'and', 'of'];
  for (let written = 0, index = 0; written < bytes; index += 1) {
    const folder = join(directory, `year-${2000 + (index % 25)}`, `month-${1 + (index % 12)}`);
    mkdirSync(folder, { recursive: true });
    const line = `${Array.from({ length: 12 }, () => words[(next() * words.length) >>> 0]).join(' ')}\n`;
    const text = line.repeat(1 + ((next() * 3000) >>> 0));
    writeFileSync(join(folder, `note-${index}.txt`), text);
    written += text.length;
  }
}

function writeOddities(directory: string): void {
  mkdirSync(join(directory, 'empty-directory'), { recursive: true });
  const inside = (name: string): string => join(directory, name);
  writeFileSync(inside('empty-file'), '');
  writeFileSync(inside('grüße-日本語-🗄.txt'), 'Unicode in name and text: ✓\n');
  writeFileSync(inside(' leading space and "quotes"'), 'quoted\n');
  writeFileSync(inside('-leading-dash'), 'not an option\n');
  writeFileSync(inside('read-only'), 'mode 0400\n');
  chmodSync(inside('read-only'), 0o400);
  writeFileSync(inside('run-me.sh'), '#!/bin/sh\necho hello\n');
  chmodSync(inside('run-me.sh'), 0o4755);
  writeFileSync(inside('hard-link-a'), 'one inode, two names\n');
  linkSync(inside('hard-link-a'), inside('hard-link-b'));
  symlinkSync('run-me.sh', inside('link-to-file'));
  symlinkSync('/nowhere/at/all', inside('dangling-link'));
  writeSparse(inside('sparse-64-mib'));
  writeFileSync(inside('old'), 'from another century\n');
  utimesSync(inside('old'), new Date('1999-12-31T23:59:59Z'), new Date('1999-12-31T23:59:59Z'));
  if (hasXattrTools()) execFileSync('setfattr', ['-n', 'user.metastash.note', '-v', 'kept', inside('run-me.sh')]);
}

function writeSparse(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, 64 * MIB);
  writeSync(file, 'in the middle of nothing', 32 * MIB);
  closeSync(file);
}

/** Whether extended attributes can be written and read here (Debian's package attr). */
export function hasXattrTools(): boolean {
  try {
    execFileSync('setfattr', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
