/** Whether each session's Repositories are named, placed and not mixed up (kubestash-api.md §1.5, checks 3 to 7; B57, B61). */
import { directoriesOverlap, normaliseDirectory } from '../../domain/backend-path.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { resolvedReference } from '../../kube/references.ts';
import type { Check, CheckInput } from './check.ts';
import type { Effective, EffectiveRepository, Reference } from './effective.ts';
import { firstFault, isLabelName, repeatedAt, shown } from './faults.ts';
import type { Observed } from './observe.ts';

export const repositoryChecks: readonly Check[] = [
  { reason: 'NoRepositories', fault: noRepositories },
  { reason: 'InvalidRepositoryName', fault: ({ effective }) => firstFault(effective.repositories, wrongName) },
  { reason: 'DuplicateRepository', fault: repeatedRepository },
  {
    reason: 'UnknownBackend',
    fault: ({ effective }) => firstFault(effective.repositories, (one) => unknownBackend(one, effective)),
  },
  { reason: 'InvalidDirectory', fault: ({ effective }) => firstFault(effective.repositories, wrongDirectory) },
  { reason: 'InvalidDeletionPolicy', fault: ({ effective }) => firstFault(effective.repositories, wrongPolicy) },
  {
    reason: 'RepositoryDeclaredTwice',
    fault: ({ effective }) =>
      firstFault(effective.repositories, (one, at) => declaredOtherwise(one, effective.repositories.slice(0, at))),
  },
  {
    reason: 'DirectoryShared',
    fault: ({ effective }) =>
      firstFault(effective.repositories, (one, at) => sharedDirectory(one, effective.repositories.slice(0, at))),
  },
  {
    reason: 'RepositoryOfAnotherOwner',
    waits: true,
    fault: (input) => firstFault(input.effective.repositories, (one) => ownedByAnother(one, input.observed)),
  },
  {
    reason: 'RepositoryOfAnotherTarget',
    fault: (input) => firstFault(input.effective.repositories, (one) => otherRepository(one, input)),
  },
  {
    reason: 'DirectoryShared',
    waits: true,
    fault: (input) => firstFault(input.effective.repositories, (one) => takenDirectory(one, input.observed)),
  },
];

function noRepositories({ effective: { sessions } }: CheckInput): string | undefined {
  return firstFault(sessions, ({ repositories }, index) =>
    Array.isArray(repositories) && repositories.length > 0
      ? undefined
      : `/spec/sessions/${index}/repositories is empty; name a repository and its directory`,
  );
}

function wrongName({ name, pointer }: EffectiveRepository): string | undefined {
  if (isLabelName(name)) return undefined;
  return `${pointer}/name is ${shown(name)}; use up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit`;
}

function repeatedRepository({ effective: { sessions } }: CheckInput): string | undefined {
  return firstFault(sessions, ({ repositories }, index) => {
    const at = repeatedAt(repositories.map((one) => one.name));
    if (at === undefined) return undefined;
    return `/spec/sessions/${index}/repositories/${at}/name ${shown(repositories[at]?.name)} is used twice in one session; name each repository once`;
  });
}

function unknownBackend(
  { backend, declared, pointer }: EffectiveRepository,
  { backends }: Effective,
): string | undefined {
  if (backend !== undefined) return undefined;
  const names = backends.map((one) => shown(one.name)).join(', ');
  if (!declared.backend) return `${pointer}/backend is empty and there are several backends; name one of ${names}`;
  return `${pointer}/backend ${shown(declared.backend)} is not listed in /spec/backends; use one of ${names}`;
}

function wrongDirectory({ declared, pointer }: EffectiveRepository): string | undefined {
  const parsed = normaliseDirectory(declared.directory);
  return parsed.ok ? undefined : `${pointer}/directory: ${parsed.error}`;
}

/** An unknown word must never be read as WipeOut (B61). */
function wrongPolicy({ declared, pointer }: EffectiveRepository): string | undefined {
  const policy: unknown = declared.deletionPolicy;
  if (policy === undefined || policy === 'Retain' || policy === 'Delete' || policy === 'WipeOut') return undefined;
  return `${pointer}/deletionPolicy is ${shown(policy)}; use Retain, Delete or WipeOut`;
}

/** Sessions may share a Repository, but not disagree about it. */
function declaredOtherwise(one: EffectiveRepository, before: readonly EffectiveRepository[]): string | undefined {
  const first = before.find((other) => other.name === one.name);
  if (first === undefined || declarationOf(first) === declarationOf(one)) return undefined;
  return `${one.pointer} declares Repository ${one.name} otherwise than ${first.pointer}; backend, directory, encryptionSecret and deletionPolicy must be equal, or the names different`;
}

function declarationOf({ backend, directory, declared }: EffectiveRepository): string {
  const { deletionPolicy, encryptionSecret } = declared;
  return JSON.stringify([
    backend?.pointer,
    directory,
    deletionPolicy,
    encryptionSecret?.name,
    encryptionSecret?.namespace,
  ]);
}

/** Equal or nested directories would eat each other. */
function sharedDirectory(one: EffectiveRepository, before: readonly EffectiveRepository[]): string | undefined {
  const other = before.find(
    (earlier) =>
      earlier.name !== one.name &&
      sameStorage(earlier, one) &&
      directoriesOverlap(earlier.directory ?? '', one.directory ?? ''),
  );
  if (other === undefined) return undefined;
  return `${one.pointer}/directory ${shown(one.declared.directory)} is the directory of Repository ${other.name} or lies inside or around it; use another directory`;
}

function sameStorage(one: EffectiveRepository, other: EffectiveRepository): boolean {
  const [left, right] = [one.backend?.storage, other.backend?.storage];
  return left !== undefined && right !== undefined && isSameReference(left, right);
}

/** One without a controller is being claimed for us, or for nobody: that is waited for, not refused. */
function ownedByAnother({ name, pointer }: EffectiveRepository, observed: Observed): string | undefined {
  const foreign = observed.foreignRepositories.find((one) => one.metadata.name === name);
  const owner = foreign?.metadata.ownerReferences?.find((one) => one.controller === true);
  if (owner === undefined) return undefined;
  return `${pointer}/name: Repository ${name} belongs to ${owner.kind} ${owner.name}; use another repository name`;
}

/** A Repository keeps its target, storage and path for life: its history is theirs. */
function otherRepository(one: EffectiveRepository, { effective, observed }: CheckInput): string | undefined {
  const existing = existingRepositories(observed).find((other) => other.metadata.name === one.name);
  if (existing === undefined) return undefined;
  const difference =
    otherTarget(existing, effective) ?? otherStorage(existing, one, observed) ?? otherDirectory(existing, one);
  if (difference === undefined) return undefined;
  return `${one.pointer}/name: Repository ${one.name} exists with another ${difference} and keeps it; use another repository name`;
}

function otherTarget(existing: Repository, { target }: Effective): string | undefined {
  const { kind = '', name = '' } = existing.spec?.appRef ?? {};
  const same = target === undefined ? kind === '' : kind === target.kind && name === target.name;
  return same ? undefined : `target (${`${kind} ${name}`.trim()})`;
}

function otherStorage(existing: Repository, one: EffectiveRepository, observed: Observed): string | undefined {
  const storage = storageOf(existing, observed);
  const wanted = one.backend?.storage;
  if (storage === undefined || wanted === undefined || isSameReference(storage, wanted)) return undefined;
  return `BackupStorage (${storage.namespace}/${storage.name})`;
}

function otherDirectory(existing: Repository, one: EffectiveRepository): string | undefined {
  return directoryOf(existing.spec?.path) === one.directory ? undefined : `directory (${shown(existing.spec?.path)})`;
}

/** Only Repositories that this configuration sees; the claim of a directory on the backend itself decides in the end. */
function takenDirectory(one: EffectiveRepository, observed: Observed): string | undefined {
  const holder = existingRepositories(observed).find(
    (other) => other.metadata.name !== one.name && holdsDirectoryOf(other, one, observed),
  );
  if (holder === undefined) return undefined;
  return `${one.pointer}/directory ${shown(one.declared.directory)} is the directory of the existing Repository ${holder.metadata.name} or lies inside or around it; use that Repository or another directory`;
}

function holdsDirectoryOf(other: Repository, one: EffectiveRepository, observed: Observed): boolean {
  const [storage, wanted] = [storageOf(other, observed), one.backend?.storage];
  if (storage === undefined || wanted === undefined || !isSameReference(storage, wanted)) return false;
  return directoriesOverlap(directoryOf(other.spec?.path) ?? '', one.directory ?? '');
}

function existingRepositories({ repositories, foreignRepositories }: Observed): readonly Repository[] {
  return [...repositories, ...foreignRepositories];
}

function storageOf(repository: Repository, observed: Observed): Reference | undefined {
  const reference = repository.spec?.storageRef;
  return reference === undefined ? undefined : resolvedReference(reference, observed.namespace.name);
}

function isSameReference(one: Reference, other: Reference): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

function directoryOf(path: unknown): string | undefined {
  const parsed = normaliseDirectory(path);
  return parsed.ok ? parsed.value : undefined;
}
