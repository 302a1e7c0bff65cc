/** A gigabyte as volumes hold it: many small files, some large ones, half of it compressible. */
import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes per file; the list is walked in circles. */
const SIZES = [2_000, 700, 30_000, 5_000, 250_000, 1_000, 4_000_000, 12_000, 60_000, 16_000_000];
const WORDS = 'restore backup snapshot repository session volume claim node target component'.split(' ');

/** Fills the directory with at least so many bytes. Contents differ from run to run, sizes do not. */
export function writeMixedData(directory: string, bytes: number): void {
  let written = 0;
  for (let index = 0; written < bytes; index += 1) {
    const size = SIZES[index % SIZES.length] ?? 0;
    const folder = join(directory, `d${index % 40}`, `e${index % 7}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${index}`), index % 2 === 0 ? randomBytes(size) : text(size, index));
    written += size;
  }
}

function randomBytes(size: number): Buffer {
  return randomFillSync(Buffer.alloc(size));
}

/** Lines of words and numbers: compresses to a fraction, and no two files are the same. */
function text(size: number, seed: number): string {
  const lines: string[] = [];
  for (let [length, line] = [0, 0]; length < size; line += 1) {
    const value = (seed * 7919 + line * 104_729) % 1_000_003;
    const next = `${line} ${WORDS[value % WORDS.length]} ${value} ${WORDS[(value >> 4) % WORDS.length]}\n`;
    lines.push(next);
    length += next.length;
  }
  return lines.join('').slice(0, size);
}
