/**
 * When a Repository prunes and checks its restic repositories. Both are apart from forget, run while no backup does, and keep
 * away from the next tick of a schedule; a schedule that leaves no such time does not put them off for ever.
 */
import type { CheckResult } from '../../domain/report.ts';
import type { SystemOrder } from '../../jobs/system-task-job.ts';
import { conditionOf, type ConditionFact } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { countOf, listOf, mapOf, textsOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { Access } from './access.ts';
import { CONDITION, REASON } from './conditions.ts';
import { isQuiet } from './forget.ts';
import type { Observed } from './observe.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Forgotten Snapshots after which space is freed without waiting for the week to end. */
const PRUNE_AFTER = 20;
const PRUNE_EVERY_MS = 7 * DAY_MS;
const CHECK_EVERY_MS = 7 * DAY_MS;
/** Damage is looked at again soon: somebody may have mended it. */
const CHECK_DAMAGED_EVERY_MS = DAY_MS;
/** How long before a tick nothing begins that could make its backup wait. */
const WINDOW_MS = 15 * MINUTE_MS;
/** After this long without a quiet time the window counts no more. */
const OVERDUE_MS = DAY_MS;

/** Snapshots forgotten since space was last freed. */
export function forgottenSincePrune({ repository }: Observed): number {
  return countOf(mapOf(repository.status?.metastash)['forgottenSincePrune']) ?? 0;
}

/** Whether space shall be freed now. */
export function isPruneDue(observed: Observed, now: Instant): boolean {
  const forgotten = forgottenSincePrune(observed);
  if (forgotten === 0) return false;
  const since = now - lastOf(observed, observed.repository.status?.lastPruneTime);
  const overdue = since >= PRUNE_EVERY_MS + OVERDUE_MS || forgotten >= 3 * PRUNE_AFTER;
  return (forgotten >= PRUNE_AFTER || since >= PRUNE_EVERY_MS) && isTimeFor(observed, overdue, now);
}

/** Whether the data shall be looked through now: after every prune, each week, and each day while it is damaged. */
export function isCheckDue(observed: Observed, now: Instant): boolean {
  const { status } = observed.repository;
  if (textsOf(status?.componentPaths).length === 0) return false;
  const last = lastOf(observed, status?.lastCheckTime);
  const pruned = instantOf(status?.lastPruneTime);
  const every = isDamaged(observed) ? CHECK_DAMAGED_EVERY_MS : CHECK_EVERY_MS;
  const isDue = now - last >= every || (pruned !== undefined && pruned > last);
  return isDue && isTimeFor(observed, now - last >= every + OVERDUE_MS, now);
}

/** Whether the last check found damage. */
export function isDamaged({ repository }: Observed): boolean {
  return conditionOf(repository.status, CONDITION.intact)?.status === 'False';
}

/** The order of a prune or a check: all restic repositories that the Repository ever had. */
export function wholeOrder(task: 'prune' | 'check', observed: Observed, access: Access): SystemOrder {
  const { storageMount, repositoryMount, clusterUid } = access;
  return {
    task,
    storage: storageMount.access,
    repository: repositoryMount.access,
    owner: { clusterUid, namespace: observed.namespace, name: observed.repository.metadata.name },
    resticPaths: textsOf(observed.repository.status?.componentPaths),
  };
}

/** What a check found, in words; without a new result what the observed status says. */
export function intactFact(observed: Observed, checked: CheckResult | undefined): ConditionFact | undefined {
  const type = CONDITION.intact;
  if (checked === undefined) {
    const before = conditionOf(observed.repository.status, type);
    return before && { type, status: before.status, reason: before.reason, message: before.message };
  }
  const damaged = listOf(checked.damaged).map(mapOf);
  if (damaged.length === 0) {
    const message = `restic found nothing missing in ${textsOf(checked.resticPaths).length} restic repositories.`;
    return { type, status: 'True', reason: REASON.checkPassed, message };
  }
  const found = damaged.map((one) => `${String(one['resticPath'])}: ${String(one['message'])}`).join('; ');
  const message =
    `restic found damage in ${found}. Nothing is removed until a check passes. Look at the storage; new backups mend ` +
    'what they store anew, restic repair mends the rest.';
  return { type, status: 'False', reason: REASON.damaged, message };
}

/** Before anything was done the Repository's own birth counts. */
function lastOf({ repository }: Observed, time: string | undefined): Instant {
  return instantOf(time) ?? instantOf(repository.metadata.creationTimestamp) ?? 0;
}

function isTimeFor(observed: Observed, isOverdue: boolean, now: Instant): boolean {
  if (!isQuiet(observed)) return false;
  const next = Math.min(...nextTicks(observed).filter((at) => at >= now - MINUTE_MS));
  return isOverdue || next - now > WINDOW_MS;
}

/** When the sessions that back up into this Repository run next, as their BackupConfiguration says. */
function nextTicks({ configurations, repository }: Observed): readonly Instant[] {
  return configurations.flatMap((configuration) => {
    const ours = new Set(
      listOf(configuration.spec?.sessions)
        .map(mapOf)
        .filter((one) => listOf(one['repositories']).some((entry) => mapOf(entry)['name'] === repository.metadata.name))
        .map((one) => one['name']),
    );
    return listOf(configuration.status?.sessions)
      .map(mapOf)
      .flatMap((one) => (ours.has(one['name']) ? (instantOf(one['nextSchedule']) ?? []) : []));
  });
}
