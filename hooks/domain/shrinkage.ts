/**
 * Whether a backup that went well is to be doubted, since what it found is nothing, or much less than the last good one
 * found: a volume that was not mounted, a directory that was emptied. Judged by the hook, and by the mover for the manifest
 * that it stores, from the same figures.
 */
import { formatSize } from './size.ts';
import { ok, refused, type Parsed } from './result.ts';

/** What one path held. Some tools count no files. */
export interface Measure {
  readonly hostPath: string;
  readonly files?: number;
  readonly bytes: number;
}

/** What the newest good Snapshot of the same component found. */
export interface Reference {
  readonly snapshot: string;
  readonly paths: readonly Measure[];
}

/** Percent of the files, or of the bytes, that may go from one backup to the next without a word. */
export const ALLOWED_SHRINK_PERCENT = 50;
const EVERYTHING = 100;

/** The value of annotation `metastash.dev/allow-shrink`: `true` for any amount, or a share such as `80%`. */
export function parseAllowedShrink(text: string): Parsed<number> {
  if (text === 'true') return ok(EVERYTHING);
  if (text === 'false') return ok(ALLOWED_SHRINK_PERCENT);
  const match = /^(\d{1,3})%$/.exec(text);
  const percent = Number(match?.[1]);
  if (match !== null && percent <= EVERYTHING) return ok(percent);
  return refused(`${JSON.stringify(text.slice(0, 40))} is neither true nor a share such as 80%`);
}

/** Why the figures are to be doubted, as a clause; undefined where they are not. Without a reference only nothing at all is. */
export function doubtOf(
  found: readonly Measure[],
  reference: Reference | undefined,
  allowedPercent: number,
): string | undefined {
  if (allowedPercent >= EVERYTHING || found.length === 0) return undefined;
  if (found.every(({ files }) => files === 0)) {
    return `no file at all was found in ${found.map((one) => one.hostPath).join(', ')}`;
  }
  if (reference === undefined) return undefined;
  const emptied = found.find((one) => one.files === 0 && (filesIn(reference, one.hostPath) ?? 0) > 0);
  if (emptied !== undefined) {
    const { hostPath } = emptied;
    return `no file was found in ${hostPath}, where Snapshot ${reference.snapshot} found ${filesIn(reference, hostPath)}`;
  }
  return shrunk(found, reference, allowedPercent);
}

function shrunk(found: readonly Measure[], reference: Reference, allowedPercent: number): string | undefined {
  const [files, before] = [totalFiles(found), totalFiles(reference.paths)];
  const of = `Snapshot ${reference.snapshot}`;
  if (files !== undefined && before !== undefined && isBelow(files, before, allowedPercent)) {
    return `${before} files of ${of} became ${files}, more than ${allowedPercent} % are gone`;
  }
  const [bytes, bytesBefore] = [totalBytes(found), totalBytes(reference.paths)];
  if (!isBelow(bytes, bytesBefore, allowedPercent)) return undefined;
  return `${formatSize(bytesBefore)} of ${of} became ${formatSize(bytes)}, more than ${allowedPercent} % are gone`;
}

function isBelow(now: number, before: number, allowedPercent: number): boolean {
  return now * EVERYTHING < before * (EVERYTHING - allowedPercent);
}

function filesIn({ paths }: Reference, hostPath: string): number | undefined {
  return paths.find((one) => one.hostPath === hostPath)?.files;
}

/** Undefined as soon as one path has no count: the sum would be a lie. */
function totalFiles(paths: readonly Measure[]): number | undefined {
  let total = 0;
  for (const { files } of paths) {
    if (files === undefined) return undefined;
    total += files;
  }
  return total;
}

function totalBytes(paths: readonly Measure[]): number {
  return paths.reduce((sum, { bytes }) => sum + bytes, 0);
}
