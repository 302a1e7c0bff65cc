/**
 * The Job controller for what movers need: one Pod at a time, `backoffLimit` further tries, then Complete or Failed.
 * Parallelism, indexed Jobs and Pod failure policies are not modelled. Source: Kubernetes 1.36 pkg/controller/job.
 */
import type { ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { isFinished, timestampOf, type Job, type Pod } from './shapes.ts';
import { ownedBy } from './owned.ts';
import { controllerReference, follow, fromKey, keyOf, workQueue } from './work-queue.ts';

const DEFAULT_BACKOFF_LIMIT = 6;

/** Runs the controller until the returned function is called. */
export function startJobController(api: ApiServer, clock: Clock): () => void {
  const queue = workQueue(clock, (key) => reconcile(api, clock, key));
  const stops = [
    follow(api, 'batch/v1', 'Job', (job) => queue.add(keyOf(job))),
    follow(api, 'v1', 'Pod', (pod) => {
      const owner = pod.metadata.ownerReferences?.find((one) => one.controller && one.kind === 'Job');
      if (owner) queue.add(`${pod.metadata.namespace}/${owner.name}`);
    }),
    queue.stop,
  ];
  return () => stops.forEach((stop) => stop());
}

function reconcile(api: ApiServer, clock: Clock, key: string): void {
  const job = api.get({ apiVersion: 'batch/v1', kind: 'Job', ...fromKey(key) }) as Job | undefined;
  if (!job || job.metadata.deletionTimestamp || isFinished(job) || job.spec.suspend) return;
  const pods = ownedBy<Pod>(api, job, 'v1', 'Pod');
  const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
  const succeeded = pods.some((pod) => pod.status?.phase === 'Succeeded');
  const exhausted = failed > (job.spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT);
  const active = pods.filter((pod) => !['Failed', 'Succeeded'].includes(pod.status?.phase ?? '')).length;
  if (!succeeded && !exhausted && active === 0) api.create(podOf(job));
  const status = statusOf({ job, failed, succeeded, exhausted, active, now: clock.now() });
  if (JSON.stringify(status) !== JSON.stringify(job.status)) api.updateStatus({ ...job, status });
}

interface Count {
  readonly job: Job;
  readonly failed: number;
  readonly succeeded: boolean;
  readonly exhausted: boolean;
  readonly active: number;
  readonly now: number;
}

function statusOf({ job, failed, succeeded, exhausted, active, now }: Count): object {
  const startTime = job.status?.startTime ?? timestampOf(now);
  if (!succeeded && !exhausted) return { startTime, active: Math.max(active, 1), ...(failed > 0 ? { failed } : {}) };
  const ended = timestampOf(now);
  const condition = succeeded
    ? {
        type: 'Complete',
        status: 'True',
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      }
    : {
        type: 'Failed',
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      };
  return {
    startTime,
    ...(succeeded ? { succeeded: 1, completionTime: ended } : {}),
    ...(failed > 0 ? { failed } : {}),
    conditions: [{ ...condition, lastTransitionTime: ended }],
  };
}

/** Kubernetes cuts the base of a generated name so that its five random letters fit (apiserver pkg/storage/names). */
const MAX_BASE = 58;

function podOf(job: Job): object {
  const { template } = job.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${job.metadata.name}-`.slice(0, MAX_BASE),
      namespace: job.metadata.namespace,
      labels: {
        ...template.metadata?.labels,
        'job-name': job.metadata.name,
        'batch.kubernetes.io/job-name': job.metadata.name,
        'batch.kubernetes.io/controller-uid': job.metadata.uid,
      },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [controllerReference(job)],
    },
    spec: template.spec,
  };
}
