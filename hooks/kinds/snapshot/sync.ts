/**
 * Snapshot: one backup of one target in one Repository. It lists the target's components in status, runs one Job per listed
 * component, and says Succeeded only with restic snapshots that were read back. It never deletes data and never runs twice.
 */
import type { Snapshot, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../../kube/objects.ts';
import { isDeleting } from '../../kube/references.ts';
import { secondsUntil } from '../../kube/resync.ts';
import { courseOf } from './course.ts';
import { finished, isFinished } from './finished.ts';
import { importedStatus, isImported } from './imported.ts';
import { observe } from './observe.ts';
import { recordOf } from './record.ts';
import { statusFrom } from './status.ts';

/** Nothing wakes a parent whose child cannot be created (design §2). */
const MISSING_RESYNC_MS = 15_000;
/** A view with groups missing passes as soon as the host has asked customize again. */
const BLIND_RESYNC_SECONDS = 60;

/** Desired Jobs and status of one Snapshot, judged only from what is observed at `now`. */
export function syncSnapshot(request: SyncRequest<Snapshot>, now: Instant): SyncResponse<SnapshotStatus> {
  const snapshot = request.parent;
  if (isFinished(snapshot)) return finished(request, now);
  if (isImported(snapshot)) return { ...everythingKept(request, now), status: importedStatus(snapshot, now) };
  const observed = observe(request);
  if (observed === undefined) {
    return {
      ...everythingKept(request, now),
      status: mapOf(snapshot.status),
      resyncAfterSeconds: BLIND_RESYNC_SECONDS,
    };
  }
  const record = recordOf(snapshot.status);
  const course = courseOf(observed, record, now);
  // While no component is listed, what is there cannot be judged: a restarted host's view of this Snapshot may be the older one.
  const live = record.components.length === 0 || record.isTorn ? namesIn(request) : course.live;
  const kept = keptChildren(request.children, new Set(live), now);
  const mayMake = !observed.isNamespaceTerminating && !isDeleting(snapshot);
  const made = mayMake ? course.wanted.filter((one) => !isIn(kept.children, one)) : [];
  const wakeAt = [...course.wakeAt, ...(made.length === 0 ? [] : [now + MISSING_RESYNC_MS]), kept.wakeAt ?? Infinity];
  return {
    status: statusFrom(observed, course, now),
    children: [...kept.children, ...made],
    resyncAfterSeconds: secondsUntil(wakeAt, now),
  };
}

/** Every observed child restated, whatever it is. */
function everythingKept(request: SyncRequest<Snapshot>, now: Instant): Pick<SyncResponse, 'children'> {
  return { children: keptChildren(request.children, new Set(namesIn(request)), now).children };
}

function namesIn({ children }: SyncRequest<Snapshot>): readonly string[] {
  return Object.values(children).flatMap((group) => Object.values(group).map((one: KubeObject) => one.metadata.name));
}

function isIn(children: readonly DesiredObject[], one: DesiredObject): boolean {
  return children.some((other) => other.kind === one.kind && other.metadata.name === one.metadata.name);
}
