/** From a mover's result to what a Snapshot says of a component, and whether that proves that the data is there (design law 8). */
import { formatDuration } from '../../domain/duration.ts';
import type { BackedUpPath, BackupResult, ReportStatus } from '../../domain/report.ts';
import { formatSize } from '../../domain/size.ts';
import type { ResticStats, SnapshotComponent } from '../../generated/types/snapshot.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { countOf, listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';

/** A restic snapshot id. Anything else in its place never reaches a command line (faults.md B71). */
export function isResticId(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);
}

/** What a report says of a backup; undefined where a part that success needs is missing or cannot be true. */
export function backupResultOf(report: ReportStatus): BackupResult | undefined {
  const result = mapOf(mapOf(report.result)['backup']);
  const paths = listOf(result['paths']).map((one) => backedUpPathOf(one));
  if (paths.length === 0 || paths.includes(undefined)) return undefined;
  return { ...result, paths: paths.filter((one) => one !== undefined) };
}

/** The facts of an ended component; of a failed one too, as what was stored stays restorable. */
export function factsOf(report: ReportStatus, result: BackupResult | undefined): SnapshotComponent {
  const [startedAt, finishedAt] = [instantOf(report.startedAt), instantOf(report.finishedAt)];
  const integrity = result?.integrity;
  return {
    ...(startedAt === undefined || finishedAt === undefined
      ? {}
      : { duration: formatDuration(finishedAt - startedAt) }),
    ...(result === undefined ? {} : { size: formatSize(bytesOf(result)), resticStats: result.paths.map(statsOf) }),
    ...(typeof integrity === 'boolean' ? { integrity } : {}),
  };
}

/** Why a successful report is no success of the component: what could not be read, what did not pass its check. */
export function doubtOf(result: BackupResult): { readonly code: string; readonly message: string } | undefined {
  const unreadable = mapOf(result.unreadable);
  const count = countOf(unreadable['count']) ?? 0;
  if (count > 0)
    return {
      code: 'SourceUnreadable',
      message: `${filesText(count)} could not be read${namesText(unreadable['names'], count)}`,
    };
  if (result.integrity === false) {
    return {
      code: 'IntegrityCheckFailed',
      message: 'restic check found damage in the repository; run restic check and repair it before the next backup',
    };
  }
  return undefined;
}

/** Paths that held no file at all. */
export function emptyPathsOf(result: BackupResult): readonly string[] {
  return result.paths.filter((path) => path.empty === true).map((path) => path.hostPath);
}

/** When the newest of a result's paths was taken. */
export function takenAt(result: BackupResult): number | undefined {
  const instants = result.paths.map((path) => instantOf(path.snapshotTime)).filter((one) => one !== undefined);
  return instants.length === 0 ? undefined : Math.max(...instants);
}

function backedUpPathOf(value: unknown): BackedUpPath | undefined {
  const map = mapOf(value);
  const hostPath = textOf(map['hostPath']);
  const snapshotID = map['snapshotID'];
  if (hostPath?.startsWith('/') !== true || !isResticId(snapshotID)) return undefined;
  const time = (field: string): string => textOf(map[field]) ?? '';
  return {
    hostPath,
    snapshotID,
    snapshotTime: time('snapshotTime'),
    sizeBytes: countOf(map['sizeBytes']) ?? 0,
    uploadedBytes: countOf(map['uploadedBytes']) ?? 0,
    files: countOf(map['files']) ?? 0,
    directories: countOf(map['directories']) ?? 0,
    startedAt: time('startedAt'),
    finishedAt: time('finishedAt'),
    ...(map['empty'] === true ? { empty: true } : {}),
  };
}

function statsOf(path: BackedUpPath): ResticStats {
  const [start, end] = [instantOf(path.startedAt), instantOf(path.finishedAt)];
  const size = formatSize(path.sizeBytes);
  return {
    summary: {
      id: path.snapshotID,
      uploaded: formatSize(path.uploadedBytes),
      hostPath: path.hostPath,
      size,
      ...(start === undefined ? {} : { startTime: timestampOf(start) }),
      ...(end === undefined ? {} : { endTime: timestampOf(end) }),
    },
    progress: {
      ...(start === undefined || end === undefined
        ? {}
        : { secondsElapsed: Math.max(0, Math.round((end - start) / 1000)) }),
      percentDone: '100%',
      totalFiles: path.files,
      filesDone: path.files,
      backupDone: size,
      total: size,
    },
  };
}

/** KubeStash shows what the restic repository holds; without that, what was read. */
function bytesOf(result: BackupResult): number {
  return countOf(result.repositoryBytes) ?? result.paths.reduce((sum, path) => sum + path.sizeBytes, 0);
}

function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

function namesText(names: unknown, count: number): string {
  const shown = textsOf(names).slice(0, 10);
  if (shown.length === 0) return '';
  return `: ${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
}
