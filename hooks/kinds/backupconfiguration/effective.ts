/**
 * The spec as it takes effect: defaults filled in and references resolved. KubeStash does this in a webhook and writes it
 * into the spec; here it is computed anew in every sync and nobody's spec is written.
 */
import { normaliseDirectory } from '../../domain/backend-path.ts';
import { resolvedReference } from '../../kube/references.ts';
import type { TargetReference } from '../../kube/workload.ts';
import { defaultFor } from '../../kube/default-objects.ts';
import type { Observed } from './observe.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackendReference, ObjectReference, RepositoryInfo, Session } from '../../generated/types/shared.ts';

export interface Reference {
  readonly name: string;
  readonly namespace: string;
}

export interface EffectiveBackend {
  readonly name: string;
  /** JSON pointer of the entry, or of the list where the entry was filled in. */
  readonly pointer: string;
  /** Absent while there is no default. */
  readonly storage: Reference | undefined;
  readonly retentionPolicy: Reference | undefined;
}

export interface EffectiveRepository {
  readonly name: string;
  readonly pointer: string;
  readonly session: string;
  /** Absent where the named backend does not exist. */
  readonly backend: EffectiveBackend | undefined;
  /** Normalised; absent where it cannot be used. */
  readonly directory: string | undefined;
  readonly declared: RepositoryInfo;
}

export interface Effective {
  /** With group and namespace; absent where nothing is targeted (cluster resources). */
  readonly target: TargetReference | undefined;
  readonly backends: readonly EffectiveBackend[];
  readonly sessions: readonly Session[];
  /** One per entry, so a Repository that two sessions share is listed twice. */
  readonly repositories: readonly EffectiveRepository[];
}

/** What this spec means beside what is observed. Tolerates every spec; `checks.ts` says what is wrong with it. */
export function effectiveSpec(configuration: BackupConfiguration, observed: Observed): Effective {
  const backends = backendsOf(configuration, observed);
  const sessions = listOf(configuration.spec?.sessions);
  return {
    target: targetOf(configuration, observed),
    backends,
    sessions,
    repositories: sessions.flatMap((session, index) =>
      listOf(session.repositories).map((declared, position) => ({
        name: declared.name,
        pointer: `/spec/sessions/${index}/repositories/${position}`,
        session: session.name,
        backend: backendOf(declared, backends),
        directory: directoryOf(declared),
        declared,
      })),
    ),
  };
}

/** Each Repository once, as its first entry declares it. */
export function distinctRepositories(effective: Effective): readonly EffectiveRepository[] {
  return [...new Map(effective.repositories.toReversed().map((one) => [one.name, one])).values()].reverse();
}

function targetOf(configuration: BackupConfiguration, observed: Observed): TargetReference | undefined {
  const target = configuration.spec?.target;
  return target === undefined ? undefined : { ...target, namespace: observed.namespace.name };
}

function backendsOf(configuration: BackupConfiguration, observed: Observed): readonly EffectiveBackend[] {
  const declared = listOf<BackendReference>(configuration.spec?.backends);
  if (declared.length > 0) {
    return declared.map((one, index) => effectiveBackend(one, `/spec/backends/${index}`, observed));
  }
  const storage = defaultFor(observed.storages, observed.namespace);
  const storageRef =
    storage === undefined
      ? {}
      : { storageRef: { name: storage.metadata.name, namespace: storage.metadata.namespace ?? '' } };
  return [effectiveBackend({ name: '', ...storageRef }, '/spec/backends', observed)];
}

function effectiveBackend(declared: Partial<BackendReference>, pointer: string, observed: Observed): EffectiveBackend {
  const policy = declared.retentionPolicy ?? defaultFor(observed.retentionPolicies, observed.namespace)?.metadata;
  const resolved = (reference: ObjectReference | undefined): Reference | undefined =>
    reference === undefined ? undefined : resolvedReference(reference, observed.namespace.name);
  return {
    name: declared.name ?? '',
    pointer,
    storage: resolved(declared.storageRef),
    retentionPolicy: resolved(policy),
  };
}

/** An empty name means the nameless backend, or the only one there is. */
function backendOf(declared: RepositoryInfo, backends: readonly EffectiveBackend[]): EffectiveBackend | undefined {
  const name = declared.backend ?? '';
  const found = backends.find((one) => one.name === name);
  return found ?? (name === '' && backends.length === 1 ? backends[0] : undefined);
}

function directoryOf(declared: RepositoryInfo): string | undefined {
  const parsed = normaliseDirectory(declared.directory);
  return parsed.ok ? parsed.value : undefined;
}

/** A list of objects, whatever a user wrote there. */
function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(value)
    ? (value as readonly Item[]).filter((one) => typeof one === 'object' && one !== null)
    : [];
}
