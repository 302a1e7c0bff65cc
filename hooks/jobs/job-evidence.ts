/** What a Job and a TaskReport prove. A report may have been written by an older or newer mover, or by anyone at all. */
import { REPORT_SCHEMA_VERSION, type ReportStatus } from '../domain/report.ts';
import type { Condition } from '../kube/conditions.ts';
import { instantOf } from '../kube/instants.ts';
import type { Instant } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';

export type ClaimedStatus = ReportStatus;

const PHASES = ['Running', 'Succeeded', 'Failed'];

/** The status that a mover wrote; undefined before one has claimed the report, `unreadable` where it is not ours to read. */
export function reportStatusOf(report: KubeObject | undefined): ClaimedStatus | 'unreadable' | undefined {
  const status = report?.status as Partial<ReportStatus> | null | undefined;
  if (status === undefined || status === null || status.phase === undefined) return undefined;
  const readable =
    status.schemaVersion === REPORT_SCHEMA_VERSION &&
    PHASES.includes(status.phase) &&
    instantOf(status.startedAt) !== undefined &&
    instantOf(status.heartbeatAt) !== undefined;
  return readable ? (status as ClaimedStatus) : 'unreadable';
}

/** When and why a Job ended, by its terminal condition; undefined while it may still run. */
export function endOf(job: KubeObject): { readonly at: Instant; readonly reason: string } | undefined {
  const status = job.status as
    { readonly conditions?: readonly Condition[]; readonly completionTime?: string } | undefined;
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  const end = conditions.find((one) => (one?.type === 'Complete' || one?.type === 'Failed') && one.status === 'True');
  if (end === undefined) return undefined;
  const at = instantOf(end.lastTransitionTime) ?? instantOf(job.metadata.creationTimestamp) ?? 0;
  return { at, reason: end.type === 'Complete' ? 'Complete' : end.reason || 'Failed' };
}
