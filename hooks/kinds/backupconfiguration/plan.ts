/**
 * What a valid configuration comes to: the state of all that it needs, and the children that follow. Pure data; `status.ts`
 * and `sync.ts` write it down.
 */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { SessionStatusEntry } from '../../generated/types/shared.ts';
import { restated } from '../../jobs/mover-job.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { triggerName, turnName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import type { Effective } from './effective.ts';
import { hookIdentityOf } from './hook-account.ts';
import { needsOf, type Needs } from './needs.ts';
import type { Observed } from './observe.ts';
import { configurationPhase, type ConfigurationPhase } from './phase.ts';
import { formerRepositories } from './repository-state.ts';
import { formerSchedulers, schedulersOf, type Scheduler } from './schedulers.ts';
import { hasCronJob, sessionStatus } from './session-status.ts';
import { startedSessions, type StartedSessions } from './started-sessions.ts';
import { triggerIdentity } from './trigger-account.ts';
import { turnOf } from './turn.ts';

export interface Plan {
  readonly needs: Needs;
  readonly sessions: readonly SessionStatusEntry[];
  readonly phase: ConfigurationPhase;
  /** The first thing that keeps backups from running. */
  readonly problem: Problem | undefined;
  /** `status.metastash`, without empty entries. */
  readonly records: Readonly<Record<string, unknown>>;
  readonly children: readonly DesiredObject[];
  /** When time alone changes something. */
  readonly wakeAt: readonly Instant[];
}

/** The plan for what is observed at `now`. */
export function planOf(
  configuration: BackupConfiguration,
  effective: Effective,
  observed: Observed,
  now: Instant,
): Plan {
  const needs = needsOf(configuration, effective, observed);
  const schedulers = schedulersOf(configuration, effective, observed, needs.problem);
  const former = formerSchedulers(configuration, effective, observed);
  const unscheduled = effective.sessions.filter((one) => !hasCronJob(configuration, one, observed));
  const hasSchedulers = unscheduled.length === 0;
  const { targetFound } = needs;
  const backendsReady = needs.backends.map((one) => one.status.ready === true);
  const phase = configurationPhase({ targetFound, backendsReady, hasSchedulers });
  const isReady = phase === 'Ready';
  const { repositories } = needs;
  const started = startedSessions({ configuration, effective, observed, repositories, isReady }, now);
  const turn = turnOf(configuration, observed.turn, observed.sessions, now);
  const sessions = sessionEntries({ configuration, effective, observed, schedulers, started }, now);
  return {
    needs,
    sessions,
    phase,
    problem: needs.problem ?? laterProblem(schedulers, needs, missingCronJobs(configuration, unscheduled)),
    records: withoutEmpty({ turn: turn.record, formerCronJobs: former.announced, ...started.records }),
    children: [
      ...triggerIdentity(configuration),
      ...hookIdentityOf(configuration, observed),
      ...repositories.flatMap((one) => one.child ?? []),
      ...formerRepositories(effective, observed),
      ...schedulers.flatMap((one) => one.child ?? []),
      ...former.children,
      ...(turn.lease === undefined ? [] : [turn.lease]),
      ...observed.otherLeases.map(restated),
      ...started.children,
    ],
    wakeAt: [turn.wakeAt, started.wakeAt, ...sessions.map((one) => instantOf(one.nextSchedule))].filter(
      (one) => one !== undefined,
    ),
  };
}

interface EntriesInput {
  readonly configuration: BackupConfiguration;
  readonly effective: Effective;
  readonly observed: Observed;
  readonly schedulers: readonly Scheduler[];
  readonly started: StartedSessions;
}

function sessionEntries(input: EntriesInput, now: Instant): readonly SessionStatusEntry[] {
  const { configuration, effective, observed, schedulers, started } = input;
  return effective.sessions.map((session, index) => {
    const schedulerProblem = schedulers[index]?.problem?.message;
    const firstBackup = started.firstBackups[index]?.fact;
    return sessionStatus({ configuration, session, observed, schedulerProblem, firstBackup }, now);
  });
}

/** Once everything from elsewhere is there, only our own children can be missing. */
function laterProblem(
  schedulers: readonly Scheduler[],
  { repositories }: Needs,
  missing: Problem | undefined,
): Problem | undefined {
  return (
    schedulers.find((one) => one.problem !== undefined)?.problem ??
    repositories.find((one) => one.problem !== undefined)?.problem ??
    missing
  );
}

/** By name, as what lost its labels is found by no selector. A name that is taken keeps a child from being made, and the host says nothing of it (metacontroller.md T7). */
function missingCronJobs(configuration: BackupConfiguration, sessions: Effective['sessions']): Problem | undefined {
  const [session] = sessions;
  if (session === undefined) return undefined;
  const { name, namespace = '' } = configuration.metadata;
  const message =
    `CronJob ${triggerName(name, session.name)} has been asked for and is not there yet; if this stays, another holds its name, ` +
    `as after a deletion that left orphans: kubectl delete -n ${namespace} cronjob/${triggerName(name, session.name)} lease/${turnName(name)}`;
  return { reason: 'WaitingForCronJob', message, waits: true };
}

function withoutEmpty(records: Readonly<Record<string, object | undefined>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(records).filter(([, value]) => Object.keys(value ?? {}).length > 0));
}
