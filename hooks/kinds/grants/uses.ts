/** Which places of other namespaces are used from here, and by which accounts: what Repositories and restores say they need. */
import type { Repository } from '../../generated/types/repository.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { repositoryMovers, restoreMovers } from '../../jobs/mover-accounts.ts';
import { resolvedReference } from '../../kube/references.ts';
import { needsOf, type NamedPlace } from '../restoresession/needs.ts';
import { isFinal } from '../restoresession/phase.ts';
import type { Observed } from './observe.ts';

export interface Use {
  /** ServiceAccounts of this namespace. */
  readonly accounts: readonly string[];
  readonly storages: readonly NamedPlace[];
  readonly secret: NamedPlace | undefined;
}

/** Every use, whether it is admitted or not. A Repository uses its places for as long as it is there, a restore until it has ended. */
export function usesOf(observed: Observed): readonly Use[] {
  const restores = observed.restoreSessions.filter((one) => !isFinal(one.status?.phase));
  return [
    ...observed.repositories.map((one) => useOfRepository(one, observed)),
    ...restores.map((one) => useOfRestore(one, observed)),
  ];
}

/** The places that these uses name, each once, with the accounts of all that name it. */
export function accountsOf(uses: readonly Use[], names: (use: Use) => boolean): readonly string[] {
  return [...new Set(uses.filter(names).flatMap((use) => use.accounts))].sort();
}

/** Whether both name one object. */
export function isSamePlace(one: NamedPlace | undefined, other: NamedPlace): boolean {
  return one?.name === other.name && one.namespace === other.namespace;
}

function useOfRepository(repository: Repository, { storages, configurations }: Observed): Use {
  const storage = storageOf(repository);
  const found = storages.find(({ metadata: { name, namespace = '' } }) => isSamePlace(storage, { name, namespace }));
  return {
    accounts: repositoryMovers(repository, found, configurations),
    storages: storage === undefined ? [] : [storage],
    secret: secretOf(repository),
  };
}

function useOfRestore(session: RestoreSession, { repositories }: Observed): Use {
  const needs = needsOf(session);
  const repository = repositories.find((one) => one.metadata.name === needs.repository);
  return {
    accounts: restoreMovers(session, needs.jobTemplate),
    storages: needs.storages,
    secret: needs.secret ?? (repository === undefined ? undefined : secretOf(repository)),
  };
}

function storageOf({ spec, metadata }: Repository): NamedPlace | undefined {
  const reference = spec?.storageRef;
  return reference?.name ? resolvedReference(reference, metadata.namespace ?? '') : undefined;
}

function secretOf({ spec, metadata }: Repository): NamedPlace | undefined {
  const reference = spec?.encryptionSecret;
  return reference?.name ? resolvedReference(reference, metadata.namespace ?? '') : undefined;
}
