/**
 * Under which ServiceAccounts movers run: our own, and those that users name for them. Whoever gives movers a right, in this
 * namespace or in that of a Secret, gives it to exactly these.
 */
import type { BackupConfiguration } from '../generated/types/backupconfiguration.ts';
import type { BackupStorage } from '../generated/types/backupstorage.ts';
import type { Repository } from '../generated/types/repository.ts';
import type { RestoreSession } from '../generated/types/restoresession.ts';
import type { RepositoryInfo, Session } from '../generated/types/shared.ts';
import { mapOf, textOf } from '../kube/json-values.ts';
import { uniqueName } from '../kube/names.ts';

const MAX_NAME = 63;

/** The ServiceAccount of the movers that work on a Repository of this name. */
export function repositoryMover(repository: string): string {
  return `mover-${repository}`;
}

/** Every account under which movers of this Repository and of its Snapshots run, our own first; all of its namespace. */
export function repositoryMovers(
  repository: Repository,
  storage: BackupStorage | undefined,
  configurations: readonly BackupConfiguration[],
): readonly string[] {
  const { name } = repository.metadata;
  const ofStorage = textOf(mapOf(mapOf(mapOf(storage?.spec)['runtimeSettings'])['pod'])['serviceAccountName']) ?? [];
  const ofSessions = configurations.flatMap((one) => accountsNamedBy(one, name));
  return [...new Set([repositoryMover(name), ...[ofStorage].flat(), ...ofSessions])];
}

/** The ServiceAccount of a restore's movers where the user names none. */
export function restoreMover(session: string): string {
  const whole = `restore-${session}`;
  return whole.length <= MAX_NAME ? whole : uniqueName(['restore', session], session);
}

/** Every account under which movers of this restore run, our own first. `jobTemplate` is that of its addon. */
export function restoreMovers({ metadata }: RestoreSession, jobTemplate: unknown): readonly string[] {
  const named = textOf(mapOf(mapOf(jobTemplate)['spec'])['serviceAccountName']);
  return [...new Set([restoreMover(metadata.name), ...(named === undefined ? [] : [named])])];
}

/** ServiceAccounts of the sessions that back up into this Repository. */
function accountsNamedBy(configuration: BackupConfiguration, repository: string): readonly string[] {
  const sessions = Array.isArray(configuration.spec?.sessions) ? configuration.spec.sessions : [];
  return sessions
    .filter((one: Session) => Array.isArray(one?.repositories) && one.repositories.some(isNamed(repository)))
    .flatMap((one) => textOf(one.addon?.jobTemplate?.spec?.serviceAccountName) ?? []);
}

function isNamed(name: string): (entry: RepositoryInfo) => boolean {
  return (entry) => entry?.name === name;
}
