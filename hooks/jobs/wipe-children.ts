/** The Jobs and reports by which the data of a deleted object goes (wiping.ts). */
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { KIND, kindOf, objectsOf } from '../kube/references.ts';
import { keptChildren } from './kept-children.ts';
import type { TaskRun } from './task-run.ts';
import { isOfWipe } from './wiping.ts';

/** Those of the wipe that are there. */
export function wipesThere(children: ObjectMap, run: TaskRun | undefined, now: Instant): readonly DesiredObject[] {
  return jobsThere(children, (one) => isOfWipe(one, run), now);
}

/** The Jobs and reports that are there and stay. */
export function jobsThere(
  children: ObjectMap,
  stays: (one: KubeObject) => boolean,
  now: Instant,
): readonly DesiredObject[] {
  const own = [KIND.job, KIND.taskReport].flatMap((kind) => objectsOf(children, kind)).filter(stays);
  const names = new Set(own.map((one) => one.metadata.name));
  return keptChildren(children, names, now).children.filter((one) => names.has(one.metadata.name));
}

/** Those that the run wants and nobody has made yet. */
export function wipesMissing(children: ObjectMap, run: TaskRun | undefined): readonly DesiredObject[] {
  if (run?.made.ok !== true) return [];
  return run.made.value.filter(
    (one) => !objectsOf(children, kindOf(one)).some((other) => other.metadata.name === one.metadata.name),
  );
}
