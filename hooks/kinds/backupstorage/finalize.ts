/**
 * The end of a BackupStorage's object. Its data stays, unless WipeOut stood in its own spec before it was deleted: then, once no
 * Repository is left on it, a Job removes what this cluster keeps there (jobs/wiping.ts). A storage that keeps its data waits
 * for Repositories that are going with WipeOut, since they need it for that; never longer than half an hour.
 */
import type { BackupStorage, BackupStorageStatus } from '../../generated/types/backupstorage.ts';
import { jobsThere, wipesMissing, wipesThere } from '../../jobs/wipe-children.ts';
import type { WipeRecord } from '../../jobs/wipe-record.ts';
import { WIPE_REASON } from '../../jobs/wiping.ts';
import { conditionsWith, type ConditionFact } from '../../kube/conditions.ts';
import { deletionInstant, largerDeletion, WIPE_LIMIT_MS, WIPED_OUT } from '../../kube/deletion.ts';
import { mapOf } from '../../kube/json-values.ts';
import type { Instant, SyncRequest, SyncResponse } from '../../kube/metacontroller.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { kindOf } from '../../kube/references.ts';
import { unchangedStatus } from '../../kube/unchanged-status.ts';
import { storageIdentity } from './init-job.ts';
import { observe, type Observed } from './observe.ts';
import { secretRoleAsObserved } from './secret-role.ts';
import { DEFINITIONS, storageWipe, wipingUser } from './wipe-out.ts';

const MAX_RESYNC_MS = 60_000;
/** Nothing wakes a parent when a name gets free, so a child that is asked for is looked after soon. */
const MISSING_CHILD_MS = 10_000;

type Response = SyncResponse<BackupStorageStatus>;

/** Lets go at once, or once the data is gone, or can not go, or half an hour has passed. */
export function finalizeBackupStorage(request: SyncRequest<BackupStorage>, now: Instant): Response {
  const storage = request.parent;
  const observed = observe(request);
  const wipe = storageWipe(storage, observed, now);
  if (wipe.kind === 'go') return waitsForUser(storage, observed, now) ?? letGo(storage, observed, now);
  const { fact, record, mayDrop, run, wakeAt } = wipe;
  const made = wipesMissing(observed.children, run);
  const children = mayDrop
    ? [...storageIdentity(storage), ...wipesThere(observed.children, run, now), ...made]
    : everything(storage, observed, now);
  const due = [...wakeAt, now + (made.length === 0 ? MAX_RESYNC_MS : MISSING_CHILD_MS)];
  return answered(storage, { fact, record, children, due }, now);
}

function letGo(storage: BackupStorage, observed: Observed, now: Instant): Response {
  return { status: mapOf(storage.status), children: everything(storage, observed, now), finalized: true };
}

/** Undefined where no Repository needs the storage any more, or none could use it. */
function waitsForUser(storage: BackupStorage, observed: Observed, now: Instant): Response | undefined {
  const user = wipingUser(storage, observed);
  const limit = deletionInstant(storage, now) + WIPE_LIMIT_MS;
  const larger = largerDeletion(observed.related, observed.namespace, DEFINITIONS);
  if (user === undefined || now >= limit || (larger !== undefined && larger !== 'unseen')) return undefined;
  const { namespace, name } = user.metadata;
  const message = `The data stays, but Repository ${namespace}/${name} is being deleted with WipeOut and needs this storage.`;
  const fact: ConditionFact = { type: WIPED_OUT, status: 'False', reason: WIPE_REASON.waiting, message };
  const children = everything(storage, observed, now);
  return answered(storage, { fact, record: undefined, children, due: [limit, now + MAX_RESYNC_MS] }, now);
}

interface Answer {
  readonly fact: ConditionFact;
  readonly record: WipeRecord | undefined;
  readonly children: readonly DesiredObject[];
  readonly due: readonly Instant[];
}

function answered(storage: BackupStorage, { fact, record, children, due }: Answer, now: Instant): Response {
  const { status, metadata } = storage;
  const wipe = record === undefined ? {} : { metastash: { ...mapOf(status?.metastash), wipe: record } };
  return {
    status: {
      ...unchangedStatus(storage),
      phase: 'NotReady',
      conditions: conditionsWith([fact], status?.conditions, metadata.generation, now),
      ...wipe,
    },
    children,
    resyncAfterSeconds: Math.max(1, Math.ceil((Math.min(...due.filter((one) => one > now)) - now) / 1000)),
  };
}

/** Every observed child as it is. */
function everything(storage: BackupStorage, observed: Observed, now: Instant): readonly DesiredObject[] {
  const there = new Set(observed.identities.map((one) => `${kindOf(one)} ${one.metadata.name}`));
  const identities = storageIdentity(storage).filter((one) => there.has(`${kindOf(one)} ${one.metadata.name}`));
  return [...identities, ...secretRoleAsObserved(storage, observed), ...jobsThere(observed.children, () => true, now)];
}
