/** A Function's container reports nothing, so its Job's end is read as the report that a mover would have written. */
import { REPORT_SCHEMA_VERSION } from '../domain/report.ts';
import { timestampOf } from '../kube/instants.ts';
import type { Instant } from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';
import { endOf } from './job-evidence.ts';
import type { RunFacts } from './mover-run.ts';

/** The facts of one try; its Job's activeDeadlineSeconds sees to it that it ends. */
export function functionFacts(job: KubeObject | undefined, failed: string, now: Instant): RunFacts {
  if (job === undefined) return { job, report: undefined, diagnosis: () => undefined };
  const end = endOf(job);
  const startedAt = job.metadata.creationTimestamp;
  const status = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    podUID: job.metadata.uid,
    startedAt,
    heartbeatAt: timestampOf(end?.at ?? now),
  };
  const report = { apiVersion: job.apiVersion, kind: job.kind, metadata: job.metadata };
  const diagnosis = (): undefined => undefined;
  if (end === undefined) return { job, report: { ...report, status: { ...status, phase: 'Running' } }, diagnosis };
  const finishedAt = timestampOf(end.at);
  if (end.reason === 'Complete') {
    return { job, report: { ...report, status: { ...status, finishedAt, phase: 'Succeeded', result: {} } }, diagnosis };
  }
  const message = `the container of Job ${job.metadata.name} ended badly (${end.reason}); read the log of its Pod`;
  const error = { code: failed, message, retryable: true };
  return { job, report: { ...report, status: { ...status, finishedAt, phase: 'Failed', error } }, diagnosis };
}
