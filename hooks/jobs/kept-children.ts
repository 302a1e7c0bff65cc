/**
 * Which observed Jobs and TaskReports are restated (design laws 6 and 9). Work whose outcome does not stand in the observed
 * status is always kept. After that a finished Job stays a while to be looked at, and an unfinished one is dropped, which
 * ends its Pod: that is how a session that was ended ends its movers.
 */
import type { ReportStatus } from '../domain/report.ts';
import { instantOf } from '../kube/instants.ts';
import { countOf, listOf, mapOf } from '../kube/json-values.ts';
import { LABEL } from '../kube/labels.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { KIND, objectsOf } from '../kube/references.ts';
import { restated } from './mover-job.ts';
import { endOf } from './job-evidence.ts';
import { jobStateOf } from './job-state.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long finished work stays (design §2, Deletion). */
const KEEP_MS = 24 * HOUR_MS;
const KEEP_FAILED_MS = 7 * 24 * HOUR_MS;
/**
 * Kubernetes does not let a claim go while a Pod mentions it, also a finished one (finalizer kubernetes.io/pvc-protection):
 * `kubectl delete pvc` would hang for as long as the Job of the last backup is kept. The report outlives it.
 */
const KEEP_WITH_CLAIM_MS = MINUTE_MS / 2;
const KEEP_FAILED_WITH_CLAIM_MS = HOUR_MS;
/** A Pod whose mover has reported its end may still have a sidecar running, or its node to answer. */
const ENDING_MS = 10 * MINUTE_MS;

type Report = KubeObject<unknown, ReportStatus>;

export interface KeptChildren {
  readonly children: readonly DesiredObject[];
  /** When the next of them is due to go. */
  readonly wakeAt?: Instant;
}

/** The Jobs and reports to restate at `now`; `live` are the names whose outcome does not stand in the observed status yet. */
export function keptChildren(children: ObjectMap, live: ReadonlySet<string>, now: Instant): KeptChildren {
  const jobs = objectsOf(children, KIND.job);
  const reports = objectsOf<Report>(children, KIND.taskReport);
  const kept: DesiredObject[] = [];
  const dueAt: Instant[] = [];
  for (const child of [...jobs, ...reports]) {
    const { name } = child.metadata;
    const job = jobs.find((one) => one.metadata.name === name);
    const report = reports.find((one) => one.metadata.name === name);
    const due = live.has(name) ? undefined : dueInstant(job, report, child === job && mountsClaim(child));
    if (due !== undefined && due <= now) continue;
    kept.push(restated(child));
    if (due !== undefined) dueAt.push(due);
  }
  return { children: kept, ...(dueAt.length === 0 ? {} : { wakeAt: Math.min(...dueAt) }) };
}

/**
 * Names of the Jobs whose mover may still be at work. A storage or Repository is prepared for ever, so nothing ends such a
 * Job from outside: it stays, whatever attempt the status has come to, until it has ended or counts as failed (faults.md
 * B25). Jobs that only look are not among them.
 */
export function namesAtWork(children: ObjectMap, now: Instant): readonly string[] {
  const reports = objectsOf<Report>(children, KIND.taskReport);
  return objectsOf(children, KIND.job)
    .filter((job) => job.metadata.labels?.[LABEL.task] !== 'diagnose')
    .filter((job) => {
      const report = reports.find((one) => one.metadata.name === job.metadata.name);
      return ['waiting', 'running'].includes(jobStateOf({ job, report, now }).state);
    })
    .map((job) => job.metadata.name);
}

/** The attempt to begin with where status remembers none: the oldest whose Job is at work, else the first. */
export function attemptAtWork(children: ObjectMap, nameOf: (run: number) => string, now: Instant): number {
  const atWork = new Set(namesAtWork(children, now));
  const runs = objectsOf<KubeObject<{ readonly run?: unknown } | undefined>>(children, KIND.taskReport)
    .filter((report) => atWork.has(report.metadata.name))
    .map((report) => ({ name: report.metadata.name, run: countOf(report.spec?.run) }))
    .flatMap(({ name, run }) => (run !== undefined && nameOf(run) === name ? [run] : []));
  return Math.min(...runs, runs.length === 0 ? 0 : Infinity);
}

/** When work whose outcome is published may go; at once where it never ended. */
function dueInstant(job: KubeObject | undefined, report: Report | undefined, holdsClaim: boolean): Instant {
  const reportEnd = reportEndOf(report);
  const jobEnd = job && endOf(job);
  if (job !== undefined && jobEnd === undefined) return reportEnd === undefined ? 0 : reportEnd + ENDING_MS;
  const end = jobEnd === undefined ? reportEnd : jobEnd.at;
  if (end === undefined) return 0;
  const isBad = report?.status?.phase === 'Failed' || (jobEnd !== undefined && jobEnd.reason !== 'Complete');
  return end + keptFor(isBad, holdsClaim);
}

function keptFor(isBad: boolean, holdsClaim: boolean): number {
  if (holdsClaim) return isBad ? KEEP_FAILED_WITH_CLAIM_MS : KEEP_WITH_CLAIM_MS;
  return isBad ? KEEP_FAILED_MS : KEEP_MS;
}

function mountsClaim(job: KubeObject): boolean {
  const pod = mapOf(mapOf(mapOf(job.spec)['template'])['spec']);
  return listOf(pod['volumes']).some((volume) => mapOf(volume)['persistentVolumeClaim'] !== undefined);
}

function reportEndOf(report: Report | undefined): Instant | undefined {
  const phase = report?.status?.phase;
  if (report === undefined || (phase !== 'Succeeded' && phase !== 'Failed')) return undefined;
  return instantOf(report.status?.finishedAt) ?? instantOf(report.metadata.creationTimestamp) ?? 0;
}
