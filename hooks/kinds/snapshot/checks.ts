/**
 * Whether this Snapshot may be backed up at all, and what it waits for. An ordered list of named checks; the first problem
 * is what the status says. None of them ends work that runs: for that see ending.ts.
 */
import type { Problem } from '../../domain/result.ts';
import { admittedStorage } from '../../jobs/storage-admission.ts';
import { instantOf } from '../../kube/instants.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting, resolvedReference } from '../../kube/references.ts';
import { REASON } from './conditions.ts';
import { invokerNameOf, storageOf, type Observed } from './observe.ts';

export type Check = (observed: Observed) => Problem | undefined;

/** In the order in which a user would look for the cause. */
export const CHECKS: readonly Check[] = [
  isCopy, //                law 9: a copy never runs
  namesNoSession, //        made by hand
  waitsForSession, //       or made by hand with the name of a session that never was
  isNotListed, //           the session knows nothing of it
  isPaused, //              spec.paused
  isGoing, //               being deleted, or its namespace is
  waitsForRepository, //    cannot be told from a Repository that is not there yet
  repositoryHasMoved, //    to a storage that this Snapshot does not see
  repositoryIsNotReady, //  its directory is not prepared, or its storage is away
  waitsForStorage, //       or it no longer admits this namespace
  waitsForInvoker,
];

/** The first problem of the list. */
export function firstProblem(observed: Observed): Problem | undefined {
  for (const check of CHECKS) {
    const problem = check(observed);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether the object was copied by another tool (design law 9). */
export function isCopy({ snapshot }: Observed): Problem | undefined {
  const stamp = snapshot.metadata.annotations?.[ANNOTATION.uid];
  if (stamp === undefined || stamp === snapshot.metadata.uid) return undefined;
  return never(
    REASON.copied,
    `This object is a copy of another Snapshot (annotation ${ANNOTATION.uid} names another uid), and a copy never runs. ` +
      'Delete it; the Repository brings back the Snapshots that its storage holds.',
  );
}

/** Whether nobody asked for this backup: only a BackupSession does (faults.md B71). */
export function namesNoSession({ snapshot }: Observed): Problem | undefined {
  if (text(snapshot.spec?.backupSession) !== '') return undefined;
  return never(
    REASON.handMade,
    'This Snapshot was made by hand: /spec/backupSession is empty, and only a BackupSession makes backups. ' +
      'Delete it; to back up now, create a BackupSession.',
  );
}

function waitsForSession({ snapshot, session }: Observed): Problem | undefined {
  if (session !== undefined) return undefined;
  const name = text(snapshot.spec?.backupSession);
  return waits(
    'BackupSession',
    `BackupSession ${name} does not exist; nothing is backed up for a Snapshot that no BackupSession lists`,
  );
}

/** The session must list exactly this object: a second one of the same name is none that it asked for (design, When a Snapshot is made). */
function isNotListed({ snapshot, session }: Observed): Problem | undefined {
  const { name, uid } = snapshot.metadata;
  const entry = (session?.status?.snapshots ?? []).find((one) => one?.name === name);
  const wanted = entry !== undefined && (entry.uid === undefined || entry.uid === uid) && !isOlder(snapshot, session);
  if (wanted && (entry.phase === 'Pending' || entry.phase === 'Running')) return undefined;
  return {
    reason: REASON.notListed,
    message: `BackupSession ${session?.metadata.name} does not list this Snapshot, so nothing is backed up for it`,
    waits: true,
  };
}

function isPaused({ snapshot }: Observed): Problem | undefined {
  if (snapshot.spec?.paused !== true) return undefined;
  return { reason: REASON.paused, message: '/spec/paused is true; set it to false to go on', waits: true };
}

function isGoing({ snapshot, isNamespaceTerminating, namespace }: Observed): Problem | undefined {
  if (isDeleting(snapshot)) {
    return { reason: REASON.deleting, message: 'this Snapshot is being deleted; nothing new is started', waits: true };
  }
  if (!isNamespaceTerminating) return undefined;
  return {
    reason: REASON.namespaceTerminating,
    message: `Namespace ${namespace} is being deleted; nothing new can be created in it`,
    waits: true,
  };
}

function waitsForRepository({ snapshot, repository }: Observed): Problem | undefined {
  const name = text(snapshot.spec?.repository);
  if (repository === undefined) return waits('Repository', `Repository ${name} does not exist`);
  return isDeleting(repository) ? waits('Repository', `Repository ${name} is being deleted`) : undefined;
}

function repositoryHasMoved({ snapshot, repository, namespace }: Observed): Problem | undefined {
  const madeFor = storageOf(snapshot);
  const now = resolvedReference(repository?.spec?.storageRef ?? { name: '' }, namespace);
  if (madeFor === undefined || (madeFor.name === now.name && madeFor.namespace === now.namespace)) return undefined;
  return never(
    REASON.repositoryMoved,
    `Repository ${repository?.metadata.name} is on BackupStorage ${now.namespace}/${now.name}, and this Snapshot was made for ` +
      `${madeFor.namespace}/${madeFor.name}. To back up now, create another BackupSession.`,
  );
}

function repositoryIsNotReady({ repository }: Observed): Problem | undefined {
  if (repository?.status?.phase === 'Ready') return undefined;
  return {
    reason: REASON.repositoryNotReady,
    message: `Repository ${repository?.metadata.name} is not Ready; see its conditions`,
    waits: true,
  };
}

function waitsForStorage(observed: Observed): Problem | undefined {
  const { repository, storage, namespace } = observed;
  const reference = resolvedReference(repository?.spec?.storageRef ?? { name: '' }, namespace);
  const admitted = admittedStorage(reference, storage, observed);
  return admitted.ok ? undefined : admitted.error;
}

function waitsForInvoker({ invoker, snapshot, session }: Observed): Problem | undefined {
  if (invoker !== undefined) return undefined;
  return waits('BackupConfiguration', `BackupConfiguration ${invokerNameOf(snapshot, session) ?? ''} does not exist`);
}

function isOlder(snapshot: KubeObject, session: KubeObject | undefined): boolean {
  const [made, asked] = [
    instantOf(snapshot.metadata.creationTimestamp),
    instantOf(session?.metadata.creationTimestamp),
  ];
  return made !== undefined && asked !== undefined && made < asked;
}

function waits(kind: string, message: string): Problem {
  return { reason: `WaitingFor${kind}`, message, waits: true };
}

function never(reason: string, message: string): Problem {
  return { reason, message, waits: false };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
