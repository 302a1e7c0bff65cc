/**
 * The CronJobs of a configuration. One is made once everything that its sessions need is there, and from then on follows the
 * spec. One whose session left the spec is suspended, published, and dropped when the observed status shows it (law 6).
 */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { frozenChild } from '../../kube/frozen-child.ts';
import { mapOf, textsOf } from '../../kube/json-values.ts';
import { triggerName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { cronJobOf } from './cron-job.ts';
import type { Effective } from './effective.ts';
import type { Observed } from './observe.ts';

export interface Scheduler {
  readonly child: DesiredObject | undefined;
  /** Why there is none, or why it cannot be kept up to date. */
  readonly problem: Problem | undefined;
}

/** One per session, in the order of the spec. `obstacle` is what keeps a new CronJob from being made. */
export function schedulersOf(
  configuration: BackupConfiguration,
  effective: Effective,
  observed: Observed,
  obstacle: Problem | undefined,
): readonly Scheduler[] {
  return effective.sessions.map((session) => {
    const name = triggerName(configuration.metadata.name, session.name);
    const existing = observed.cronJobs.find((one) => one.metadata.name === name);
    if (existing === undefined && obstacle !== undefined) return { child: undefined, problem: obstacle };
    const built = cronJobOf(configuration, session, observed.related);
    if (built.ok) return { child: built.value, problem: undefined };
    return { child: existing === undefined ? undefined : frozenChild(existing), problem: built.error };
  });
}

export interface FormerSchedulers {
  readonly children: readonly DesiredObject[];
  /** Names that status announces as going; sorted. */
  readonly announced: readonly string[];
}

/** CronJobs of sessions that are no longer in the spec. */
export function formerSchedulers(
  configuration: BackupConfiguration,
  effective: Effective,
  observed: Observed,
): FormerSchedulers {
  const current = new Set(effective.sessions.map((one) => triggerName(configuration.metadata.name, one.name)));
  const former = observed.cronJobs.filter((one) => !current.has(one.metadata.name));
  const published = new Set(textsOf(configuration.status?.metastash?.['formerCronJobs']));
  return {
    children: former.filter((one) => !published.has(one.metadata.name)).map((one) => suspended(frozenChild(one))),
    announced: former.map((one) => one.metadata.name).sort(),
  };
}

function suspended(cronJob: DesiredObject): DesiredObject {
  return { ...cronJob, spec: { ...mapOf(cronJob['spec']), suspend: true } };
}
