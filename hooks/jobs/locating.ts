/**
 * The locate Job, where a target's components or their nodes stand in no object that a hook may see (design §3, Place):
 * recorded first, made once the record is observed; its findings go into the components' entries.
 */
import type { LocatedComponent } from '../domain/report.ts';
import type { Outcome, Problem } from '../domain/result.ts';
import { timestampOf } from '../kube/instants.ts';
import { listOf, mapOf, textOf, textsOf } from '../kube/json-values.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject } from '../kube/objects.ts';
import type { Workload } from '../kube/workload.ts';
import { errorText, firstRun, nextRun, progressOf, runRecordFrom, type RunRecord, type RunState } from './mover-run.ts';
import { diagnoseJob, locateJob, namesOfRun, runFactsOf, type ObserverPlace } from './observer-jobs.ts';

/** What status remembers of the look-up. */
export interface RecordedLocate {
  readonly run: RunRecord;
  readonly done: boolean;
}

export interface LocateContext {
  /** Whether the target needs a look-up that is not recorded yet. */
  readonly isNeeded: boolean;
  readonly jobName: (run: number) => string;
  readonly place: ObserverPlace;
  readonly children: ObjectMap;
  /** The target; while it is unknown no Job can be made. */
  readonly workload: Workload | undefined;
  readonly mayMake: boolean;
  readonly now: Instant;
}

export interface Locating {
  /** For the record; undefined where nothing has to be looked up. */
  readonly locate?: RecordedLocate;
  /** What was found, in the sync that read it. */
  readonly found?: readonly LocatedComponent[];
  /** Nothing can be done with this target. */
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly live: readonly string[];
  readonly wanted: readonly DesiredObject[];
  readonly wakeAt?: Instant;
  readonly waitsFor?: Problem;
}

/** The recorded look-up in a status, which may be anything. */
export function recordedLocateFrom(value: unknown): RecordedLocate | undefined {
  const map = mapOf(value);
  const run = runRecordFrom(map['run']);
  return run === undefined ? undefined : { run, done: map['done'] === true };
}

/** How far the look-up is; nothing to do where the target needs none, or it is done. */
export function locatingOf(recorded: RecordedLocate | undefined, context: LocateContext): Locating {
  const nothing = { live: [], wanted: [] };
  if (recorded?.done === true) return { ...nothing, locate: recorded };
  if (recorded !== undefined) return underWay(recorded, context);
  const { isNeeded, now } = context;
  return isNeeded ? { ...nothing, locate: { run: firstRun(now), done: false }, wakeAt: now } : nothing;
}

function underWay({ run: recorded }: RecordedLocate, context: LocateContext): Locating {
  const { now, children, place } = context;
  const name = context.jobName(recorded.run);
  const live = namesOfRun(name);
  const { state, record: run, wakeAt } = progressOf(recorded, runFactsOf(children, place.namespace, name), now);
  if (state.kind === 'succeeded') return readReport(run, locatedIn(state.report.result), live);
  if (state.kind === 'failed') {
    const next = nextRun(run, state.error, now);
    if (next !== undefined) return { locate: { run: next, done: false }, live, wanted: [], wakeAt: now };
    const message = `the target's components could not be looked up: ${errorText(state.error)}`;
    return { failure: { reason: 'LocateFailed', message }, live, wanted: [] };
  }
  const message = whyWaits(run, state) ?? 'a locate Job looks for the Pods and claims of the target';
  return {
    locate: { run, done: false },
    live,
    wanted: wantedOf(name, run.run, state, context),
    ...(wakeAt === undefined ? {} : { wakeAt }),
    waitsFor: { reason: 'LocatingTarget', message, waits: true },
  };
}

function whyWaits({ previous }: RunRecord, state: RunState): string | undefined {
  if (state.kind === 'wait') return state.why;
  if (state.kind !== 'pause') return undefined;
  return `the target is looked up again at ${timestampOf(state.until)}; before that it failed: ${previous ?? ''}`;
}

function readReport(run: RunRecord, found: readonly LocatedComponent[], live: readonly string[]): Locating {
  if (found.length > 0) return { locate: { run, done: true }, found, live, wanted: [] };
  const message = 'the target has no Pod and no claim of its own, so it has no component';
  return { failure: { reason: 'TargetHasNoComponents', message }, live, wanted: [] };
}

function wantedOf(name: string, run: number, state: RunState, context: LocateContext): readonly DesiredObject[] {
  const { place, workload, mayMake } = context;
  if (!mayMake) return [];
  if (state.kind === 'make' && workload !== undefined) return objectsOf(locateJob(place, name, workload, run));
  if (state.kind === 'wait' && state.diagnose !== undefined) return objectsOf(diagnoseJob(place, name, state.diagnose));
  return [];
}

function objectsOf(job: Outcome<readonly DesiredObject[]>): readonly DesiredObject[] {
  return job.ok ? job.value : [];
}

/** What a locate report lists; entries without a name are dropped, names come once and in order. */
function locatedIn(result: unknown): readonly LocatedComponent[] {
  const named = listOf(mapOf(mapOf(result)['located'])['components']).flatMap((one) => locatedFrom(mapOf(one)) ?? []);
  const byName = new Map(named.map((one) => [one.component, one]));
  return [...byName.values()].sort((left, right) => (left.component < right.component ? -1 : 1));
}

function locatedFrom(entry: Readonly<Record<string, unknown>>): LocatedComponent | undefined {
  const component = textOf(entry['component']);
  if (component === undefined) return undefined;
  const [node, pod, claims] = [textOf(entry['node']), textOf(entry['pod']), textsOf(entry['claims'])];
  return {
    component,
    ...(node === undefined ? {} : { node }),
    ...(pod === undefined ? {} : { pod }),
    ...(claims.length === 0 ? {} : { claims }),
  };
}
