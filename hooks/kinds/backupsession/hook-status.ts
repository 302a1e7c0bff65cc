/** What a session's status says of its hooks: conditions, words, and what has to be remembered until it is closed. */
import type { BackupSessionStatus } from '../../generated/types/backupsession.ts';
import { hookUnderWay, stageFact } from '../../jobs/hook-conditions.ts';
import { hasHooks } from '../../jobs/hook-record.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { timestampOf } from '../../kube/instants.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Begun } from './course.ts';

const PRE = {
  type: CONDITION.preHooks,
  executing: REASON.executingHooks,
  executed: REASON.preHooksExecuted,
  failed: REASON.preHooksFailed,
  field: 'preBackup',
};
const POST = {
  type: CONDITION.postHooks,
  executing: REASON.executingHooks,
  executed: REASON.postHooksExecuted,
  failed: REASON.postHooksFailed,
  field: 'postBackup',
};

/** The conditions of both stages, as far as each has begun. */
export function hookFacts({ before, after }: Begun): readonly ConditionFact[] {
  return [...stageFact(before, PRE, sentence), ...stageFact(after, POST, sentence)];
}

/** Which hook is at work; undefined where none is. */
export function hooksUnderWay(stages: Begun): string | undefined {
  const clause = hookUnderWay(stages, 'the backup');
  return clause === undefined ? undefined : sentence(clause);
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

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
