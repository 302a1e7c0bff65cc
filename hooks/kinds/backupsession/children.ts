/** The Jobs and TaskReports of a session's hooks. */
import type { Stage } from '../../jobs/hook-stage.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import type { Instant, ObjectMap } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { KIND, objectsOf } from '../../kube/references.ts';

/** Nothing wakes a parent whose child cannot be created (design §2). */
const MISSING_RESYNC_MS = 15_000;

export interface HookChildren {
  readonly children: readonly DesiredObject[];
  readonly wakeAt: readonly Instant[];
}

/** What is observed, less what is over and old, and what the stages want. */
export function hookChildren(observed: ObjectMap, stages: readonly (Stage | undefined)[], now: Instant): HookChildren {
  const live = new Set(stages.flatMap((stage) => stage?.live ?? []));
  const kept = keptChildren(observed, live, now);
  const isKept = (one: DesiredObject): boolean =>
    kept.children.some((other) => other.kind === one.kind && other.metadata.name === one.metadata.name);
  const missing = stages.flatMap((stage) => stage?.wanted ?? []).filter((one) => !isKept(one));
  return {
    children: [...kept.children, ...missing],
    wakeAt: [
      ...(kept.wakeAt === undefined ? [] : [kept.wakeAt]),
      ...(missing.length === 0 ? [] : [now + MISSING_RESYNC_MS]),
    ],
  };
}

/** Names of every Job and report that is there. */
export function observedJobs(observed: ObjectMap): readonly string[] {
  return [KIND.job, KIND.taskReport].flatMap((kind) => objectsOf(observed, kind)).map((one) => one.metadata.name);
}
