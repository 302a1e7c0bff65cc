/** From a mover's result to what a RestoreSession says of a component, and whether everything is really back (design law 8). */
import { formatDuration } from '../../domain/duration.ts';
import type { ReportError, ReportStatus } from '../../domain/report.ts';
import { formatSize } from '../../domain/size.ts';
import type { RestorePoint } from '../../domain/task.ts';
import type { RestoreComponent } from '../../generated/types/restoresession.ts';
import { instantOf } from '../../kube/instants.ts';
import { countOf, listOf, mapOf, textsOf } from '../../kube/json-values.ts';

interface Sums {
  readonly points: number;
  readonly expected: number;
  readonly restored: number;
  readonly bytes: number;
}

/** Duration and amount of an ended component, of a failed one too. */
export function factsOf(report: ReportStatus): RestoreComponent {
  const [startedAt, finishedAt] = [instantOf(report.startedAt), instantOf(report.finishedAt)];
  const elapsed = startedAt === undefined || finishedAt === undefined ? undefined : finishedAt - startedAt;
  const sums = sumsOf(report);
  const share = sums === undefined || sums.expected === 0 ? 100 : Math.floor((100 * sums.restored) / sums.expected);
  return {
    ...(elapsed === undefined ? {} : { duration: formatDuration(elapsed) }),
    ...(sums === undefined
      ? {}
      : {
          progress: {
            ...(elapsed === undefined ? {} : { secondsElapsed: Math.max(0, Math.round(elapsed / 1000)) }),
            percentDone: `${Math.min(100, share)}%`,
            totalFiles: sums.expected,
            filesDone: sums.restored,
            restoreDone: formatSize(sums.bytes),
          },
        }),
  };
}

/** Why a report of success proves no success: a path left out, files missing, owners or modes lost. */
export function restoreDoubt(report: ReportStatus, points: readonly RestorePoint[]): ReportError | undefined {
  const sums = sumsOf(report);
  const result = mapOf(mapOf(report.result)['restore']);
  if (sums === undefined || sums.points < points.length) {
    return doubt('ResultUnreadable', 'the mover reported success without saying what it restored', true);
  }
  const missing = namedCount(result['missing']);
  if (missing !== undefined) return doubt('FilesMissing', `${missing} did not come back`, false);
  const ownership = namedCount(result['ownership']);
  if (ownership !== undefined) {
    const hint = 'run the mover as root (addon.jobTemplate.spec.securityContext) to get them back';
    return doubt('OwnershipLost', `${ownership} came back with another owner or mode; ${hint}`, false);
  }
  if (sums.restored >= sums.expected) return undefined;
  return doubt('FilesMissing', `${sums.restored} of ${sums.expected} files came back`, false);
}

function sumsOf(report: ReportStatus): Sums | undefined {
  const paths = listOf(mapOf(mapOf(report.result)['restore'])['paths']).map(mapOf);
  if (paths.length === 0) return undefined;
  const sum = (field: string): number => paths.reduce((total, path) => total + (countOf(path[field]) ?? 0), 0);
  return {
    points: paths.length,
    expected: sum('filesExpected'),
    restored: sum('filesRestored'),
    bytes: sum('bytesRestored'),
  };
}

/** `2 files (/data/a, /data/b)`, names cut to ten; undefined for none. */
function namedCount(value: unknown): string | undefined {
  const count = countOf(mapOf(value)['count']) ?? 0;
  if (count === 0) return undefined;
  const names = textsOf(mapOf(value)['names']).slice(0, 10);
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${count === 1 ? '1 file' : `${count} files`}${names.length === 0 ? '' : ` (${names.join(', ')}${more})`}`;
}

function doubt(code: string, message: string, retryable: boolean): ReportError {
  return { code, message, retryable };
}
