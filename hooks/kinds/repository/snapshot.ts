/**
 * Snapshots: one is made for every entry that a running BackupSession lists as Pending for this Repository, and every one
 * that exists is restated (children.ts).
 */
import type { BackupSession, SessionSnapshot } from '../../generated/types/backupsession.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { ANNOTATION, LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { instantOf } from '../../kube/instants.ts';
import { labelValue } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { isDeleting, KIND, resolvedReference } from '../../kube/references.ts';
import { isObserved, type Observed } from './observe.ts';
import { snapshotId } from './snapshot-id.ts';

const ENDED = ['Succeeded', 'Failed', 'Skipped'];

/** The Snapshots that are asked for and not there yet. A session lists them only while it holds its turn. */
export function wantedSnapshots(observed: Observed): readonly DesiredObject[] {
  const { repository, sessions } = observed;
  if (isDeleting(repository) || observed.isNamespaceTerminating || repository.spec?.paused === true) return [];
  const wanted = new Map<string, DesiredObject>();
  for (const session of sessions.filter((one) => mayRun(one, observed.namespace))) {
    for (const entry of pendingEntries(session, repository.metadata.name)) {
      if (isObserved(observed, KIND.snapshot, entry.name) || wanted.has(entry.name)) continue;
      wanted.set(entry.name, snapshotOf(entry.name, repository, session));
    }
  }
  return [...wanted.values()];
}

function mayRun(session: BackupSession, namespace: string): boolean {
  const { metadata, status } = session;
  const stamp = metadata.annotations?.[ANNOTATION.uid];
  if (metadata.namespace !== namespace || isDeleting(session)) return false;
  return !ENDED.includes(status?.phase ?? '') && (stamp === undefined || stamp === metadata.uid);
}

/** An entry with a uid was seen: its Snapshot is lost, not missing. */
function pendingEntries(session: BackupSession, repository: string): readonly { readonly name: string }[] {
  const entries = session.status?.snapshots;
  return (Array.isArray(entries) ? entries : []).filter(
    (one: SessionSnapshot): one is SessionSnapshot & { readonly name: string } =>
      one?.phase === 'Pending' &&
      one.uid === undefined &&
      one.repository === repository &&
      typeof one.name === 'string',
  );
}

function snapshotOf(name: string, repository: Repository, session: BackupSession): DesiredObject {
  const { namespace = '' } = repository.metadata;
  const { appRef } = repository.spec;
  const bornAt = instantOf(session.metadata.creationTimestamp) ?? 0;
  return {
    apiVersion: 'storage.kubestash.com/v1alpha1',
    kind: 'Snapshot',
    metadata: {
      name,
      namespace,
      labels: labelsOf(repository, session),
      annotations: { [ANNOTATION.storage]: storageOf(repository) },
    },
    spec: {
      snapshotID: snapshotId(bornAt, session.metadata.uid, repository.metadata.uid, name),
      type: 'FullBackup',
      repository: repository.metadata.name,
      session: session.spec.session ?? '',
      backupSession: session.metadata.name,
      version: 'v1',
      ...(appRef === undefined ? {} : { appRef }),
      // Whoever deletes one Snapshot loses its data only if that very object said so.
      deletionPolicy: 'Delete',
    },
  };
}

function storageOf({ spec, metadata }: Repository): string {
  const storage = resolvedReference(spec.storageRef, metadata.namespace ?? '');
  return `${storage.namespace}/${storage.name}`;
}

/** All that its own hook and the session need to find their way: customize sees labels and spec, nothing further. */
function labelsOf(repository: Repository, session: BackupSession): Readonly<Record<string, string>> {
  const { namespace = '' } = repository.metadata;
  const { appRef } = repository.spec;
  const labels = {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.repositoryName]: repository.metadata.name,
    [LABEL.appRefKind]: appRef?.kind ?? '',
    [LABEL.appRefNamespace]: appRef?.namespace ?? namespace,
    [LABEL.appRefName]: appRef?.name ?? '',
    [LABEL.invokerKind]: session.spec.invoker.kind ?? 'BackupConfiguration',
    [LABEL.invokerNamespace]: namespace,
    [LABEL.invokerName]: session.spec.invoker.name,
    [LABEL.sessionName]: session.spec.session ?? '',
    [LABEL.backupSession]: session.metadata.name,
  };
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [key, labelValue(value)]),
  );
}
