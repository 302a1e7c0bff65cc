/** Where a RestoreSession that is not finished stands: invalid, waiting, or under way with a pinned plan. status.ts puts it into words. */
import { parsePositiveDuration } from '../../domain/duration.ts';
import type { LocatedComponent } from '../../domain/report.ts';
import { type Outcome, type Problem } from '../../domain/result.ts';
import { hookEntriesFrom } from '../../jobs/hook-record.ts';
import type { Stage } from '../../jobs/hook-stage.ts';
import { locatingOf, type Locating, type RecordedLocate } from '../../jobs/locating.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { restoreAccount } from './account.ts';
import { beginningOf, type Beginning } from './beginning.ts';
import { REASON } from './conditions.ts';
import { endedEntry, followed, type Ending, type Followed } from './following.ts';
import { hookAccount, stageAfter, stageBefore } from './hooks.ts';
import type { Observed } from './observe.ts';
import { isSamePart } from './plan.ts';
import { preparationOf, type Preparation } from './preparation.ts';
import { isEnded, type PinnedPlan, type Recorded } from './record.ts';
import { locateJobName, observerPlaceOf } from './restore-job.ts';

export interface Course {
  /** What the spec, or what it names, must change. */
  readonly invalid?: Problem;
  readonly waitsFor?: Problem;
  /** Why it ends although no component says so. */
  readonly ending?: Ending;
  readonly plan?: PinnedPlan;
  readonly warnings?: readonly string[];
  readonly components: readonly Followed[];
  readonly total: number;
  readonly locate?: RecordedLocate;
  readonly before?: Stage | undefined;
  /** Hooks after the restore, from when it has ended. */
  readonly after?: Stage | undefined;
  readonly wanted: readonly DesiredObject[];
  readonly live: readonly string[];
  readonly wakeAt: readonly Instant[];
}

const NOTHING = { components: [], total: 0, wanted: [], live: [] };

/** The course at `now`, judged from what is observed and recorded. */
export function courseOf(observed: Observed, record: Recorded, now: Instant): Course {
  const deadline = deadlineOf(observed);
  const ending = endingOf(observed, deadline, now);
  const wakeAt = deadline === undefined ? [] : [deadline];
  if (record.components.length > 0) return underWay({ observed, record, ending, now }, wakeAt);
  const beginning = beginningOf(observed, now);
  // A copy never runs, whatever its spec says; an invalid spec is said before anything else that would end it.
  if (beginning.invalid !== undefined && ending?.reason !== REASON.copied) return { ...NOTHING, ...beginning, wakeAt };
  if (ending !== undefined) return { ...NOTHING, ending: withWait(ending, beginning), wakeAt };
  return { ...NOTHING, ...beginning, wakeAt: [...wakeAt, ...(beginning.components === undefined ? [] : [now])] };
}

/** When the restore has to be over; undefined without a limit. */
export function deadlineOf({ session }: Observed): Instant | undefined {
  const timeout = parsePositiveDuration(session.spec?.restoreTimeout);
  const created = instantOf(session.metadata.creationTimestamp);
  return timeout.ok && created !== undefined ? created + timeout.value : undefined;
}

interface UnderWay {
  readonly observed: Observed;
  readonly record: Recorded;
  readonly ending: Ending | undefined;
  readonly now: Instant;
}

function underWay(input: UnderWay, wakeAt: readonly Instant[]): Course {
  const { observed, record, now } = input;
  const { plan } = record;
  // What has ended is not touched by a deadline that passes while hooks are at work after it.
  const outside = record.components.every((one) => isEnded(one.phase)) ? undefined : input.ending;
  if (plan === undefined) return atWork({ ...input, ending: outside }, wakeAt);
  const before = stageBefore(observed, plan, outside, now);
  if (before !== undefined && isHoldingBack(before, observed)) {
    return heldBack({ observed, record, plan, before, now }, wakeAt);
  }
  const course = atWork({ ...input, ending: outside ?? endingByHook(before) }, wakeAt);
  const isOver = course.components.every((one) => isEnded(one.phase));
  const after = isOver ? stageAfter(observed, plan, failureOf(course.components), now) : undefined;
  return withHooks(course, before, after, hookAccount(observed, plan));
}

/** The hook's own code stands in its words already. */
function endingByHook(before: Stage | undefined): Ending | undefined {
  const { failure } = before ?? {};
  return failure === undefined ? undefined : { reason: REASON.preHooksFailed, message: failure.message };
}

/** The components, as if there were no hooks. */
function atWork({ observed, record, ending: given, now }: UnderWay, wakeAt: readonly Instant[]): Course {
  const { plan } = record;
  const preparation = preparationFrom(plan, observed);
  const locating = locatingFrom(observed, record, preparation, now);
  const ending = given ?? locating.failure;
  const awaitsPlace = locating.locate !== undefined && record.locate?.done !== true;
  const components = record.components
    .map((component) => followed(component, { observed, preparation, ending, awaitsPlace, now }))
    .map((component) => placed(component, record, locating.found));
  const waitsFor = components.find((one) => one.waitsFor !== undefined)?.waitsFor ?? locating.waitsFor;
  return {
    components,
    ...tornEnding(record, components),
    total: record.total,
    ...(plan === undefined ? {} : { plan }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(locating.locate === undefined ? {} : { locate: locating.locate }),
    wanted: [
      ...(plan === undefined ? [] : restoreAccount(observed.session, plan)),
      ...(ending === undefined ? locating.wanted : []),
      ...components.flatMap((one) => one.wanted ?? []),
    ],
    live: [...locating.live, ...components.flatMap((one) => one.live)],
    wakeAt: [
      ...wakeAt,
      ...(locating.wakeAt === undefined ? [] : [locating.wakeAt]),
      ...components.flatMap((one) => one.wakeAt ?? []),
    ],
  };
}

/** Somebody wrote into this status: what became of a component that cannot be read back is not known, and never guessed. */
function tornEnding({ isTorn, total }: Recorded, components: readonly Followed[]): Pick<Course, 'ending'> {
  if (!isTorn || !components.every((one) => isEnded(one.phase))) return {};
  const message =
    `status counts ${total} components and only ${components.length} can be read back, so what became of the others ` +
    'is not known; create another RestoreSession, and let nobody else write into the status of this one';
  return { ending: { reason: REASON.recordTorn, message } };
}

function withHooks(
  course: Course,
  before: Stage | undefined,
  after: Stage | undefined,
  account: readonly DesiredObject[],
): Course {
  return {
    ...course,
    before,
    after,
    wanted: [...course.wanted, ...account, ...(after?.wanted ?? [])],
    live: [...course.live, ...(before?.live ?? []), ...(after?.live ?? [])],
    wakeAt: [...course.wakeAt, ...(after?.wakeAt ?? [])],
  };
}

/** Hooks before it are under way, or have ended in this very sync: components begin once that stands in status. */
function isHoldingBack(before: Stage, { session }: Observed): boolean {
  const recorded = hookEntriesFrom(session.status?.hooks?.preHooks);
  const isPublished = recorded.length > 0 && recorded.every((entry) => entry.phase !== 'Pending');
  return !before.isDone || (before.failure === undefined && !isPublished);
}

interface HeldBack {
  readonly observed: Observed;
  readonly record: Recorded;
  readonly plan: PinnedPlan;
  readonly before: Stage;
  readonly now: Instant;
}

/** Components wait as they were listed; their time counts from when the hooks are done. */
function heldBack({ observed, record, plan, before, now }: HeldBack, wakeAt: readonly Instant[]): Course {
  const since = timestampOf(now);
  const components = record.components.map(({ name, phase, status }) => ({
    name,
    phase,
    entry: before.isDone && !isEnded(phase) ? { ...status, metastash: { ...status.metastash, since } } : status,
    live: [],
    isStarted: false,
  }));
  return {
    components,
    total: record.total,
    plan,
    before,
    ...(record.locate === undefined ? {} : { locate: record.locate }),
    wanted: [...restoreAccount(observed.session, plan), ...hookAccount(observed, plan), ...before.wanted],
    live: before.live,
    wakeAt: [...wakeAt, ...before.wakeAt, ...(before.isDone ? [now] : [])],
  };
}

/** The first component that is not back, for hooks that tell of it. */
function failureOf(components: readonly Followed[]): Ending | undefined {
  const bad = components.find((one) => one.phase !== 'Succeeded');
  return bad === undefined
    ? undefined
    : { reason: REASON.failed, message: `component ${bad.name}: ${bad.entry.error ?? bad.phase}` };
}

function preparationFrom(plan: PinnedPlan | undefined, observed: Observed): Outcome<Preparation> {
  if (plan !== undefined) return preparationOf(plan, observed);
  const message = 'the plan that was pinned in status.metastash is gone; make a new RestoreSession';
  return { ok: false, error: { reason: 'PlanLost', message, waits: false } };
}

function locatingFrom(observed: Observed, record: Recorded, preparation: Outcome<Preparation>, now: Instant): Locating {
  return locatingOf(record.locate, {
    isNeeded: false,
    jobName: (run) => locateJobName(observed.session, run),
    place: observerPlaceOf(observed),
    children: observed.children,
    workload: preparation.ok ? preparation.value.workload : undefined,
    mayMake: !observed.isNamespaceTerminating,
    now,
  });
}

/** What a locate Job has just found goes into the entry; a component without a part of the target ends (kubestash-api.md §6.1 #9). */
function placed(component: Followed, record: Recorded, found: readonly LocatedComponent[] | undefined): Followed {
  const recorded = record.components.find((one) => one.name === component.name);
  if (found === undefined || recorded === undefined || isEnded(component.phase)) return component;
  const place = found.find((one) => isSamePart(one.component, component.name));
  if (place === undefined) {
    const names = found.map((one) => one.component).join(', ');
    const message = `the target has no part for component ${component.name} any more; it has: ${names}`;
    return { ...component, phase: 'Failed', entry: endedEntry(recorded, { reason: 'ComponentHasNoPlace', message }) };
  }
  const { node, pod, claims } = place;
  const fields = {
    ...(node === undefined ? {} : { nodeName: node }),
    ...(pod === undefined ? {} : { podName: pod }),
    ...(claims === undefined ? {} : { claims: [...claims] }),
  };
  return { ...component, entry: { ...component.entry, ...fields }, wakeAt: 0 };
}

function endingOf({ session }: Observed, deadline: Instant | undefined, now: Instant): Ending | undefined {
  const { annotations = {}, uid } = session.metadata;
  const [stamp, cancel] = [annotations[ANNOTATION.uid], annotations[ANNOTATION.cancel]];
  if (stamp !== undefined && stamp !== uid) {
    const message =
      `this object is a copy of another RestoreSession (annotation ${ANNOTATION.uid} names another uid), and a copy never runs; ` +
      'delete it, and to restore now create a RestoreSession without that annotation';
    return { reason: REASON.copied, message };
  }
  if (cancel !== undefined && cancel !== 'false') {
    return { reason: REASON.cancelled, message: `cancelled by annotation ${ANNOTATION.cancel}` };
  }
  if (deadline === undefined || now < deadline) return undefined;
  return {
    reason: REASON.timedOut,
    message: `the restoreTimeout of ${session.spec.restoreTimeout} passed at ${timestampOf(deadline)}`,
  };
}

function withWait(ending: Ending, { waitsFor }: Beginning): Ending {
  return waitsFor === undefined
    ? ending
    : { ...ending, message: `${ending.message}; until then it waited: ${waitsFor.message}` };
}
