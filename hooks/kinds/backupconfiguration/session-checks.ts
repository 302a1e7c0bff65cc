/** Whether each session says when and how (kubestash-api.md §1.5, check 2; faults.md B34–B36, B44–B48, B52). */
import { parseDuration, parsePositiveDuration } from '../../domain/duration.ts';
import { parseSchedule } from '../../domain/schedule.ts';
import type { Session } from '../../generated/types/shared.ts';
import { problemInParams } from '../../jobs/parameters.ts';
import { settingsOfAddon } from '../../jobs/runtime-settings.ts';
import type { JobTemplate } from '../../jobs/shapes.ts';
import type { Check, CheckInput } from './check.ts';
import { firstFault, isLabelName, repeatedAt, shown } from './faults.ts';

export const sessionChecks: readonly Check[] = [
  { reason: 'NoSessions', fault: noSessions },
  { reason: 'InvalidSessionName', fault: each(wrongName) },
  { reason: 'DuplicateSession', fault: repeatedSession },
  { reason: 'InvalidSchedule', fault: each(wrongSchedule) },
  { reason: 'InvalidScheduler', fault: each(wrongScheduler) },
  { reason: 'InvalidJobTemplate', fault: each(wrongJobTemplate) },
  { reason: 'InvalidRetry', fault: each(wrongRetry) },
  { reason: 'InvalidTimeout', fault: each(wrongTimeout) },
  { reason: 'InvalidHistoryLimit', fault: each(wrongHistoryLimit) },
  { reason: 'AddonIncomplete', fault: each(wrongAddon) },
  { reason: 'InvalidAddonSettings', fault: each(wrongAddonSettings) },
];

const MAX_COUNT = 2_147_483_647;
const MAX_RETRIES_WRITTEN = 1000;
const MAX_HISTORY = 1000;

type SessionFault = (session: Session, pointer: string) => string | undefined;

function each(check: SessionFault): Check['fault'] {
  return ({ effective }) => firstFault(effective.sessions, (one, index) => check(one, `/spec/sessions/${index}`));
}

function noSessions({ effective }: CheckInput): string | undefined {
  return effective.sessions.length === 0
    ? '/spec/sessions is empty; add a session, or set paused: true to stop backups'
    : undefined;
}

function wrongName({ name }: Session, at: string): string | undefined {
  if (isLabelName(name)) return undefined;
  return `${at}/name is ${shown(name)}; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit`;
}

function repeatedSession({ effective: { sessions } }: CheckInput): string | undefined {
  const at = repeatedAt(sessions.map((one) => one.name));
  return at === undefined
    ? undefined
    : `/spec/sessions/${at}/name ${shown(sessions[at]?.name)} is used twice; give each session its own name`;
}

function wrongSchedule({ scheduler }: Session, at: string): string | undefined {
  if (!isMap(scheduler)) return `${at}/scheduler is missing; add a schedule and jobTemplate: {}`;
  const parsed = parseSchedule(scheduler.schedule);
  return parsed.ok ? undefined : `${at}/scheduler/schedule: ${parsed.error}`;
}

function wrongScheduler({ scheduler }: Session, at: string): string | undefined {
  const policy: unknown = scheduler.concurrencyPolicy;
  if (!['', 'Allow', 'Forbid', 'Replace', undefined].includes(policy as string)) {
    return `${at}/scheduler/concurrencyPolicy is ${shown(policy)}; use Allow, Forbid or Replace`;
  }
  const counts = ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const;
  return firstFault(counts, (field) => wrongCount(scheduler[field], `${at}/scheduler/${field}`));
}

/** Pods that cannot start, or that would make a session twice, are refused before a CronJob makes them. */
function wrongJobTemplate({ scheduler }: Session, at: string): string | undefined {
  const template = scheduler.jobTemplate as Partial<Session['scheduler']['jobTemplate']> | undefined;
  if (template === undefined) return undefined;
  const where = `${at}/scheduler/jobTemplate`;
  const counts = ['parallelism', 'completions', 'backoffLimit', 'ttlSecondsAfterFinished'] as const;
  const wrong = firstFault(counts, (field) => wrongCount(template[field], `${where}/${field}`));
  if (wrong !== undefined) return wrong;
  const deadline: unknown = template.activeDeadlineSeconds;
  if (deadline !== undefined && !isWhole(deadline, 1, MAX_COUNT)) {
    return `${where}/activeDeadlineSeconds is ${shown(deadline)}; use a whole number from 1`;
  }
  const mode: unknown = template.completionMode;
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    return `${where}/completionMode is ${shown(mode)}; use NonIndexed, or leave it out`;
  }
  if (template.template === undefined) return undefined;
  const settings = settingsOfAddon({ jobTemplate: template.template as JobTemplate });
  return settings.ok ? undefined : `${where}/template: ${settings.error.message}`;
}

function wrongRetry({ retryConfig }: Session, at: string): string | undefined {
  if (retryConfig === undefined) return undefined;
  const { maxRetry, delay } = retryConfig;
  if (maxRetry !== undefined && !isWhole(maxRetry, 1, MAX_RETRIES_WRITTEN)) {
    return `${at}/retryConfig/maxRetry is ${shown(maxRetry)}; use a whole number from 1 to ${MAX_RETRIES_WRITTEN}, or leave out retryConfig for no retry`;
  }
  const parsed = delay === undefined ? undefined : parseDuration(delay);
  return parsed === undefined || parsed.ok ? undefined : `${at}/retryConfig/delay: ${parsed.error}`;
}

function wrongTimeout({ backupTimeout }: Session, at: string): string | undefined {
  const parsed = backupTimeout === undefined ? undefined : parsePositiveDuration(backupTimeout);
  return parsed === undefined || parsed.ok ? undefined : `${at}/backupTimeout: ${parsed.error}`;
}

function wrongHistoryLimit({ sessionHistoryLimit }: Session, at: string): string | undefined {
  if (sessionHistoryLimit === undefined || isWhole(sessionHistoryLimit, 1, MAX_HISTORY)) return undefined;
  return `${at}/sessionHistoryLimit is ${shown(sessionHistoryLimit)}; use a whole number from 1 to ${MAX_HISTORY}`;
}

function wrongAddon({ addon }: Session, at: string): string | undefined {
  if (!isMap(addon))
    return `${at}/addon is missing; name an Addon such as workload-addon and a task such as logical-backup`;
  if (!addon.name) return `${at}/addon/name is missing; name an Addon such as workload-addon`;
  const tasks = Array.isArray(addon.tasks) ? addon.tasks : [];
  if (tasks.length === 0) return `${at}/addon/tasks is empty; name a task such as logical-backup`;
  return firstFault(tasks, (task: { readonly name?: unknown } | undefined, index) =>
    typeof task?.name === 'string' && task.name !== ''
      ? undefined
      : `${at}/addon/tasks/${index}/name is missing; name a task of Addon ${addon.name}`,
  );
}

/** What every mover of the session would be refused for is said before any session runs (faults.md B53, B63, B64, B67, B68). */
function wrongAddonSettings({ addon }: Session, at: string): string | undefined {
  const { containerRuntimeSettings, jobTemplate, tasks = [] } = addon;
  if (containerRuntimeSettings !== undefined || jobTemplate !== undefined) {
    const settings = settingsOfAddon({ addon: containerRuntimeSettings, jobTemplate });
    if (!settings.ok) return `${at}/addon: ${settings.error.message}`;
  }
  return firstFault(tasks, ({ name, params }, index) => {
    const problem = isMap(params) ? problemInParams(params ?? {}, name) : undefined;
    return problem === undefined ? undefined : `${at}/addon/tasks/${index}/params: ${problem}`;
  });
}

function wrongCount(value: unknown, at: string): string | undefined {
  if (value === undefined || isWhole(value, 0, MAX_COUNT)) return undefined;
  return `${at} is ${shown(value)}; use a whole number from 0`;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
