/** trigger: the BackupSession of one CronJob tick, named after the tick, so that a retried trigger meets its own. */
import type { TriggerTask } from '../../hooks/domain/task.ts';
import { backupSessionName } from '../../hooks/kube/names.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { isObject, type JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { BACKUP_SESSIONS, JOBS, PODS, type Kube } from '../kube/kube.ts';

const JOB_LABEL = 'batch.kubernetes.io/job-name';
/** The CronJob controller names its Jobs `<cronjob>-<unix minutes>`: eight digits until the year 2160. */
const TICK = /-(\d{8})$/;
/** A Pod's own suffix: five characters of Kubernetes' generated names. */
const POD_SUFFIX = /-[a-z0-9]{5}$/;

/** Creates the BackupSession; one that exists already is success. */
export async function trigger(task: TriggerTask, context: MoverContext): Promise<TaskOutcome> {
  const kube = await context.kube();
  const seconds = await tickSeconds(kube, context);
  const metadata = isObject(task.manifest) && isObject(task.manifest['metadata']) ? task.manifest['metadata'] : {};
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : context.settings.podNamespace;
  const name = backupSessionName(task.invoker, task.session, seconds);
  const session: JsonObject = { ...task.manifest, metadata: { ...metadata, namespace, name } };
  const outcome = await kube.create(BACKUP_SESSIONS, namespace, session);
  context.log(
    outcome === 'created' ? `created BackupSession ${namespace}/${name}` : `BackupSession ${namespace}/${name} exists`,
  );
  return {};
}

/**
 * Unix seconds of the tick: from the Job's name, else (`kubectl create job --from=cronjob/…`) from when the Job was
 * created, by the API server's clock. Never from this Pod's clock, which a second Pod of the same Job would not share.
 */
async function tickSeconds(kube: Kube, context: MoverContext): Promise<number> {
  const { podName, podNamespace } = context.settings;
  const fromPodName = TICK.exec(podName.replace(POD_SUFFIX, ''));
  const jobName =
    context.settings.jobName ?? (fromPodName ? podName.replace(POD_SUFFIX, '') : await jobOfPod(kube, context));
  const tick = TICK.exec(jobName ?? '');
  if (tick?.[1]) return Number(tick[1]) * 60;
  const job = jobName === undefined ? undefined : await kube.get(JOBS, podNamespace, jobName);
  const created = isObject(job?.['metadata']) ? Date.parse(String(job['metadata']['creationTimestamp'])) : Number.NaN;
  if (Number.isNaN(created)) throw new Fault('TickUnknown', `Pod ${podName} belongs to no Job of a CronJob`);
  return Math.floor(created / 1000);
}

async function jobOfPod(kube: Kube, context: MoverContext): Promise<string | undefined> {
  const { podName, podNamespace } = context.settings;
  const pod = await kube.get(PODS, podNamespace, podName);
  const metadata = isObject(pod?.['metadata']) ? pod['metadata'] : {};
  const labels = isObject(metadata['labels']) ? metadata['labels'] : {};
  const name = labels[JOB_LABEL];
  return typeof name === 'string' ? name : undefined;
}
