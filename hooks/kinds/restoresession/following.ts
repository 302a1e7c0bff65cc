/** What becomes of each planned component of a restore, and the Jobs that it wants now. */
import type { LocatedComponent } from '../../domain/report.ts';
import type { Outcome, Problem } from '../../domain/result.ts';
import type { RestorePoint } from '../../domain/task.ts';
import type { RestoreComponent, RestoreSession } from '../../generated/types/restoresession.ts';
import type { ComponentJob } from '../../jobs/component-job.ts';
import { componentVerdict, type ComponentVerdict } from '../../jobs/component-run.ts';
import { errorText, type RunRecord } from '../../jobs/mover-run.ts';
import { namesFromRun } from '../../jobs/observer-jobs.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { textOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { factsOf, restoreDoubt } from './evidence.ts';
import type { Observed } from './observe.ts';
import type { RestorePhase } from './phase.ts';
import type { Preparation } from './preparation.ts';
import { isEnded, type RecordedComponent } from './record.ts';
import { observerPlaceOf, restoreJob, restoreJobName } from './restore-job.ts';

export interface Ending {
  readonly reason: string;
  readonly message: string;
}

export interface Followed {
  readonly name: string;
  readonly phase: RestorePhase;
  /** The whole entry of `status.components`. */
  readonly entry: RestoreComponent;
  /** Names that must stay while the outcome is not in the observed status. */
  readonly live: readonly string[];
  readonly wanted?: readonly DesiredObject[];
  readonly wakeAt?: Instant;
  readonly waitsFor?: Problem;
  readonly notes?: readonly ConditionFact[];
  /** It has just failed, and no mover said so. */
  readonly isCut?: boolean;
  /** Its Job was seen, or its end tells that a mover ran. */
  readonly isStarted: boolean;
}

export interface FollowContext {
  readonly observed: Observed;
  readonly preparation: Outcome<Preparation>;
  readonly ending: Ending | undefined;
  /** A locate Job has yet to find the component's place. */
  readonly awaitsPlace: boolean;
  readonly now: Instant;
}

/** What becomes of one planned component. An ended one is restated word for word. */
export function followed(component: RecordedComponent, context: FollowContext): Followed {
  const { name, phase, status, run, points } = component;
  if (isEnded(phase)) return { name, phase, entry: status, live: [], isStarted: hasRun(phase, status) };
  const { observed, ending, now, awaitsPlace } = context;
  const jobName = restoreJobName(observed.session, name, run.run);
  const verdict = componentVerdict({
    jobName,
    run,
    wasRunning: phase === 'Running',
    place: observerPlaceOf(observed),
    children: observed.children,
    job: awaitsPlace ? undefined : jobOf(component, context),
    ending,
    doubtOf: (report) => restoreDoubt(report, points),
    now,
  });
  const isStarted = verdict.run.started === true || run.run > 0;
  return {
    name,
    live: namesFromRun((attempt) => restoreJobName(observed.session, name, attempt), run.run),
    isStarted,
    ...inWords(component, verdict, observed.session),
  };
}

/** Whether the entry of an ended component proves that a mover ran: only a mover's report gives a duration. */
function hasRun(phase: RestorePhase, { duration }: RestoreComponent): boolean {
  return phase === 'Succeeded' || duration !== undefined;
}

/** The entry of a component that is planned and has no Job yet; `failure` where the target has no place for it. */
export function plannedEntry(
  session: RestoreSession,
  component: { readonly name: string; readonly path: string; readonly points: readonly RestorePoint[] },
  run: RunRecord,
  failure: Problem | undefined,
): RestoreComponent {
  const { name, path, points } = component;
  if (failure !== undefined)
    return {
      path,
      phase: 'Failed',
      error: errorText({ code: failure.reason, message: failure.message, retryable: false }),
    };
  return { ...lasting(session, { name, path, run }), phase: 'Pending', metastash: { ...run, points: [...points] } };
}

/** A component that ends for a reason outside of its Job. */
export function endedEntry(component: RecordedComponent, ending: Ending): RestoreComponent {
  const lastingFields = Object.entries(component.status).filter(([key]) => key !== 'metastash' && key !== 'warnings');
  return { ...Object.fromEntries(lastingFields), phase: 'Failed', error: `${ending.reason}: ${ending.message}` };
}

/** What a locate Job found of a component, as its entry says. */
export function placeOf({ name, status }: Pick<RecordedComponent, 'name' | 'status'>): LocatedComponent {
  const [node, pod, claims] = [textOf(status.nodeName), textOf(status.podName), textsOf(status.claims)];
  return {
    component: name,
    ...(node === undefined ? {} : { node }),
    ...(pod === undefined ? {} : { pod }),
    ...(claims.length === 0 ? {} : { claims }),
  };
}

function inWords(
  component: RecordedComponent,
  verdict: ComponentVerdict,
  session: RestoreSession,
): Omit<Followed, 'name' | 'live' | 'isStarted'> {
  const { nodeName, podName, claims } = component.status;
  const base: RestoreComponent = {
    ...lasting(session, { ...component, run: verdict.run }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(podName === undefined ? {} : { podName }),
    ...(claims === undefined ? {} : { claims }),
  };
  if (verdict.kind === 'succeeded') {
    return { phase: 'Succeeded', entry: { ...base, ...factsOf(verdict.report), phase: 'Succeeded' } };
  }
  if (verdict.kind === 'failed') {
    const { error, report, isCut } = verdict;
    const facts = report === undefined ? {} : factsOf(report);
    const text = errorText({ ...error, retryable: false });
    return { phase: 'Failed', entry: { ...base, ...facts, phase: 'Failed', error: text }, isCut };
  }
  const { phase, run, wanted, notes, wakeAt, waitsFor, warnings } = verdict;
  return {
    phase,
    entry: {
      ...base,
      phase,
      ...(warnings.length === 0 ? {} : { warnings }),
      metastash: { ...run, points: [...component.points] },
    },
    wanted,
    notes,
    ...(wakeAt === undefined ? {} : { wakeAt }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function jobOf(component: RecordedComponent, { observed, preparation }: FollowContext): Outcome<ComponentJob> {
  if (!preparation.ok) return preparation;
  return restoreJob({ ...component, located: placeOf(component) }, observed, preparation.value);
}

function lasting(
  session: RestoreSession,
  { name, path, run }: { readonly name: string; readonly path: string; readonly run: RunRecord },
): RestoreComponent {
  return { path, jobName: restoreJobName(session, name, run.run), attempts: run.run + 1 };
}
