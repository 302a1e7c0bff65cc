/**
 * The CronJob of a session. Its Jobs only make a BackupSession, so they are short; the work happens elsewhere. The time
 * zone is always written: without it the schedule would mean whatever zone the controller manager happens to run in.
 */
import { ok, type Outcome } from '../../domain/result.ts';
import { DEFAULT_TIME_ZONE } from '../../domain/schedule.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { SchedulerSpec, Session } from '../../generated/types/shared.ts';
import type { JobTemplate } from '../../jobs/shapes.ts';
import { storedTemplate } from '../../jobs/stored-template.ts';
import { systemTaskSpec } from '../../jobs/system-task-job.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import type { ObjectMap } from '../../kube/metacontroller.ts';
import { triggerName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { backupSessionManifest } from './backup-session.ts';
import { labelsOf } from './labels.ts';
import { triggerAccount } from './trigger-account.ts';

/** The trigger may be tried again: the second try meets the first one's BackupSession, which is success. */
const BACKOFF_LIMIT = 3;

/** The CronJob of one session; waits for Function `metastash-mover`. */
export function cronJobOf(
  configuration: BackupConfiguration,
  session: Session,
  related: ObjectMap,
): Outcome<DesiredObject> {
  const { name, namespace = '' } = configuration.metadata;
  const labels = { ...labelsOf(configuration, session.name), [LABEL.component]: COMPONENT.trigger };
  const cronJobName = triggerName(name, session.name);
  const jobSpec = systemTaskSpec({
    name: cronJobName,
    namespace,
    labels,
    order: {
      task: 'trigger',
      invoker: name,
      session: session.name,
      manifest: backupSessionManifest(configuration, session),
    },
    run: 0,
    related,
    serviceAccountName: triggerAccount(configuration).name,
    podTemplate: session.scheduler.jobTemplate?.template as JobTemplate | undefined,
  });
  if (!jobSpec.ok) return jobSpec;
  return ok({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: cronJobName, namespace, labels },
    spec: {
      schedule: session.scheduler.schedule,
      timeZone: DEFAULT_TIME_ZONE,
      suspend: isSuspended(configuration, session),
      ...schedulerFields(session.scheduler),
      jobTemplate: storedTemplate({
        metadata: { labels },
        spec: { ...jobSpec.value, ...jobFields(session.scheduler) },
      }),
    },
  });
}

/** Either switch stops new sessions. */
export function isSuspended(configuration: BackupConfiguration, session: Session): boolean {
  return configuration.spec.paused === true || session.scheduler.suspend === true;
}

function schedulerFields(scheduler: SchedulerSpec): object {
  const { concurrencyPolicy, startingDeadlineSeconds, successfulJobsHistoryLimit, failedJobsHistoryLimit } = scheduler;
  return {
    ...(concurrencyPolicy ? { concurrencyPolicy } : {}),
    ...defined({ startingDeadlineSeconds, successfulJobsHistoryLimit, failedJobsHistoryLimit }),
  };
}

function jobFields({ jobTemplate }: SchedulerSpec): object {
  const {
    parallelism,
    completions,
    activeDeadlineSeconds,
    backoffLimit,
    ttlSecondsAfterFinished,
    completionMode,
    suspend,
  } = jobTemplate ?? {};
  return {
    backoffLimit: backoffLimit ?? BACKOFF_LIMIT,
    ...defined({ parallelism, completions, activeDeadlineSeconds, ttlSecondsAfterFinished, completionMode, suspend }),
  };
}

function defined(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
