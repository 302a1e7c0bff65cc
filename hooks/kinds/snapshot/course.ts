/** Where a Snapshot that is not finished stands: what is listed, what became of it, what comes next. status.ts puts it into words. */
import type { LocatedComponent } from '../../domain/report.ts';
import type { Outcome, Problem } from '../../domain/result.ts';
import type { Locating, RecordedLocate } from '../../jobs/locating.ts';
import { firstRun } from '../../jobs/mover-run.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { listedEntry } from './component-entry.ts';
import { REASON } from './conditions.ts';
import { endingOf, startEnding, startLimitOf, type Ending } from './ending.ts';
import { followed, type Followed } from './following.ts';
import { snapshotLocating } from './locating.ts';
import type { Observed } from './observe.ts';
import { preparationOf, type Preparation } from './preparation.ts';
import { isEnded, type Recorded } from './record.ts';

const LISTED_AGAIN_MS = 15_000;

export interface Course {
  readonly components: readonly Followed[];
  readonly total: number;
  /** Why it ends although no component says so: nothing was ever listed. */
  readonly ending: Ending | undefined;
  readonly waitsFor: Problem | undefined;
  readonly wanted: readonly DesiredObject[];
  readonly live: readonly string[];
  readonly wakeAt: readonly Instant[];
  /** For status.metastash. */
  readonly remembered: {
    readonly addon?: object;
    readonly locate?: RecordedLocate;
    readonly sessionMissingSince?: string;
  };
}

/** The course at `now`, judged from what is observed and recorded. */
export function courseOf(observed: Observed, record: Recorded, now: Instant): Course {
  const clock = endingOf(observed, record, now);
  const preparation = preparationOf(observed, record);
  const locating = snapshotLocating(observed, record, preparation, now);
  const ending = clock.ending ?? locating.failure;
  const base = {
    remembered: rememberedOf(record, preparation, locating, clock.sessionMissingSince),
    live: locating.live,
    wanted: ending === undefined ? locating.wanted : [],
    wakeAt: [...clock.wakeAt, ...(locating.wakeAt === undefined ? [] : [locating.wakeAt])],
  };
  if (record.components.length === 0)
    return { ...base, ...beginning({ observed, preparation, locating, ending, now }, base) };
  const awaitsPlace = locating.locate !== undefined && record.locate?.done !== true;
  const components = record.components.map((component) =>
    withPlace(followed(component, { observed, record, preparation, ending, awaitsPlace, now }), locating.found),
  );
  return {
    ...base,
    components,
    total: record.total,
    ending: components.every((one) => isEnded(one.phase)) ? tornEnding(record) : undefined,
    waitsFor: components.find((one) => one.waitsFor !== undefined)?.waitsFor ?? locating.waitsFor,
    wanted: [...base.wanted, ...components.flatMap((one) => one.wanted ?? [])],
    live: [...base.live, ...components.flatMap((one) => one.live)],
    wakeAt: [...base.wakeAt, ...components.flatMap((one) => one.wakeAt ?? [])],
  };
}

/** Somebody wrote into this status: what became of a component that cannot be read back is not known, and never guessed. */
function tornEnding({ isTorn, total, components }: Recorded): Ending | undefined {
  if (!isTorn) return undefined;
  const message =
    `status counts ${total} components and only ${components.length} can be read back, so what became of the others ` +
    'is not known; start another BackupSession, and let nobody else write into this status';
  return { reason: REASON.recordTorn, message };
}

interface Beginning {
  readonly observed: Observed;
  readonly preparation: Outcome<Preparation>;
  readonly locating: Locating;
  readonly ending: Ending | undefined;
  readonly now: Instant;
}

/** Nothing is listed yet: list what is known, or say what is missing. */
function beginning(
  { observed, preparation, locating, ending, now }: Beginning,
  { wakeAt }: { readonly wakeAt: readonly Instant[] },
): Pick<Course, 'components' | 'total' | 'ending' | 'waitsFor' | 'wakeAt'> {
  const problem = preparation.ok ? locating.waitsFor : preparation.error;
  const given = ending ?? (preparation.ok || problem === undefined ? undefined : startEnding(observed, problem, now));
  const nothing = {
    components: [],
    total: 0,
    ending: given,
    waitsFor: problem,
    wakeAt: [...wakeAt, startLimitOf(observed)],
  };
  if (given !== undefined || !preparation.ok) return nothing;
  const names = locating.found?.map((one) => one.component) ?? preparation.value.plan.components;
  if (names.length === 0) return nothing;
  const components = names.map((name) => listed(name, observed, locating.found, now));
  // The status that lists them wakes the next sync; the time is for one that was lost.
  return {
    components,
    total: names.length,
    ending: undefined,
    waitsFor: problem,
    wakeAt: [...wakeAt, now + LISTED_AGAIN_MS],
  };
}

function listed(
  name: string,
  observed: Observed,
  found: readonly LocatedComponent[] | undefined,
  now: Instant,
): Followed {
  const place = found?.find((one) => one.component === name);
  return { name, phase: 'Pending', entry: listedEntry(observed.snapshot, name, firstRun(now), place), live: [] };
}

/** What a locate Job has just found goes into the entries of components that were listed before. */
function withPlace(component: Followed, found: readonly LocatedComponent[] | undefined): Followed {
  const place = found?.find((one) => one.component === component.name);
  if (place === undefined || isEnded(component.phase)) return component;
  const { node, pod, claims } = place;
  const fields = {
    ...(node === undefined ? {} : { nodeName: node }),
    ...(pod === undefined ? {} : { podName: pod }),
    ...(claims === undefined ? {} : { claims: [...claims] }),
  };
  return { ...component, entry: { ...component.entry, ...fields }, wakeAt: 0 };
}

function rememberedOf(
  record: Recorded,
  preparation: Outcome<Preparation>,
  locating: Locating,
  sessionMissingSince: string | undefined,
): Course['remembered'] {
  const addon = record.addon ?? (preparation.ok ? preparation.value.addon : undefined);
  return {
    ...(addon === undefined ? {} : { addon }),
    ...(locating.locate === undefined ? {} : { locate: locating.locate }),
    ...(sessionMissingSince === undefined ? {} : { sessionMissingSince }),
  };
}
