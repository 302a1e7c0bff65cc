/** All upkeep of one Repository in one decision: what retention plans, and which one of forget, prune and check is at work. */
import type { ForgottenSnapshot } from '../../generated/types/repository.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { timestampOf } from '../../kube/instants.ts';
import { textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { forgetOrder, forgetWish } from './forget.ts';
import { forgottenOf } from './forgotten.ts';
import { retentionFact } from './retention-words.ts';
import { retentionOf, type Retention } from './retention.ts';
import { forgottenSincePrune, intactFact, isCheckDue, isDamaged, isPruneDue, wholeOrder } from './space-and-damage.ts';
import type { TaskRun } from '../../jobs/task-run.ts';
import { disproved, isUnderWay, upkeepOf, type Upkeep, type UpkeepContext, type UpkeepTask } from './upkeep.ts';

export interface Maintenance {
  readonly retention: Retention;
  readonly forgotten: readonly ForgottenSnapshot[];
  readonly facts: readonly ConditionFact[];
  readonly runs: readonly TaskRun[];
  readonly lastPruneTime: string | undefined;
  readonly lastCheckTime: string | undefined;
  /** Verdict of the last check; undefined before the first. */
  readonly integrity: boolean | undefined;
  /** For status.metastash. */
  readonly bookkeeping: Readonly<Record<string, unknown>>;
  readonly wakeAt: readonly Instant[];
}

const TASKS: readonly UpkeepTask[] = ['forget', 'prune', 'check'];

/** What is planned, under way and done. At most one of the three tasks is at work. */
export function maintenanceOf(context: UpkeepContext): Maintenance {
  const { observed, now } = context;
  const retention = retentionOf(observed, !isDamaged(observed), now);
  const steps = stepsOf(context, retention);
  const { forget, prune, check } = steps;
  const { status } = observed.repository;
  // What is gone is gone, also where the attempt failed at the next one.
  const reported = textsOf((forget.result ?? forget.partial)?.forgotten?.snapshots);
  const forgotten = forgottenOf(observed, reported, now);
  const isGone = new Set(forgotten.map((one) => one.uid));
  const left = { ...retention, plan: retention.plan.filter((one) => !isGone.has(one.uid)) };
  const intact = intactFact(observed, check.result?.checked);
  const since = (prune.result === undefined ? forgottenSincePrune(observed) : 0) + reported.length;
  return {
    retention: left,
    forgotten,
    facts: [retentionFact(observed, left, forget), intact].filter((one) => one !== undefined),
    runs: TASKS.flatMap((task) => steps[task].run ?? []),
    lastPruneTime: prune.result === undefined ? status?.lastPruneTime : timestampOf(now),
    lastCheckTime: check.result === undefined ? status?.lastCheckTime : timestampOf(now),
    integrity: intact === undefined ? undefined : intact.status === 'True',
    bookkeeping: {
      ...Object.fromEntries(TASKS.flatMap((task) => (steps[task].record ? [[task, steps[task].record]] : []))),
      ...(since === 0 ? {} : { forgottenSincePrune: since }),
    },
    wakeAt: retention.wakeAt,
  };
}

type Steps = Readonly<Record<UpkeepTask, Upkeep>>;

/** In order of urgency; the one at work keeps the others from beginning. */
function stepsOf(context: UpkeepContext, retention: Retention): Steps {
  const { observed, now } = context;
  const atWork = TASKS.find((task) => isUnderWay(observed, task));
  const isFree = (task: UpkeepTask, before: readonly Upkeep[]): boolean =>
    (atWork === undefined || atWork === task) && before.every((one) => !one.isBusy);
  const isSound = !isDamaged(observed);
  const forget = proven(
    upkeepOf(
      {
        task: 'forget',
        wish: forgetWish(observed, retention, now),
        orderOf: (record, access) => forgetOrder(observed, retention, record, access),
      },
      context,
      isFree('forget', []),
    ),
    context,
  );
  const prune = upkeepOf(
    {
      task: 'prune',
      wish: isSound && isPruneDue(observed, now) ? {} : undefined,
      orderOf: (_, access) => wholeOrder('prune', observed, access),
    },
    context,
    isFree('prune', [forget]),
  );
  const check = upkeepOf(
    {
      task: 'check',
      wish: isCheckDue(observed, now) ? {} : undefined,
      orderOf: (_, access) => wholeOrder('check', observed, access),
    },
    context,
    isFree('check', [forget, prune]),
  );
  return { forget, prune, check: checkProven(check, context) };
}

function proven(forget: Upkeep, context: UpkeepContext): Upkeep {
  if (forget.result === undefined || textsOf(forget.result.forgotten?.snapshots).length > 0) return forget;
  const message = 'the mover succeeded without naming a Snapshot that it removed; update hooks and mover together.';
  return disproved(forget, 'forget', message, context);
}

function checkProven(check: Upkeep, context: UpkeepContext): Upkeep {
  if (check.result === undefined || Array.isArray(check.result.checked?.damaged)) return check;
  const message = 'the mover succeeded without saying what it found; update hooks and mover together.';
  return disproved(check, 'check', message, context);
}
