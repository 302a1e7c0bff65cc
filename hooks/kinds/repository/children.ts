/** Every child that should exist: what is observed, minus Jobs whose outcome is published and old, plus what is to be made. */
import type { Outcome } from '../../domain/result.ts';
import { keptChildren, namesAtWork } from '../../jobs/kept-children.ts';
import { restated } from '../../jobs/mover-job.ts';
import { LABEL } from '../../kube/labels.ts';
import type { Instant, ObjectMap } from '../../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../kube/objects.ts';
import { KIND, kindOf, objectsOf } from '../../kube/references.ts';
import { isForgotten } from './forgotten.ts';
import { moverAccount } from './mover-account.ts';
import { isObserved, type Observed } from './observe.ts';
import { wantedSnapshots } from './snapshot.ts';
import type { Course } from './status.ts';
import type { TaskRun } from '../../jobs/task-run.ts';

export interface Children {
  readonly children: readonly DesiredObject[];
  /** Whether something is asked for that is not there yet. */
  readonly isMissingSome: boolean;
  readonly wakeAt: readonly Instant[];
}

const TASKS = [KIND.job, KIND.taskReport];
const ACCOUNT_KINDS = [KIND.serviceAccount, KIND.role, KIND.roleBinding];

/** The children of a Repository that is neither deleted nor in a dying Namespace. */
export function childrenOf(observed: Observed, course: Course, now: Instant): Children {
  const { init, upload, reading, maintenance } = course;
  const runs = [init.run, upload.run, reading.run, ...maintenance.runs].filter((one) => one !== undefined);
  const atWork = namesAtWork(observed.children, now);
  const live = new Set([...runs.flatMap((one) => one.live), ...atWork]);
  const kept = keptChildren(withoutSuperseded(observed.children, runs, atWork), live, now);
  const account = moverAccount(observed);
  const made = [...runs.flatMap((one) => valuesOf(one.made)), ...wantedSnapshots(observed), ...reading.wanted].filter(
    (one) => !isObserved(observed, kindOf(one), one.metadata.name),
  );
  return {
    children: [...account, ...kept.children, ...snapshotsLeft(observed), ...made],
    isMissingSome: made.length > 0 || account.some((one) => !isObserved(observed, kindOf(one), one.metadata.name)),
    wakeAt: [
      ...(kept.wakeAt === undefined ? [] : [kept.wakeAt]),
      ...runs.flatMap((one) => one.wakeAt),
      ...maintenance.wakeAt,
      ...reading.wakeAt,
    ],
  };
}

/** Every observed Snapshot but those of which the observed status says that their data is gone from the storage. */
function snapshotsLeft(observed: Observed): readonly DesiredObject[] {
  return observed.snapshots.filter((one) => !isForgotten(observed, one)).map(restated);
}

/** Every observed child as it is: what a view that is not whole, a deletion or a dying Namespace leaves alone. */
export function frozenChildren(observed: Observed): readonly DesiredObject[] {
  const children = (kinds: readonly string[]): readonly KubeObject[] =>
    kinds.flatMap((kind) => objectsOf(observed.children, kind));
  return [...children(ACCOUNT_KINDS).map(asApplied), ...children([...TASKS, KIND.snapshot]).map(restated)];
}

/**
 * Under InPlace an object named by identity alone would lose its fields; answering what was applied last changes nothing
 * (faults.md §2.3, the freeze trick).
 */
function asApplied(child: KubeObject): DesiredObject {
  const applied = child.metadata.annotations?.['metacontroller.k8s.io/last-applied-configuration'];
  const parsed = applied === undefined ? undefined : parsedObject(applied);
  return parsed ?? restated(child);
}

function parsedObject(text: string): DesiredObject | undefined {
  try {
    const value = JSON.parse(text) as DesiredObject | null;
    return typeof value?.kind === 'string' && typeof value.metadata?.name === 'string' ? value : undefined;
  } catch {
    return undefined; // somebody rewrote the annotation; the host itself refuses such a child
  }
}

function valuesOf(outcome: Outcome<readonly DesiredObject[]>): readonly DesiredObject[] {
  return outcome.ok ? outcome.value : [];
}

/**
 * A task that fails every five minutes leaves a Job each time: only those around the present attempt stay, and those at
 * work. Of tasks that do not fail at present every Job stays for as long as it may be looked at.
 */
function withoutSuperseded(children: ObjectMap, runs: readonly TaskRun[], atWork: readonly string[]): ObjectMap {
  const failing = runs.filter((run) => run.record.run > 1);
  if (failing.length === 0) return children;
  const current = new Set([...runs.flatMap((run) => run.current), ...atWork]);
  const tasks = new Set<string | undefined>(['diagnose', ...failing.map((run) => run.task)]);
  const stays = (one: KubeObject): boolean =>
    current.has(one.metadata.name) || !tasks.has(one.metadata.labels?.[LABEL.task]);
  return Object.fromEntries(
    TASKS.map((kind) => [
      kind,
      Object.fromEntries(
        objectsOf(children, kind)
          .filter(stays)
          .map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]),
      ),
    ]),
  );
}
