/**
 * The locate Job, where a target's components or their nodes stand in no object that a hook may see (design §3, Place):
 * recorded first, made once the record is observed, and its findings go into the components' entries.
 */
import type { LocatedComponent } from '../../domain/report.ts';
import type { Outcome, Problem } from '../../domain/result.ts';
import { errorText, firstRun, nextRun, progressOf, type RunState } from '../../jobs/mover-run.ts';
import { diagnoseJob, locateJob, namesOfRun, runFactsOf } from '../../jobs/observer-jobs.ts';
import { listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { locateJobName, observerPlaceOf } from './backup-job.ts';
import { REASON } from './conditions.ts';
import type { Ending } from './ending.ts';
import type { Observed } from './observe.ts';
import type { Preparation } from './preparation.ts';
import type { Record, RecordedLocate } from './record.ts';

export interface Locating {
  /** For the record; undefined where nothing has to be looked up. */
  readonly locate?: RecordedLocate;
  /** What was found, once. */
  readonly found?: readonly LocatedComponent[];
  /** Nothing can be backed up. */
  readonly failure?: Ending;
  readonly live: readonly string[];
  readonly wanted: readonly DesiredObject[];
  readonly wakeAt?: Instant;
  readonly waitsFor?: Problem;
}

/** How far the look-up is; nothing to do where the target needs none, or it is done. */
export function locatingOf(
  observed: Observed,
  record: Record,
  preparation: Outcome<Preparation>,
  now: Instant,
): Locating {
  const { locate } = record;
  if (locate?.done === true) return { locate, live: [], wanted: [] };
  if (locate !== undefined) {
    const progress = underWay(locate, observed, preparation, now);
    // Components can only be listed with the rest at hand; until then the report is read again.
    const keeps = progress.found === undefined || record.components.length > 0 || preparation.ok;
    return keeps ? progress : { ...progress, locate };
  }
  const needed = record.components.length === 0 && preparation.ok && preparation.value.plan.locate;
  return needed
    ? { locate: { run: firstRun(now), done: false }, live: [], wanted: [], wakeAt: now }
    : { live: [], wanted: [] };
}

function underWay(
  locate: RecordedLocate,
  observed: Observed,
  preparation: Outcome<Preparation>,
  now: Instant,
): Locating {
  const name = locateJobName(observed.snapshot, locate.run.run);
  const live = namesOfRun(name);
  const {
    state,
    record: run,
    wakeAt,
  } = progressOf(locate.run, runFactsOf(observed.children, observed.namespace, name), now);
  if (state.kind === 'succeeded') {
    const found = locatedIn(state.report.result);
    return found.length > 0
      ? { locate: { run, done: true }, found, live, wanted: [] }
      : { failure: NOTHING_FOUND, live, wanted: [] };
  }
  if (state.kind === 'failed') {
    const next = nextRun(run, state.error, now);
    if (next !== undefined) return { locate: { run: next, done: false }, live, wanted: [], wakeAt: now };
    const message = `the target's components could not be looked up: ${errorText(state.error)}`;
    return { failure: { reason: REASON.locateFailed, message }, live, wanted: [] };
  }
  const wanted = wantedOf({ name, state, run: run.run }, observed, preparation);
  return {
    locate: { run, done: false },
    live,
    wanted,
    ...(wakeAt === undefined ? {} : { wakeAt }),
    waitsFor: {
      reason: REASON.locating,
      message:
        (state.kind === 'wait' ? state.why : undefined) ?? 'a locate Job looks for the Pods and claims of the target',
      waits: true,
    },
  };
}

const NOTHING_FOUND: Ending = {
  reason: REASON.noComponents,
  message: 'the target has no Pod and no claim of its own, so there is nothing to back up',
};

function wantedOf(
  { name, state, run }: { readonly name: string; readonly state: RunState; readonly run: number },
  observed: Observed,
  preparation: Outcome<Preparation>,
): readonly DesiredObject[] {
  if (observed.isNamespaceTerminating) return [];
  const place = observerPlaceOf(observed);
  if (state.kind === 'make' && preparation.ok)
    return objectsOf(locateJob(place, name, preparation.value.workload, run));
  if (state.kind === 'wait' && state.diagnose !== undefined) return objectsOf(diagnoseJob(place, name, state.diagnose));
  return [];
}

function objectsOf(job: Outcome<readonly DesiredObject[]>): readonly DesiredObject[] {
  return job.ok ? job.value : [];
}

/** What a locate report lists; entries without a name are dropped, names come once and in order. */
function locatedIn(result: unknown): readonly LocatedComponent[] {
  const entries = listOf(mapOf(mapOf(result)['located'])['components']).map(mapOf);
  const named = entries.flatMap((entry): readonly LocatedComponent[] => {
    const component = textOf(entry['component']);
    if (component === undefined) return [];
    const [node, pod, claims] = [textOf(entry['node']), textOf(entry['pod']), textsOf(entry['claims'])];
    return [
      {
        component,
        ...(node === undefined ? {} : { node }),
        ...(pod === undefined ? {} : { pod }),
        ...(claims.length === 0 ? {} : { claims }),
      },
    ];
  });
  const byName = new Map(named.map((one) => [one.component, one]));
  return [...byName.keys()].sort().map((name) => byName.get(name) as LocatedComponent);
}
