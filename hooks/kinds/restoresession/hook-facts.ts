/** Conditions and words of the hooks around a restore. */
import type { Stage } from '../../jobs/hook-stage.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Course } from './course.ts';

/** The conditions of both stages, as far as each has begun. */
export function hookFacts({ before, after }: Course): readonly ConditionFact[] {
  const pre = [CONDITION.preHooks, REASON.preHooksExecuted, REASON.preHooksFailed, 'preRestore'] as const;
  const post = [CONDITION.postHooks, REASON.postHooksExecuted, REASON.postHooksFailed, 'postRestore'] as const;
  return [...factOf(before, pre), ...factOf(after, post)];
}

/** Which hook is at work; undefined where none is. */
export function hooksUnderWay({ before, after }: Course): string | undefined {
  const stage = [before, after].find((one) => one?.isDone === false);
  if (stage === undefined) return undefined;
  const active = stage.entries.find((entry) => entry.phase === 'Pending');
  const words = active?.message === undefined ? '' : `: ${active.message}`;
  return `hook ${active?.name} ${stage === before ? 'before' : 'after'} the restore is at work${words}`;
}

function factOf(
  stage: Stage | undefined,
  [type, executed, failed, field]: readonly [string, string, string, string],
): readonly ConditionFact[] {
  if (stage === undefined || (stage.isDone && stage.entries.length === 0 && stage.failure === undefined)) return [];
  if (!stage.isDone) {
    const ended = stage.entries.filter((entry) => entry.phase !== 'Pending').length;
    const message = `${ended} of ${stage.entries.length} ${field} hooks have ended`;
    return [{ type, status: 'Unknown', reason: REASON.executingHooks, message }];
  }
  const { failure } = stage;
  if (failure !== undefined) return [{ type, status: 'False', reason: failed, message: failure.message }];
  return [{ type, status: 'True', reason: executed, message: `the ${field} hooks have been executed successfully` }];
}
