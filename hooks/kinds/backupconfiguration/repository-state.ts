/** How far each Repository of the spec is, and what is desired of it. */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { ObjectReference, RepositoryStatusEntry } from '../../generated/types/shared.ts';
import { conditionOf } from '../../kube/conditions.ts';
import { frozenChild } from '../../kube/frozen-child.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { isDeleting, resolvedReference } from '../../kube/references.ts';
import type { BackendState } from './backends.ts';
import { distinctRepositories, type Effective, type EffectiveRepository } from './effective.ts';
import type { Observed } from './observe.ts';
import { repositoryChild } from './repository.ts';

export interface RepositoryState {
  readonly name: string;
  readonly status: RepositoryStatusEntry;
  /** Ready and not on its way out. */
  readonly isReady: boolean;
  readonly observed: Repository | undefined;
  readonly child: DesiredObject | undefined;
  readonly problem: Problem | undefined;
}

export interface RepositoryContext {
  readonly configuration: BackupConfiguration;
  readonly effective: Effective;
  readonly observed: Observed;
  readonly backends: readonly BackendState[];
  /** Why no new Repository can be made, for example because the target is missing. */
  readonly obstacle: Problem | undefined;
}

/** The state of each Repository that the spec names, once. */
export function repositoryStates(context: RepositoryContext): readonly RepositoryState[] {
  return distinctRepositories(context.effective).map((declared) => stateOf(declared, context));
}

/** Repositories that left the spec: kept as they are. */
export function formerRepositories(effective: Effective, observed: Observed): readonly DesiredObject[] {
  const named = new Set(effective.repositories.map((one) => one.name));
  return observed.repositories.filter((one) => !named.has(one.metadata.name)).map(frozenChild);
}

/** A Repository keeps the encryption Secret of its birth: data that was written with one cannot be read with another. */
export function repositoryWarnings({ effective, observed }: RepositoryContext): readonly string[] {
  return distinctRepositories(effective).flatMap(({ name, pointer, declared }) => {
    const existing = observed.repositories.find((one) => one.metadata.name === name);
    const wanted = secretText(declared.encryptionSecret, observed);
    const kept = secretText(existing?.spec?.encryptionSecret, observed);
    if (existing === undefined || wanted === kept) return [];
    return [
      `${pointer}/encryptionSecret names ${wanted}, but Repository ${name} keeps ${kept}, with which its data was written; use another repository name for another password.`,
    ];
  });
}

function secretText(reference: ObjectReference | undefined, { namespace }: Observed): string {
  if (reference === undefined) return 'no Secret';
  const resolved = resolvedReference(reference, namespace.name);
  return `Secret ${resolved.namespace}/${resolved.name}`;
}

function stateOf(declared: EffectiveRepository, context: RepositoryContext): RepositoryState {
  const { name } = declared;
  const observed = context.observed.repositories.find((one) => one.metadata.name === name);
  const child = childOf(declared, observed, context);
  const isReady = observed !== undefined && !isDeleting(observed) && observed.status?.phase === 'Ready';
  const problem = isReady ? undefined : problemOf(name, observed, context);
  const status: RepositoryStatusEntry = {
    name,
    phase: isReady ? 'Ready' : 'NotReady',
    ...(problem === undefined ? {} : { reason: problem.message }),
    verificationConfigured: declared.declared.backupVerifier !== undefined,
  };
  return { name, status, isReady, observed, child, problem };
}

/** An observed one is always desired; where it cannot be computed, as it was last. */
function childOf(
  declared: EffectiveRepository,
  observed: Repository | undefined,
  context: RepositoryContext,
): DesiredObject | undefined {
  const { clusterUid } = context.observed;
  const backend = context.backends.find((one) => one.backend === declared.backend);
  const storage = backend?.storageFound === true ? declared.backend?.storage : undefined;
  const target = context.effective.target;
  const isTaken = context.observed.foreignRepositories.some((one) => one.metadata.name === declared.name);
  if (observed !== undefined) {
    if (clusterUid === undefined) return frozenChild(observed);
    const known = declared.backend?.storage ?? { name: '', namespace: '' };
    return repositoryChild(context.configuration, { declared, storage: known, target, clusterUid, observed });
  }
  if (clusterUid === undefined || storage === undefined || isTaken || context.obstacle !== undefined) return undefined;
  return repositoryChild(context.configuration, { declared, storage, target, clusterUid, observed });
}

function problemOf(name: string, observed: Repository | undefined, context: RepositoryContext): Problem {
  const waits = (message: string): Problem => ({ reason: 'WaitingForRepository', message, waits: true });
  if (observed === undefined) {
    if (context.observed.clusterUid === undefined) {
      return {
        reason: 'WaitingForNamespace',
        message: 'Namespace kube-system, which keeps Repositories, is not shown yet',
        waits: true,
      };
    }
    const isTaken = context.observed.foreignRepositories.some((one) => one.metadata.name === name);
    return isTaken
      ? waits(`Repository ${name} exists without an owner and is about to be claimed`)
      : (context.obstacle ?? waits(`Repository ${name} has been asked for and is not there yet`));
  }
  if (isDeleting(observed)) return waits(`Repository ${name} is being deleted`);
  const why = conditionOf(observed.status, 'Ready')?.message;
  return waits(why === undefined ? `Repository ${name} is not Ready yet` : `Repository ${name} is not Ready: ${why}`);
}
