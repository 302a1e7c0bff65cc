/** Conditions and words of the hooks around a restore. */
import { hookUnderWay, stageFact } from '../../jobs/hook-conditions.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Course } from './course.ts';

const PRE = {
  type: CONDITION.preHooks,
  executing: REASON.executingHooks,
  executed: REASON.preHooksExecuted,
  failed: REASON.preHooksFailed,
  field: 'preRestore',
};
const POST = {
  type: CONDITION.postHooks,
  executing: REASON.executingHooks,
  executed: REASON.postHooksExecuted,
  failed: REASON.postHooksFailed,
  field: 'postRestore',
};

/** The conditions of both stages, as far as each has begun. */
export function hookFacts({ before, after }: Course): readonly ConditionFact[] {
  return [...stageFact(before, PRE, asClause), ...stageFact(after, POST, asClause)];
}

/** Which hook is at work; undefined where none is. */
export function hooksUnderWay(stages: Course): string | undefined {
  return hookUnderWay(stages, 'the restore');
}

/** A RestoreSession's messages are clauses throughout. */
function asClause(clause: string): string {
  return clause;
}
