/**
 * The end of a Snapshot's object. Its Jobs end with it. Its data stays, unless WipeOut stood in its own spec before a user deleted
 * this very object: then its Repository removes the data, and the object waits for that (design law 4 and §2, Deletion).
 *
 *   deleted ──▶ noted ──settled──▶ requested ──Repository lists it as forgotten──▶ gone, data too
 *                 └───────────────────┴─ Repository, Namespace or definition going ──▶ gone, data kept
 *                                     └─ half an hour ──▶ over: says why ──▶ gone, data kept
 */
import type { Repository } from '../../generated/types/repository.ts';
import type { Snapshot, SnapshotStatus } from '../../generated/types/snapshot.ts';
import { keptChildren } from '../../jobs/kept-children.ts';
import { conditionOf, conditionsWith, type ConditionFact } from '../../kube/conditions.ts';
import {
  deletionInstant,
  isWipeOutWanted,
  largerDeletion,
  LAST_WORDS_MS,
  lastWordsOf,
  publishedStep,
  SETTLE_MS,
  WIPE_LIMIT_MS,
} from '../../kube/deletion.ts';
import { timestampOf } from '../../kube/instants.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import { hasGroup, isDeleting, KIND, objectNamed } from '../../kube/references.ts';
import { secondsUntil } from '../../kube/resync.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { WIPE_REQUESTED } from '../repository/snapshot-wipe.ts';
import { CONDITION, REASON } from './conditions.ts';
import { isFinished } from './finished.ts';

/** CustomResourceDefinitions with which this object goes, without anybody having deleted it. */
export const DEFINITIONS: readonly string[] = ['snapshots.storage.kubestash.com', 'repositories.storage.kubestash.com'];

type Step = 'noted' | typeof WIPE_REQUESTED | 'over';
const STEPS: readonly Step[] = ['noted', WIPE_REQUESTED, 'over'];

/** A dropped mover has 90 seconds to end (its Pod's grace): what it still writes shall be seen by who removes it. */
const UNFINISHED_SETTLE_MS = 120_000;
const LONGEST_WAIT_SECONDS = 60;

type Verdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly step: Step; readonly message: string; readonly until: Instant }
  | { readonly kind: 'give-up'; readonly message: string };

/** Lets go at once, or once the data is gone, or can not go, or half an hour has passed. */
export function finalizeSnapshot(request: SyncRequest<Snapshot>, now: Instant): SyncResponse<SnapshotStatus> {
  const snapshot = request.parent;
  const verdict = verdictOf(request, now);
  if (verdict.kind === 'go') return { status: mapOf(snapshot.status), children: [], finalized: true };
  const before = publishedStep(snapshot, STEPS);
  const isOver = verdict.kind === 'give-up';
  const fact: ConditionFact = isOver
    ? { type: CONDITION.wipedOut, status: 'False', reason: REASON.wipeTimedOut, message: verdict.message }
    : { type: CONDITION.wipedOut, status: 'Unknown', reason: REASON.wipingOut, message: verdict.message };
  const conditions = conditionsWith([fact], snapshot.status?.conditions, snapshot.metadata.generation, now);
  const metastash = { ...mapOf(snapshot.status?.metastash), wipeOut: isOver ? 'over' : verdict.step };
  return {
    status: { ...unchangedStatus(snapshot), conditions, metastash },
    // A removal is published before it is done (design law 6), also that of the Jobs.
    children: before === undefined ? everythingKept(request, now) : [],
    resyncAfterSeconds: isOver ? LAST_WORDS_MS / 1000 : secondsUntil([verdict.until], now, LONGEST_WAIT_SECONDS),
  };
}

function verdictOf(request: SyncRequest<Snapshot>, now: Instant): Verdict {
  const { parent: snapshot, related } = request;
  const before = publishedStep(snapshot, STEPS);
  if (!isWipeOutWanted(snapshot, before !== undefined)) return { kind: 'go' };
  if (before === 'over') return lastSaid(snapshot, now);
  const larger = largerDeletion(related, snapshot.metadata.namespace ?? '', DEFINITIONS);
  const limit = deletionInstant(snapshot, now) + WIPE_LIMIT_MS;
  if (larger !== undefined && larger !== 'unseen') return { kind: 'go' };
  if (larger === 'unseen' || !hasGroup(related, KIND.repository)) return blind(before, limit, now);
  const repository = removerOf(request);
  if (repository === undefined || isForgotten(snapshot, repository)) return { kind: 'go' };
  return now >= limit ? givingUp(repository) : asking(snapshot, repository, now);
}

function blind(before: Step | undefined, limit: Instant, now: Instant): Verdict {
  if (now >= limit) return givingUp(undefined);
  return waiting(before ?? 'noted', 'its surroundings are not seen yet', limit);
}

function asking(snapshot: Snapshot, repository: Repository, now: Instant): Verdict {
  const settled = deletionInstant(snapshot, now) + (isFinished(snapshot) ? SETTLE_MS : UNFINISHED_SETTLE_MS);
  if (publishedStep(snapshot, STEPS) === undefined || now < settled) {
    return waiting('noted', `its data is removed from ${timestampOf(settled)} on`, settled);
  }
  return waiting(
    WIPE_REQUESTED,
    `Repository ${repository.metadata.name} removes its data`,
    now + LONGEST_WAIT_SECONDS * 1000,
  );
}

/** The Repository that owns this Snapshot and stays; only it removes the data of a single one. */
function removerOf({ parent: { metadata, spec }, related }: SyncRequest<Snapshot>): Repository | undefined {
  const repository = objectNamed<Repository>(
    related,
    KIND.repository,
    spec?.repository ?? '',
    metadata.namespace ?? '',
  );
  if (repository === undefined || isDeleting(repository)) return undefined;
  return (metadata.ownerReferences ?? []).some((one) => one.uid === repository.metadata.uid) ? repository : undefined;
}

/** The last words once more, until they have stood there for a while. */
function lastSaid(snapshot: Snapshot, now: Instant): Verdict {
  const said = lastWordsOf(snapshot, now);
  return said === undefined ? { kind: 'go' } : { kind: 'give-up', message: said.fact.message };
}

function waiting(step: Step, message: string, until: Instant): Verdict {
  return { kind: 'wait', step, message, until };
}

/** Why the Repository did not get to it stands in the Repository's own conditions. */
function givingUp(repository: Repository | undefined): Verdict {
  const words = ['RetentionApplied', 'Ready'].flatMap((type) => {
    const condition = conditionOf(repository?.status, type);
    return condition === undefined || condition.status === 'True' ? [] : [condition.message];
  });
  const paused = repository?.spec?.paused === true ? ['the Repository is paused'] : [];
  const why = [...paused, ...words][0];
  return {
    kind: 'give-up',
    message: `the data was not removed within 30 minutes, so it stays on the storage${why === undefined ? '' : `: ${why}`}`,
  };
}

function isForgotten({ metadata }: Snapshot, { status }: Repository): boolean {
  return listOf(status?.forgotten).some((one) => mapOf(one)['uid'] === metadata.uid);
}

function everythingKept({ children }: SyncRequest<Snapshot>, now: Instant): SyncResponse['children'] {
  const names = Object.values(children).flatMap((group) => Object.values(group).map((one) => one.metadata.name));
  return keptChildren(children, new Set(names), now).children;
}
