/** Condition RetentionApplied: how far retention is, in one sentence that a user can act on. */
import type { ReportError } from '../../domain/report.ts';
import type { ConditionFact } from '../../kube/conditions.ts';
import { CONDITION, REASON } from './conditions.ts';
import type { Observed } from './observe.ts';
import type { Retention } from './retention.ts';
import { isDamaged } from './space-and-damage.ts';
import type { Upkeep } from './upkeep.ts';

/** Names of the rules that keep, as the sentence counts them; in this order. One that has not ended is not worth a write. */
const WORDS: Readonly<Record<string, string>> = {
  floor: 'newest of their session',
  last: 'last',
  hourly: 'hourly',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  noKeepRules: 'without keep rules',
  failedLast: 'failed',
  pinned: 'pinned',
  inUse: 'in use by a restore',
  suspect: 'suspect',
  future: 'dated in the future',
  deleting: 'being deleted',
  noPolicy: 'without a policy',
};

/** The condition; undefined where too little was shown to say anything. */
export function retentionFact(observed: Observed, retention: Retention, forget: Upkeep): ConditionFact | undefined {
  if (!retention.isKnown) return undefined;
  const type = CONDITION.retention;
  const kept = keptText(retention);
  const waiting = retention.plan.length;
  const error = errorOf(forget);
  if (error !== undefined && waiting > 0) {
    const message = `${error.message} Snapshots to remove: ${waiting}, tried again within five minutes. ${kept}`;
    return { type, status: error.code === 'RepositoryLocked' ? 'Unknown' : 'False', reason: error.code, message };
  }
  if (isDamaged(observed)) {
    return {
      type,
      status: 'False',
      reason: REASON.damaged,
      message: `The data is damaged, so nothing is removed. ${kept}`,
    };
  }
  const [problem] = retention.problems;
  if (problem !== undefined) {
    const message = `${problem.message}; the Snapshots of its session are kept. ${kept}`;
    return {
      type,
      status: problem.reason === REASON.configurationPaused ? 'Unknown' : 'False',
      reason: problem.reason,
      message,
    };
  }
  if (waiting > 0) {
    const message = `Snapshots to be removed, see status.retentionPlan: ${waiting}. ${kept}`;
    return { type, status: 'Unknown', reason: REASON.retentionPlanned, message };
  }
  if (!retention.isReferenced) {
    const message = `No session of a BackupConfiguration names this Repository, so nothing is removed. ${kept}`;
    return { type, status: 'Unknown', reason: REASON.notReferenced, message };
  }
  return { type, status: 'True', reason: REASON.retentionApplied, message: `Nothing is to be removed. ${kept}` };
}

function errorOf({ record }: Upkeep): ReportError | undefined {
  return record?.error ?? record?.lastError;
}

function keptText({ kept }: Retention): string {
  const parts = Object.entries(WORDS).flatMap(([rule, words]) => (kept[rule] ? [`${kept[rule]} ${words}`] : []));
  return parts.length === 0 ? 'No Snapshot has ended yet.' : `Kept: ${parts.join(', ')}.`;
}
