/**
 * The CronJob controller: the most recent due tick makes one Job named `<cronjob>-<unix minutes>`, so a tick is never
 * started twice. Source: Kubernetes 1.36 pkg/controller/cronjob; Replace and the 100-missed warning are not modelled.
 */
import { Cron } from 'croner';
import type { ApiServer } from '../api-server/api.ts';
import { ApiError } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { isFinished, timestampOf, type CronJob, type Job } from './shapes.ts';
import { ownedBy } from './owned.ts';
import { controllerReference, follow, fromKey, keyOf, objectKey, workQueue, type WorkQueue } from './work-queue.ts';

const SUCCESSFUL_HISTORY = 3;
const FAILED_HISTORY = 1;

/** Runs the controller until the returned function is called. */
export function startCronJobController(api: ApiServer, clock: Clock): () => void {
  const queue: WorkQueue = workQueue(clock, (key) => reconcile(api, clock, key, queue));
  const stops = [
    follow(api, 'batch/v1', 'CronJob', (cron) => queue.add(keyOf(cron))),
    follow(api, 'batch/v1', 'Job', (job) => {
      const owner = job.metadata.ownerReferences?.find((one) => one.controller && one.kind === 'CronJob');
      if (owner) queue.add(`${job.metadata.namespace}/${owner.name}`);
    }),
    queue.stop,
  ];
  return () => stops.forEach((stop) => stop());
}

function reconcile(api: ApiServer, clock: Clock, key: string, queue: WorkQueue): void {
  const cron = api.get({ apiVersion: 'batch/v1', kind: 'CronJob', ...fromKey(key) }) as CronJob | undefined;
  if (!cron || cron.metadata.deletionTimestamp) return;
  const jobs = ownedBy<Job>(api, cron, 'batch/v1', 'Job');
  dropHistory(api, cron, jobs);
  if (cron.spec.suspend) return;
  const now = clock.now();
  const pattern = new Cron(cron.spec.schedule, { timezone: cron.spec.timeZone ?? 'UTC', mode: '5-part' });
  const due = lastDue(cron, pattern, now);
  const blocked = cron.spec.concurrencyPolicy === 'Forbid' && jobs.some((job) => !isFinished(job));
  if (due && !blocked) startTick(api, cron, due);
  const next = pattern.nextRun(new Date(now));
  if (next) queue.add(key, Math.max(next.getTime() - now, 1));
}

/** The newest tick after the last one that was started and not after now, inside the starting deadline. */
function lastDue(cron: CronJob, pattern: Cron, now: number): Date | undefined {
  const since = Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp);
  const earliest =
    cron.spec.startingDeadlineSeconds === undefined
      ? since
      : Math.max(since, now - cron.spec.startingDeadlineSeconds * 1000);
  let due: Date | undefined;
  for (let tick = pattern.nextRun(new Date(earliest)); tick && tick.getTime() <= now; tick = pattern.nextRun(tick))
    due = tick;
  return due;
}

function startTick(api: ApiServer, cron: CronJob, tick: Date): void {
  const { metadata, spec } = cron.spec.jobTemplate;
  try {
    api.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: `${cron.metadata.name}-${Math.floor(tick.getTime() / 60_000)}`,
        namespace: cron.metadata.namespace,
        ...metadata,
        annotations: {
          ...metadata?.annotations,
          'batch.kubernetes.io/cronjob-scheduled-timestamp': timestampOf(tick.getTime()),
        },
        ownerReferences: [controllerReference(cron)],
      },
      spec,
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
  }
  api.patch(objectKey(cron), { status: { lastScheduleTime: timestampOf(tick.getTime()) } }, 'status');
}

function dropHistory(api: ApiServer, cron: CronJob, jobs: readonly Job[]): void {
  const finished = jobs.filter(isFinished).sort((left, right) => (left.metadata.name < right.metadata.name ? 1 : -1));
  const succeeded = finished.filter((job) => job.status?.conditions?.some((one) => one.type === 'Complete'));
  const failed = finished.filter((job) => !succeeded.includes(job));
  const surplus = [
    ...succeeded.slice(cron.spec.successfulJobsHistoryLimit ?? SUCCESSFUL_HISTORY),
    ...failed.slice(cron.spec.failedJobsHistoryLimit ?? FAILED_HISTORY),
  ];
  for (const job of surplus) api.delete(objectKey(job), { propagation: 'Background' });
}
