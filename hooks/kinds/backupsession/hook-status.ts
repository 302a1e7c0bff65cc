/** What a session's status says of its hooks: entries, conditions, and what has to be remembered until it is closed. */
import type { BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { hasHooks, hookExecutions } from '../../jobs/hook-record.ts';
import type { Stage } from '../../jobs/hook-stage.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { timestampOf } from '../../kube/instants.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Begun } from './course.ts';

/** `status.hooks`; nothing where there are none. */
export function hooksIn({ before, after }: Begun): Pick<BackupSessionStatus, 'hooks'> {
  const [pre, post] = [before?.entries ?? [], after?.entries ?? []];
  if (pre.length + post.length === 0) return {};
  return {
    hooks: {
      ...(pre.length === 0 ? {} : { preHooks: hookExecutions(pre) }),
      ...(post.length === 0 ? {} : { postHooks: hookExecutions(post) }),
    },
  };
}

/** The conditions of both stages, as far as each has begun. */
export function hookFacts({ before, after }: Begun): readonly ConditionFact[] {
  const pre = [CONDITION.preHooks, REASON.preHooksExecuted, REASON.preHooksFailed, 'preBackup'] as const;
  const post = [CONDITION.postHooks, REASON.postHooksExecuted, REASON.postHooksFailed, 'postBackup'] as const;
  return [...factOf(before, pre), ...factOf(after, post)];
}

/** Which hook is at work; undefined where none is. */
export function hooksUnderWay({ before, after }: Begun): string | undefined {
  const stage = [before, after].find((one) => one?.isDone === false);
  if (stage === undefined) return undefined;
  const when = stage === before ? 'before' : 'after';
  const active = stage.entries.find((entry) => entry.phase === 'Pending');
  const words = active?.message === undefined ? '' : `: ${active.message}`;
  return `Hook ${active?.name} ${when} the backup is at work${words}.`;
}

/** The hooks that it began with, why it ends, and when its Snapshots were listed. */
export function bookkeeping({
  hooks,
  ending,
  before,
  entries,
  listedAt,
}: Begun): Pick<BackupSessionStatus, 'metastash'> {
  if (!hasHooks(hooks)) return {};
  return {
    metastash: {
      hooks,
      ...(ending === undefined ? {} : { ending }),
      ...(before === undefined || entries.length === 0 ? {} : { listedAt: timestampOf(listedAt) }),
    },
  };
}

function factOf(
  stage: Stage | undefined,
  [type, executed, failed, field]: readonly [string, string, string, string],
): readonly ConditionFact[] {
  if (stage === undefined || (stage.isDone && stage.entries.length === 0 && stage.failure === undefined)) return [];
  if (!stage.isDone) {
    const ended = stage.entries.filter((entry) => entry.phase !== 'Pending').length;
    const message = `${ended} of ${stage.entries.length} ${field} hooks have ended.`;
    return [{ type, status: 'Unknown', reason: REASON.executingHooks, message }];
  }
  const { failure } = stage;
  if (failure !== undefined) return [{ type, status: 'False', reason: failed, message: failure.message }];
  return [{ type, status: 'True', reason: executed, message: `The ${field} hooks have been executed successfully.` }];
}
