/** trigger: the BackupSession of one CronJob tick, named after the tick, so that a retried trigger meets its own. */
import type { TriggerTask } from '../../hooks/domain/task.ts';
import { joinedName, shortHash } from '../../hooks/kube/names.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import { isObject, type JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { BACKUP_SESSIONS } from '../kube/kube.ts';

/** The CronJob controller names its Jobs `<cronjob>-<unix minutes>`: eight digits until the year 2160. */
const TICK = /-(\d{8})$/;
/** A Pod's own suffix: five characters of Kubernetes' generated names. */
const POD_SUFFIX = /-[a-z0-9]{5}$/;

/** Creates the BackupSession; one that exists already is success. */
export async function trigger(task: TriggerTask, context: MoverContext): Promise<TaskOutcome> {
  const kube = await context.kube();
  const suffix = suffixOf(context.settings);
  const metadata = isObject(task.manifest) && isObject(task.manifest['metadata']) ? task.manifest['metadata'] : {};
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : context.settings.podNamespace;
  const name = joinedName(task.invoker, task.session, suffix);
  const session: JsonObject = { ...task.manifest, metadata: { ...metadata, namespace, name } };
  const outcome = await kube.create(BACKUP_SESSIONS, namespace, session);
  context.log(
    outcome === 'created' ? `created BackupSession ${namespace}/${name}` : `BackupSession ${namespace}/${name} exists`,
  );
  return {};
}

/**
 * What tells this session from the configuration's others: the tick in the Job's name; for a Job made by hand
 * (`kubectl create job --from=cronjob/…`) a digest of its uid. Never this Pod's clock, which a second Pod of the same Job
 * would not share, and nothing that has to be read: a trigger may create BackupSessions and nothing else.
 */
function suffixOf({ jobName, jobUid, podName }: MoverContext['settings']): string {
  const tick = TICK.exec(jobName ?? podName.replace(POD_SUFFIX, ''));
  if (tick?.[1]) return String(Number(tick[1]) * 60);
  if (jobUid !== undefined) return shortHash(jobUid);
  throw new Fault('TickUnknown', `Pod ${podName} belongs to no Job of a CronJob`);
}
