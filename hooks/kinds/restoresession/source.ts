/** Which Snapshot a RestoreSession brings back. Decided once; after that the plan in status is what counts. */
import { blocked, ok, refused, waitingFor, type Outcome } from '../../domain/result.ts';
import type { RestoreDataSource, RestoreSession } from '../../generated/types/restoresession.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf, textsOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import { isDeleting } from '../../kube/references.ts';
import { LATEST } from './checks.ts';
import { repositoryNamed, storageOf, type Observed } from './observe.ts';

export interface Source {
  readonly snapshot: Snapshot;
  /** What the user should know of the choice. */
  readonly warnings: readonly string[];
}

/** The Snapshot that this data source means now; waits while there is none. */
export function sourceOf(dataSource: RestoreDataSource, observed: Observed): Outcome<Source> {
  if (!isSourceAllowed(dataSource, observed)) return notAllowed(dataSource, observed);
  return dataSource.snapshot === LATEST ? latest(dataSource, observed) : named(dataSource, observed);
}

/**
 * Whether anything may be told of the source. In another namespace only what lies on a BackupStorage that admits this one;
 * in the own namespace everything, and whether the storage may be used is told later.
 */
export function isSourceAllowed({ snapshot: name, repository }: RestoreDataSource, observed: Observed): boolean {
  const { namespace, sourceNamespace, sources } = observed;
  if (sourceNamespace === namespace) return true;
  const snapshot = name === LATEST ? undefined : sources.find((one) => one.metadata.name === name);
  const found = repositoryNamed(observed, (name === LATEST ? repository : snapshot?.spec?.repository) ?? '');
  return found !== undefined && storageOf(observed, found).ok;
}

/** The same words whether it exists or not, so that nobody can ask what there is in another namespace. */
function notAllowed({ snapshot, repository }: RestoreDataSource, observed: Observed): Outcome<Source> {
  const { namespace, sourceNamespace } = observed;
  const what =
    snapshot === LATEST ? `Repository ${sourceNamespace}/${repository}` : `Snapshot ${sourceNamespace}/${snapshot}`;
  const message =
    `${what} does not exist, or its BackupStorage does not admit namespace ${namespace}: spec.usagePolicy of the storage has to; ` +
    `ask its owner, or create the RestoreSession in namespace ${sourceNamespace}`;
  return refused({ reason: 'SourceNotAllowed', message, waits: true });
}

/** Why a Snapshot is no choice for `latest` although it Succeeded; undefined for a good one. */
export function suspicionOf({ status }: Snapshot): string | undefined {
  if (status?.suspect === true) return status.suspectReason ?? 'it is marked suspect';
  if (status?.integrity === false) return 'its data did not pass the check';
  if (status?.verificationStatus === 'VerificationFailed') return 'its verification failed';
  return undefined;
}

function latest(dataSource: RestoreDataSource, observed: Observed): Outcome<Source> {
  const { sources, sourceNamespace } = observed;
  const repository = dataSource.repository ?? '';
  const unread = notReadYet(observed, repository);
  if (unread !== undefined) return refused({ reason: 'SnapshotsNotRead', message: unread, waits: true });
  const wanted = textsOf(dataSource.components);
  const done = sources
    .filter((one) => one.spec?.repository === repository && one.status?.phase === 'Succeeded' && !isDeleting(one))
    .filter((one) => missingComponents(one, wanted).length === 0)
    .sort(newestFirst);
  const index = allowsSuspect(observed.session) ? 0 : done.findIndex((one) => suspicionOf(one) === undefined);
  const snapshot = done[index];
  if (snapshot === undefined) {
    const with_ = wanted.length === 0 ? '' : ` with components ${wanted.join(', ')}`;
    const passed = done.length === 0 ? '' : `; passed over: ${done.map(passedOver).join('; ')}`;
    return waitingFor(
      'Snapshot',
      `Repository ${sourceNamespace}/${repository} has no good Snapshot${with_} yet${passed}`,
    );
  }
  return ok({
    snapshot,
    warnings: [
      ...done.slice(0, index).map((one) => `newer Snapshot ${passedOver(one)} was passed over`),
      ...doubtful(snapshot),
    ],
  });
}

/** The user has said that a suspect Snapshot will do. */
function allowsSuspect({ metadata }: RestoreSession): boolean {
  return metadata.annotations?.[ANNOTATION.allowSuspect] === 'true';
}

/** While a Repository reads its storage, a newer Snapshot than those that are here may be on its way. */
function notReadYet(observed: Observed, repository: string): string | undefined {
  const synced = conditionOf(repositoryNamed(observed, repository)?.status, 'SnapshotsSynced');
  if (synced?.status !== 'False') return undefined;
  return `Repository ${observed.sourceNamespace}/${repository} has not read all Snapshots of its storage yet: ${synced.message}`;
}

function named(dataSource: RestoreDataSource, { sources, sourceNamespace: namespace }: Observed): Outcome<Source> {
  const name = dataSource.snapshot ?? '';
  const snapshot = sources.find((one) => one.metadata.name === name);
  if (snapshot === undefined) return waitingFor('Snapshot', `Snapshot ${namespace}/${name} does not exist`);
  if (isDeleting(snapshot)) return waitingFor('Snapshot', `Snapshot ${namespace}/${name} is being deleted`);
  const phase = snapshot.status?.phase;
  if (phase === 'Failed') {
    return blocked(
      'SnapshotFailed',
      `Snapshot ${name} is Failed and cannot be restored; name a Succeeded one, or write ${LATEST}`,
    );
  }
  if (phase !== 'Succeeded')
    return waitingFor(
      'Snapshot',
      `Snapshot ${namespace}/${name} is ${phase ?? 'new'}; it is restored once it has Succeeded`,
    );
  const missing = missingComponents(snapshot, textsOf(dataSource.components));
  if (missing.length > 0) {
    return blocked(
      'ComponentNotFound',
      `Snapshot ${name} has no component ${missing.join(', ')}; it has: ${componentNames(snapshot).join(', ') || 'none'}`,
    );
  }
  return ok({ snapshot, warnings: [...elsewhere(dataSource, snapshot), ...doubtful(snapshot)] });
}

/** A named Snapshot brings its own Repository: an upstream example names another one (kubestash-api.md §6.1 #16). */
function elsewhere({ repository }: RestoreDataSource, { metadata, spec }: Snapshot): readonly string[] {
  if (repository === undefined || repository === '' || repository === spec?.repository) return [];
  return [
    `Snapshot ${metadata.name} belongs to Repository ${spec?.repository}, not ${repository}; its own Repository is used`,
  ];
}

/** Who names a Snapshot gets it, doubts or not. */
function doubtful(snapshot: Snapshot): readonly string[] {
  const suspicion = suspicionOf(snapshot);
  return suspicion === undefined ? [] : [`Snapshot ${snapshot.metadata.name} is suspect: ${suspicion}`];
}

function componentNames(snapshot: Snapshot): readonly string[] {
  return Object.keys(mapOf(snapshot.status?.components)).sort();
}

function missingComponents(snapshot: Snapshot, wanted: readonly string[]): readonly string[] {
  const names = componentNames(snapshot);
  return wanted.filter((one) => !names.includes(one));
}

function passedOver(snapshot: Snapshot): string {
  return `${snapshot.metadata.name} (${suspicionOf(snapshot) ?? 'good'})`;
}

/** By the time of the data, then of the object, then by name, so that two readers agree. */
function newestFirst(left: Snapshot, right: Snapshot): number {
  const time = (one: Snapshot): number => instantOf(one.status?.snapshotTime) ?? 0;
  const made = (one: Snapshot): number => instantOf(one.metadata.creationTimestamp) ?? 0;
  return time(right) - time(left) || made(right) - made(left) || (left.metadata.name < right.metadata.name ? 1 : -1);
}
