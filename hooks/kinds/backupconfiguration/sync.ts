/**
 * BackupConfiguration: what is backed up, when, and where to. Its hook keeps a Repository for every one that the spec names, a
 * CronJob for every session, gives its BackupSessions the turn one after the other, tries failed ones again and forgets old
 * ones. It never deletes a Repository, and a spec that cannot be carried out changes nothing.
 */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration, BackupConfigurationStatus } from '../../generated/types/backupconfiguration.ts';
import { conditionOf } from '../../kube/conditions.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { instantOf } from '../../kube/instants.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { kindOf } from '../../kube/references.ts';
import { LONGEST_RESYNC_SECONDS, secondsUntil } from '../../kube/resync.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { firstProblem } from './checks.ts';
import { effectiveSpec } from './effective.ts';
import { frozenChildren } from './frozen.ts';
import { observe, type Observed } from './observe.ts';
import { outlineProblem } from './outline.ts';
import { planOf } from './plan.ts';
import { refusedStatus, statusOf } from './status.ts';

/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon, and seldomer the longer it is missing. */
const MISSING_CHILD_SECONDS = 10;
const PATIENCE = 20;

type Response = SyncResponse<BackupConfigurationStatus>;

/** Desired children and status of one BackupConfiguration, judged only from what is observed at `now`. */
export function syncBackupConfiguration(request: SyncRequest<BackupConfiguration>, now: Instant): Response {
  const configuration = request.parent;
  const observed = observe(request);
  if (observed.isGoing) return unchanged(configuration, observed);
  const malformed = outlineProblem(configuration);
  if (malformed !== undefined) return refused(configuration, observed, malformed, now);
  const effective = effectiveSpec(configuration, observed);
  const problem = firstProblem({ configuration, effective, observed });
  if (problem !== undefined) return refused(configuration, observed, problem, now);
  const plan = planOf(configuration, effective, observed, now);
  return {
    status: statusOf(configuration, plan, now),
    children: plan.children,
    resyncAfterSeconds: hasNewChild(plan.children, request)
      ? secondsForMissing(configuration, now)
      : secondsUntil(plan.wakeAt.map(justAfter), now),
  };
}

/** In a Namespace that is going every create is refused, so only what is there is restated. */
function unchanged(configuration: BackupConfiguration, observed: Observed): Response {
  return {
    status: unchangedStatus(configuration),
    children: frozenChildren(configuration, observed),
    resyncAfterSeconds: LONGEST_RESYNC_SECONDS,
  };
}

function refused(configuration: BackupConfiguration, observed: Observed, problem: Problem, now: Instant): Response {
  return {
    status: refusedStatus(configuration, problem, now),
    children: frozenChildren(configuration, observed),
    resyncAfterSeconds: LONGEST_RESYNC_SECONDS,
  };
}

function hasNewChild(children: readonly DesiredObject[], request: SyncRequest<BackupConfiguration>): boolean {
  const namespace = request.parent.metadata.namespace ?? '';
  return children.some((one) => request.children[kindOf(one)]?.[`${namespace}/${one.metadata.name}`] === undefined);
}

/** A twentieth of the time for which the configuration has not been ready. */
function secondsForMissing({ status }: BackupConfiguration, now: Instant): number {
  const ready = conditionOf(status, 'Ready');
  const since = ready?.status === 'False' ? instantOf(ready.lastTransitionTime) : undefined;
  const seconds = since === undefined ? 0 : Math.floor((now - since) / 1000 / PATIENCE);
  return Math.min(LONGEST_RESYNC_SECONDS, Math.max(MISSING_CHILD_SECONDS, seconds));
}

/** What is due at an instant is due for certain a second later. */
function justAfter(instant: Instant): Instant {
  return instant + 1000;
}
