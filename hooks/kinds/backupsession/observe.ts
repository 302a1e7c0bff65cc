/** The request of a BackupSession as one record of named things. The only file that knows the maps' keys. */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import type { Session } from '../../generated/types/shared.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { hasHooks, pinnedHooks } from '../../jobs/hook-record.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { listOf, mapOf } from '../../kube/json-values.ts';
import type { Instant, ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { turnName } from '../../kube/names.ts';
import { namespaceNamed } from '../../kube/namespaces.ts';
import { hasGroup, isDeleting, KIND, objectNamed, objectsOf } from '../../kube/references.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isFinal } from '../restoresession/phase.ts';
import { CONDITION } from './conditions.ts';
import { createdAt } from './deadlines.ts';
import { recordOf } from './record.ts';

type Lease = KubeObject<{ readonly holderIdentity?: string }>;

/** Who runs: only the session whose uid stands in the Lease may begin (design §2, Arbiters). */
export interface Turn {
  /** Since when this session has held it; undefined while it does not. */
  readonly heldSince: Instant | undefined;
  /** Another session, not finished, that holds it. */
  readonly holder: BackupSession | undefined;
  /** Since when no other session has stood in the way: creation, or the end of the last one that was seen. */
  readonly freeSince: Instant;
}

export interface Observed {
  readonly invoker: BackupConfiguration | undefined;
  /** The entry of the invoker's spec that this session runs. */
  readonly config: Session | undefined;
  readonly turn: Turn;
  /** A restore at work on the invoker's target. */
  readonly restore: RestoreSession | undefined;
  readonly repositories: ReadonlyMap<string, Repository>;
  /** By name; of other sessions' Snapshots none is here. */
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  /** Jobs and TaskReports of hooks. */
  readonly children: ObjectMap;
  readonly related: ObjectMap;
}

const GROUPS = [
  KIND.backupConfiguration,
  KIND.lease,
  KIND.repository,
  KIND.backupSession,
  KIND.restoreSession,
  KIND.snapshot,
];

/** What hooks need besides: without them nothing can be said of hooks. */
const HOOK_GROUPS = [KIND.hookTemplate, KIND.function, KIND.namespace];

/** Everything that the session sees; undefined where the host left out a group, since a missing view proves nothing. */
export function observe(request: SyncRequest<BackupSession>): Observed | undefined {
  const { parent: session, related, children } = request;
  if (!GROUPS.every((kind) => hasGroup(related, kind))) return undefined;
  const name = invokerNameOf(session) ?? '';
  const namespace = session.metadata.namespace ?? '';
  const invoker = objectNamed<BackupConfiguration>(related, KIND.backupConfiguration, name, namespace);
  const config = sessionConfigOf(invoker, session.spec?.session);
  const runsHooks =
    hasHooks(recordOf(session).hooks) || hasHooks(pinnedHooks(config?.hooks?.preBackup, config?.hooks?.postBackup));
  if (runsHooks && !HOOK_GROUPS.every((kind) => hasGroup(related, kind))) return undefined;
  return {
    invoker,
    config,
    turn: turnOf(session, related),
    restore: objectsOf<RestoreSession>(related, KIND.restoreSession).find((one) => pauses(one, name)),
    repositories: byName(objectsOf<Repository>(related, KIND.repository)),
    snapshots: byName(
      objectsOf<Snapshot>(related, KIND.snapshot).filter((one) => one.spec?.backupSession === session.metadata.name),
    ),
    namespace,
    namespaceObject: namespaceNamed(related, namespace),
    children,
    related,
  };
}

/** Whether the status says how the session ended: from then on it is restated, never judged again. */
export function isFinished(session: BackupSession): boolean {
  const phase = session.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Skipped';
}

/** The BackupConfiguration that the session is of; older manifests leave the kind out. Undefined for any other kind. */
export function invokerNameOf(session: BackupSession): string | undefined {
  const invoker = session.spec?.invoker;
  const name = invoker?.name;
  if ((invoker?.kind ?? 'BackupConfiguration') !== 'BackupConfiguration') return undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function sessionConfigOf(invoker: BackupConfiguration | undefined, name: string | undefined): Session | undefined {
  const sessions = invoker?.spec?.sessions;
  return Array.isArray(sessions) ? sessions.find((one: Session) => one?.name === name) : undefined;
}

function turnOf(session: BackupSession, related: ObjectMap): Turn {
  const name = invokerNameOf(session) ?? '';
  const lease = objectNamed<Lease>(related, KIND.lease, turnName(name), session.metadata.namespace ?? '');
  const holder = lease === undefined || isDeleting(lease) ? undefined : lease.spec?.holderIdentity;
  const siblings = objectsOf<BackupSession>(related, KIND.backupSession).filter(
    (one) => invokerNameOf(one) === name && one.metadata.uid !== session.metadata.uid,
  );
  return {
    heldSince: lease !== undefined && holder === session.metadata.uid ? createdAt(lease) : undefined,
    holder: siblings.find((one) => one.metadata.uid === holder && !isFinished(one)),
    freeSince: Math.max(createdAt(session), ...siblings.map(endOf)),
  };
}

/** One that was Skipped has no times; Ready was False before its end, too, so that it does not tell when that came. */
function endOf(session: BackupSession): Instant {
  if (!isFinished(session)) return 0;
  const skipped = conditionOf(session.status, CONDITION.skipped);
  return instantOf(session.status?.finishedAt) ?? instantOf(skipped?.lastTransitionTime) ?? 0;
}

/** What a restore pauses stands in its status as long as it runs, and afterwards as a record (kinds/restoresession/paused-backups.ts). */
function pauses({ status }: RestoreSession, invoker: string): boolean {
  return !isFinal(status?.phase) && listOf(status?.pausedBackups).some((one) => mapOf(one)['name'] === invoker);
}

function byName<Kind extends { readonly metadata: { readonly name: string } }>(
  objects: readonly Kind[],
): ReadonlyMap<string, Kind> {
  return new Map(objects.map((one) => [one.metadata.name, one]));
}
