/**
 * RestoreSession: brings one Snapshot back into one target, once. It chooses the Snapshot, pins what it will restore in
 * status, runs one Job per component, and says Succeeded only when every file, owner and mode is back. It never runs twice.
 */
import type { RestoreSession, RestoreSessionStatus } from '../../generated/types/restoresession.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../kube/objects.ts';
import { isDeleting, KIND, objectsOf } from '../../kube/references.ts';
import { secondsUntil } from '../../kube/resync.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { restoreAccount } from './account.ts';
import { courseOf, type Course } from './course.ts';
import { hookAccount } from './hooks.ts';
import { observe, type Observed } from './observe.ts';
import { isFinal } from './phase.ts';
import { effectivePlan, recordOf } from './record.ts';
import { statusFrom } from './status.ts';

/** Nothing wakes a parent whose child cannot be created (design §2). */
const MISSING_RESYNC_MS = 15_000;
/** A view with groups missing passes as soon as the host has asked customize again. */
const BLIND_RESYNC_SECONDS = 60;

/** Desired Jobs, identity and status of one RestoreSession, judged only from what is observed at `now`. */
export function syncRestoreSession(
  request: SyncRequest<RestoreSession>,
  now: Instant,
): SyncResponse<RestoreSessionStatus> {
  const session = request.parent;
  if (isFinal(session.status?.phase)) return finished(request, now);
  const observed = observe(request);
  if (observed === undefined) return blind(request, now);
  const record = recordOf(session.status);
  const course = courseOf(observed, record, now);
  // While nothing is planned, what is there cannot be judged: a restarted host's view of this object may be the older one.
  const live = record.components.length === 0 || record.isTorn ? workIn(request) : course.live;
  const kept = keptChildren(request.children, new Set(live), now);
  const missing = missingOf(course, kept.children, observed);
  const wakeAt = [
    ...course.wakeAt,
    ...(missing.length === 0 ? [] : [now + MISSING_RESYNC_MS]),
    kept.wakeAt ?? Infinity,
  ];
  return {
    status: statusFrom(observed, course, now),
    children: [...accountFor(request), ...kept.children, ...missing],
    resyncAfterSeconds: secondsUntil(wakeAt, now),
  };
}

/** What is wanted and not there, while anything can be created at all. The identity is updated in place, so it comes whole. */
function missingOf(course: Course, kept: readonly DesiredObject[], observed: Observed): readonly DesiredObject[] {
  if (observed.isNamespaceTerminating || isDeleting(observed.session)) return [];
  const there = [...kept, ...accountIn(observed.children)];
  return course.wanted.filter((one) => !there.some((other) => isSame(one, other)));
}

/** The identity of the movers as far as it is observed, whole, as a shorter form would take rules away. */
function accountFor(request: SyncRequest<RestoreSession>): readonly DesiredObject[] {
  const { parent: session, children, related } = request;
  const there = accountIn(children);
  const plan = recordOf(session.status).plan ?? effectivePlan(session, '', '');
  const ofHooks = isFinal(session.status?.phase)
    ? []
    : hookAccount({ session, namespace: session.metadata.namespace ?? '', related, children }, plan);
  return [...restoreAccount(session, plan), ...ofHooks].filter((one) => there.some((other) => isSame(one, other)));
}

function accountIn(children: SyncRequest['children']): readonly KubeObject[] {
  return [KIND.serviceAccount, KIND.role, KIND.roleBinding].flatMap((kind) => objectsOf(children, kind));
}

/** The final status once more. Finished Jobs go by age, unfinished ones at once, the identity with the last of them. */
function finished(request: SyncRequest<RestoreSession>, now: Instant): SyncResponse<RestoreSessionStatus> {
  const { children, wakeAt } = keptChildren(request.children, new Set(), now);
  return {
    status: unchangedStatus(request.parent),
    children: children.length === 0 ? [] : [...accountFor(request), ...children],
    ...(wakeAt === undefined ? {} : { resyncAfterSeconds: secondsUntil([wakeAt], now, Infinity) }),
  };
}

/** Nothing can be concluded: everything stays as it is. */
function blind(request: SyncRequest<RestoreSession>, now: Instant): SyncResponse<RestoreSessionStatus> {
  const live = new Set(workIn(request));
  return {
    status: unchangedStatus(request.parent),
    children: [...accountFor(request), ...keptChildren(request.children, live, now).children],
    resyncAfterSeconds: BLIND_RESYNC_SECONDS,
  };
}

/** Names of all Jobs and reports that are there. */
function workIn({ children }: SyncRequest<RestoreSession>): readonly string[] {
  return [KIND.job, KIND.taskReport].flatMap((kind) => objectsOf(children, kind)).map((one) => one.metadata.name);
}

function isSame(one: DesiredObject | KubeObject, other: DesiredObject | KubeObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}
