/** A RestoreSession's status, from its course: phase and conditions in KubeStash's words, and what it depends on. */
import { formatSeconds } from '../../domain/duration.ts';
import type { RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import { hooksStatus } from '../../jobs/hook-conditions.ts';
import { conditionOf, conditionsFrom, type Condition, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { readyFacts, type Readiness } from '../../kube/ready.ts';
import { CONDITION, REASON } from './conditions.ts';
import { deadlineOf, type Course } from './course.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Observed } from './observe.ts';
import { hookFacts, hooksUnderWay } from './hook-facts.ts';
import { pausedBackupsOf } from './paused-backups.ts';
import { isFinal, restorePhase, type RestorePhase } from './phase.ts';
import { targetOf } from './preparation.ts';
import { effectivePlan, isEdited, isEnded } from './record.ts';

/** Types that stay once they were stated, as the sync that knew their cause comes only once. */
const LASTING = [CONDITION.incomplete, 'FullDataAccess'];

/** The status of a RestoreSession on this course. */
export function statusFrom(observed: Observed, course: Course, now: Instant): RestoreSessionStatus {
  const { session } = observed;
  const before = session.status;
  const facts = factsOf(observed, course);
  const together = restorePhase(
    facts,
    course.components.map((one) => one.phase),
    course.total,
  );
  const phase = isFinal(together) && course.after?.isDone === false ? 'Running' : together;
  const conditions = conditionsFrom(
    [...facts, ...readyFacts(readinessOf(phase, course))],
    before?.conditions,
    session.metadata.generation,
    now,
  );
  const deadline = deadlineOf(observed);
  const found = foundOf(facts);
  const warnings = warningsOf(observed, course);
  return {
    phase,
    ...(found === undefined ? {} : { targetFound: found }),
    ...(deadline === undefined ? {} : { restoreDeadline: timestampOf(deadline) }),
    ...componentsIn(course),
    ...dependenciesOf(observed, course),
    ...pausedBackupsOf(observed, course.plan),
    ...hooksStatus(course),
    ...timesOf(observed, course, phase, now),
    ...(warnings.length === 0 ? {} : { warnings }),
    conditions,
    ...(isFinal(phase) ? {} : rememberedOf(course)),
  };
}

const EDITED =
  'The spec was edited after this restore had begun, which goes on as it was: create another RestoreSession.';

/** What was said when the Snapshot was chosen, and whether the spec still says what is being done. */
function warningsOf({ session }: Observed, { warnings, plan }: Course): readonly string[] {
  const said = (warnings ?? session.status?.warnings ?? []).filter((one) => one !== EDITED);
  return plan !== undefined && isEdited(session, plan) ? [...said, EDITED] : said;
}

function componentsIn({ components, total, plan }: Course): Partial<RestoreSessionStatus> {
  return {
    ...(plan === undefined ? {} : { snapshot: plan.snapshot }),
    ...(total === 0
      ? {}
      : { totalComponents: total, components: Object.fromEntries(components.map((one) => [one.name, one.entry])) }),
  };
}

/** From the pinning of the plan to the end. Nothing here counts while it runs, so that an unchanged status stays the same bytes. */
function timesOf(
  { session }: Observed,
  course: Course,
  phase: RestorePhase,
  now: Instant,
): Partial<RestoreSessionStatus> {
  const startedAt = instantOf(session.status?.startedAt) ?? (course.total > 0 ? now : undefined);
  return {
    ...(startedAt === undefined ? {} : { startedAt: timestampOf(startedAt) }),
    ...(isFinal(phase) ? { finishedAt: timestampOf(now), duration: formatSeconds(now - (startedAt ?? now)) } : {}),
  };
}

function rememberedOf({ plan, locate }: Course): Partial<RestoreSessionStatus> {
  if (plan === undefined && locate === undefined) return {};
  return { metastash: { ...(plan === undefined ? {} : { plan }), ...(locate === undefined ? {} : { locate }) } };
}

function factsOf(observed: Observed, course: Course): readonly ConditionFact[] {
  const { components, ending } = course;
  const stated = [
    validationFact(course),
    ...targetFacts(observed, course),
    ...executorFacts(observed, course),
    ...incompleteFacts(course),
    ...components.flatMap((one) => one.notes ?? []),
    ...hookFacts(course),
  ];
  const kept = LASTING.flatMap((type) => conditionOf(observed.session.status, type) ?? []).map(factOf);
  const distinct = [...stated, ...kept].filter(
    (fact, index, all) => all.findIndex((other) => other.type === fact.type) === index,
  );
  const hasEnded = components.length > 0 && components.every((one) => isEnded(one.phase));
  const isOver = (ending !== undefined || hasEnded) && course.after?.isDone !== false;
  if (!isOver) return distinct;
  const message = 'nothing more will be done; metrics can be scraped';
  return [...distinct, { type: CONDITION.metricsPushed, status: 'True', reason: REASON.metricsPushed, message }];
}

function validationFact({ invalid }: Course): ConditionFact {
  const type = CONDITION.validationPassed;
  if (invalid !== undefined) return { type, status: 'False', reason: invalid.reason, message: invalid.message };
  return { type, status: 'True', reason: REASON.valid, message: 'Validation has been passed successfully.' };
}

function targetFacts(observed: Observed, { plan, invalid }: Course): readonly ConditionFact[] {
  if (observed.session.spec?.target?.name === undefined) return [];
  const target = targetOf(plan ?? effectivePlan(observed.session, '', ''), observed);
  const type = CONDITION.targetFound;
  if (target.ok) {
    const message = `${target.value.kind} ${target.value.namespace}/${target.value.name} is there`;
    return [{ type, status: 'True', reason: REASON.targetFound, message }];
  }
  return invalid !== undefined && !target.error.waits
    ? []
    : [{ type, status: 'False', reason: REASON.targetMissing, message: target.error.message }];
}

/** True once every component had its Job, and then for good; never said of one that ended before it had any. */
function executorFacts({ session }: Observed, { components }: Course): readonly ConditionFact[] {
  if (components.length === 0) return [];
  const type = CONDITION.executorEnsured;
  const before = conditionOf(session.status, type)?.status === 'True';
  if (before || components.every((one) => one.isStarted)) {
    return [
      {
        type,
        status: 'True',
        reason: REASON.executorEnsured,
        message: 'Restore Executor has been ensured successfully.',
      },
    ];
  }
  if (components.every((one) => isEnded(one.phase))) return [];
  return [{ type, status: 'Unknown', reason: REASON.executorPending, message: 'not every component has its Job yet' }];
}

function incompleteFacts({ ending, components }: Course): readonly ConditionFact[] {
  const type = CONDITION.incomplete;
  if (ending !== undefined) return [{ type, status: 'True', reason: ending.reason, message: ending.message }];
  const cut = components.filter((one) => one.isCut === true);
  if (cut.length === 0) return [];
  const message = cut.map((one) => `component ${one.name}: ${one.entry.error ?? ''}`).join('; ');
  return [{ type, status: 'True', reason: REASON.terminated, message }];
}

function readinessOf(phase: RestorePhase, course: Course): Readiness {
  const { invalid, waitsFor, components, total } = course;
  const hooks = hooksUnderWay(course);
  if (hooks !== undefined) return { state: 'reconciling', reason: REASON.executingHooks, message: hooks };
  if (phase === 'Invalid' && invalid !== undefined)
    return { state: 'stalled', reason: invalid.reason, message: invalid.message };
  if (phase === 'Succeeded')
    return { state: 'ready', reason: REASON.succeeded, message: `${componentsText(total)} restored` };
  if (isFinal(phase)) return failedReadiness(course);
  if (waitsFor !== undefined) return { state: 'reconciling', reason: waitsFor.reason, message: waitsFor.message };
  const done = components.filter((one) => isEnded(one.phase)).length;
  return { state: 'reconciling', reason: REASON.running, message: `${done} of ${componentsText(total)} done` };
}

function failedReadiness({ ending, components, before, after }: Course): Readiness {
  if (ending !== undefined) return { state: 'failed', reason: ending.reason, message: ending.message };
  if (before?.failure !== undefined) {
    const message = `nothing was restored: ${before.failure.message}`;
    return { state: 'failed', reason: REASON.preHooksFailed, message };
  }
  const bad = components.find((one) => one.phase !== 'Succeeded');
  const hook = after?.failure?.message ?? 'the restore failed';
  const message = bad === undefined ? hook : `component ${bad.name}: ${bad.entry.error ?? unexplained(bad.phase)}`;
  return { state: 'failed', reason: REASON.failed, message };
}

/** No mover of ours leaves such a component; another version may have. */
function unexplained(phase: RestorePhase): string {
  return phase === 'Unknown' ? 'what became of it is not known; create another RestoreSession' : phase;
}

function foundOf(facts: readonly ConditionFact[]): boolean | undefined {
  const fact = facts.find((one) => one.type === CONDITION.targetFound);
  return fact === undefined ? undefined : fact.status === 'True';
}

function componentsText(count: number): string {
  return count === 1 ? '1 component' : `${count} components`;
}

function factOf({ type, status, reason, message }: Condition): ConditionFact {
  return { type, status, reason, message };
}
