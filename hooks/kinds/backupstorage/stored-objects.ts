/**
 * Whether the Repositories that a scan found are objects in this cluster. None is made here: one that the storage made could
 * not be taken over by its BackupConfiguration, and in another namespace none can be made. What is missing is said, with the
 * manifest that cures it in `metastash.manifest`.
 */
import type { BackupStorage, StoredRepository } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import { instantOf } from '../../kube/instants.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { namespaceNamed } from '../../kube/namespaces.ts';
import { hasGroup, KIND, objectNamed } from '../../kube/references.ts';
import type { Observed } from './observe.ts';

const MINUTE_MS = 60_000;
/** The host asks customize again 20 minutes after it asked last (conformance, customize cache); until then absence proves nothing. */
const ASKED_AFTER_MS = 21 * MINUTE_MS;
/** Each change of a Repository that is asked for wakes the storage. */
const MAX_ASKED = 100;

export interface NamedRepository {
  readonly name: string;
  readonly namespace: string;
}

/** The Repositories that customize asks for, from the observed status. */
export function askedRepositories({ status }: BackupStorage): readonly NamedRepository[] {
  const listed: readonly (StoredRepository | null)[] = Array.isArray(status?.repositories) ? status.repositories : [];
  return listed
    .slice(0, MAX_ASKED)
    .flatMap((one) =>
      isText(one?.name) && isText(one.namespace) ? [{ name: one.name, namespace: one.namespace }] : [],
    );
}

/** The entries with what is known of their objects, and when more will be known. */
export function withObjects(
  entries: readonly StoredRepository[],
  storage: BackupStorage,
  observed: Observed,
  { lastScanTime, now }: { readonly lastScanTime: string | undefined; readonly now: Instant },
): { readonly entries: readonly StoredRepository[]; readonly wakeAt: Instant | undefined } {
  const knownAt = (instantOf(lastScanTime) ?? now) + ASKED_AFTER_MS;
  const isKnown = now >= knownAt && hasGroup(observed.related, KIND.repository);
  const before = new Map((storage.status?.repositories ?? []).map((one) => [one?.path, one] as const));
  return {
    entries: entries.map((entry, index) => {
      const { name, namespace } = entry;
      if (name === undefined || namespace === undefined || index >= MAX_ASKED) return entry;
      const repository = objectNamed<Repository>(observed.related, KIND.repository, name, namespace);
      if (repository !== undefined) return { ...withoutError(entry), synced: true };
      return isKnown
        ? { ...entry, synced: false, error: whyNot(entry, observed) }
        : asBefore(entry, before.get(entry.path));
    }),
    wakeAt: now < knownAt && entries.length > 0 ? knownAt : undefined,
  };
}

function whyNot({ name, namespace = '', metastash }: StoredRepository, { related }: Observed): string {
  const first =
    namespaceNamed(related, namespace) === undefined ? `Namespace ${namespace} does not exist: create it. ` : '';
  const whose =
    metastash?.['claimedBy'] === 'elsewhere'
      ? ' It belongs to another cluster: take it over only if that one is gone.'
      : '';
  return (
    `${first}Repository ${namespace}/${name} does not exist in this cluster. Its BackupConfiguration makes it; ` +
    `to restore without one, apply this entry's metastash.manifest.${whose}`
  );
}

function asBefore(entry: StoredRepository, before: StoredRepository | undefined): StoredRepository {
  if (before?.synced === undefined) return entry;
  const error = before.synced ? undefined : before.error;
  return { ...entry, synced: before.synced, ...(error === undefined ? {} : { error }) };
}

function withoutError({ error: _, ...entry }: StoredRepository): StoredRepository {
  return entry;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
