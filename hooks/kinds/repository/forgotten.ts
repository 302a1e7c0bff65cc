/**
 * Snapshots of which nothing is left on the storage: `status.forgotten` says so first, and only after it stands there are
 * their objects left out.
 */
import type { ForgottenSnapshot } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { timestampOf } from '../../kube/instants.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import type { Observed } from './observe.ts';

/** Entries of Snapshots whose objects are gone, kept to be read. */
const KEPT_ENTRIES = 10;

/** Status entries: those still to go with their objects, those just reported, and the newest of the past. */
export function forgottenOf(
  observed: Observed,
  reported: readonly string[],
  now: Instant,
): readonly ForgottenSnapshot[] {
  const known = published(observed);
  const before = new Set(known.map((one) => one.uid));
  const fresh = observed.snapshots
    .filter((one) => reported.includes(one.metadata.uid) && !before.has(one.metadata.uid))
    .map(({ metadata }) => ({ snapshot: metadata.name, uid: metadata.uid, forgottenAt: timestampOf(now) }));
  const there = new Set(observed.snapshots.map((one) => one.metadata.uid));
  const all = [...fresh, ...known];
  const past = all.filter((one) => !there.has(one.uid ?? '')).slice(0, KEPT_ENTRIES);
  return all.filter((one) => there.has(one.uid ?? '') || past.includes(one));
}

/** Whether the *observed* status says that the Snapshot's data is gone: then its object may go too. */
export function isForgotten(observed: Observed, snapshot: Snapshot): boolean {
  return published(observed).some((one) => one.uid === snapshot.metadata.uid);
}

function published({ repository }: Observed): readonly ForgottenSnapshot[] {
  return listOf(repository.status?.forgotten)
    .map((one) => mapOf(one) as ForgottenSnapshot)
    .filter((one) => textOf(one.uid) !== undefined);
}
