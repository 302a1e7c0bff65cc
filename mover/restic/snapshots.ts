/** restic snapshots that are already there: an earlier attempt's to adopt, and the parent that saves reading everything. */
import { isObject, type JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { isSnapshotId, numberIn, textIn } from './messages.ts';
import type { Restic } from './restic.ts';

export interface ResticSnapshot {
  readonly id: string;
  readonly time: string;
  readonly tags: readonly string[];
  readonly summary: JsonObject;
}

/** Every snapshot of this host, oldest first. Entries that are not ours to read (no id, no time) are left out. */
export async function snapshotsOfHost(restic: Restic, host: string): Promise<readonly ResticSnapshot[]> {
  const lines: string[] = [];
  await restic.call({ args: ['snapshots', '--no-lock', '--host', host], onLine: (line) => lines.push(line) });
  return listFrom(lines)
    .flatMap(snapshotFrom)
    .sort((left, right) => (left.time < right.time ? -1 : 1));
}

/** Every snapshot of the repository that can be read, oldest first. */
export async function allSnapshots(restic: Restic): Promise<readonly ResticSnapshot[]> {
  const lines: string[] = [];
  await restic.call({ args: ['snapshots', '--no-lock'], onLine: (line) => lines.push(line) });
  return listFrom(lines)
    .flatMap(snapshotFrom)
    .sort((left, right) => (left.time < right.time ? -1 : 1));
}

function listFrom(lines: readonly string[]): readonly unknown[] {
  for (const line of lines) {
    if (!line.startsWith('[')) continue;
    try {
      const list: unknown = JSON.parse(line);
      if (Array.isArray(list)) return list;
    } catch {
      // Not the list; restic prints it on a line of its own.
    }
  }
  throw new Fault('ResticFailed', 'restic snapshots printed no list');
}

function snapshotFrom(value: unknown): readonly ResticSnapshot[] {
  if (!isObject(value)) return [];
  const { id, time, tags } = value;
  if (typeof id !== 'string' || !isSnapshotId(id) || typeof time !== 'string') return [];
  return [
    {
      id,
      time,
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
      summary: isObject(value['summary']) ? value['summary'] : {},
    },
  ];
}

/** Files that restic counted when it made the snapshot. */
export function countsOf(summary: JsonObject): {
  readonly files: number;
  readonly directories: number;
  readonly sizeBytes: number;
  readonly uploadedBytes: number;
  readonly startedAt: string;
  readonly finishedAt: string;
} {
  const sum = (...fields: readonly string[]): number =>
    fields.reduce((all, field) => all + numberIn(summary, field), 0);
  return {
    files: numberIn(summary, 'total_files_processed'),
    directories: sum('dirs_new', 'dirs_changed', 'dirs_unmodified'),
    sizeBytes: numberIn(summary, 'total_bytes_processed'),
    uploadedBytes: numberIn(summary, 'data_added_packed'),
    startedAt: instantIn(summary, 'backup_start'),
    finishedAt: instantIn(summary, 'backup_end'),
  };
}

/** restic writes nanoseconds; the API's times are read by people and parsers that know milliseconds. */
function instantIn(summary: JsonObject, field: string): string {
  const instant = Date.parse(textIn(summary, field));
  return Number.isNaN(instant) ? '' : new Date(instant).toISOString();
}
