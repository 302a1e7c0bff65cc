/** Entries of `status.components`: what stands there while a component is under way, and what stays of it for good. */
import { errorText, type RunRecord } from '../../jobs/mover-run.ts';
import type { ReportError } from '../../domain/report.ts';
import type { LocatedComponent, ReportStatus } from '../../domain/report.ts';
import type { Snapshot, SnapshotComponent } from '../../generated/types/snapshot.ts';
import { backupJobName, componentPath } from './backup-job.ts';
import { backupResultOf, emptyPathsOf, factsOf } from './evidence.ts';
import { placeOf, type RecordedComponent } from './record.ts';

/** A component that is listed and has no Job yet. */
export function listedEntry(
  snapshot: Snapshot,
  name: string,
  run: RunRecord,
  located?: LocatedComponent,
): SnapshotComponent {
  return { ...lastingFields(snapshot, { name, run }, located), phase: 'Pending', metastash: { ...run } };
}

/** A component under way. */
export function activeEntry(
  snapshot: Snapshot,
  component: RecordedComponent,
  run: RunRecord,
  warnings: readonly string[],
): SnapshotComponent {
  return {
    ...lastingFields(snapshot, { name: component.name, run }, placeOf(component)),
    phase: component.phase,
    ...(warnings.length === 0 ? {} : { warnings }),
    metastash: { ...run },
  };
}

/** A component whose data is proven to be stored. */
export function succeededEntry(
  snapshot: Snapshot,
  component: RecordedComponent,
  report: ReportStatus,
): SnapshotComponent {
  const result = backupResultOf(report);
  const empty = result === undefined ? [] : emptyPathsOf(result);
  return {
    ...lastingFields(snapshot, component, placeOf(component)),
    ...factsOf(report, result),
    ...(empty.length === 0 ? {} : { warnings: [`no file at all was found in ${empty.join(', ')}`] }),
    phase: 'Succeeded',
  };
}

/** A component that failed for good; what was stored all the same stays named, so that it can be restored by hand. */
export function failedEntry(
  snapshot: Snapshot,
  component: RecordedComponent,
  error: Pick<ReportError, 'code' | 'message'>,
  report: ReportStatus | undefined,
): SnapshotComponent {
  return {
    ...lastingFields(snapshot, component, placeOf(component)),
    ...(report === undefined ? {} : factsOf(report, backupResultOf(report))),
    phase: 'Failed',
    error: errorText({ ...error, retryable: false }),
  };
}

function lastingFields(
  snapshot: Snapshot,
  { name, run }: { readonly name: string; readonly run: RunRecord },
  located: LocatedComponent | undefined,
): SnapshotComponent {
  const { node, pod, claims = [] } = located ?? {};
  return {
    driver: 'Restic',
    path: componentPath(snapshot, name),
    jobName: backupJobName(snapshot, name, run.run),
    attempts: run.run + 1,
    ...(node === undefined ? {} : { nodeName: node }),
    ...(pod === undefined ? {} : { podName: pod }),
    ...(claims.length === 0 ? {} : { claims: [...claims] }),
  };
}
