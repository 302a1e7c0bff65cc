/** Whether a namespace may use a BackupStorage, in one place for all who do: its own usagePolicy decides (kubestash-api.md §1.0). */
import { ok, refused, waitingFor, type Outcome } from '../domain/result.ts';
import { usagePolicyAdmits, type UsagePolicy } from '../kube/label-selector.ts';
import type { KubeObject } from '../kube/objects.ts';

export const STORAGE_NOT_ALLOWED = 'StorageNotAllowed';

export interface Consumer {
  readonly namespace: string;
  /** As customize showed it; without it no selector matches. */
  readonly namespaceObject: KubeObject | undefined;
}

/**
 * The storage that a reference of this namespace may use. For one of another namespace the words are the same whether it
 * exists or not, so that nobody can ask what there is elsewhere. The refusal waits: its owner can admit the namespace.
 */
export function admittedStorage<Storage extends KubeObject<{ readonly usagePolicy?: UsagePolicy }>>(
  reference: { readonly namespace: string; readonly name: string },
  storage: Storage | undefined,
  { namespace, namespaceObject }: Consumer,
): Outcome<Storage> {
  const called = `BackupStorage ${reference.namespace}/${reference.name}`;
  const isOwn = reference.namespace === namespace;
  if (storage === undefined && isOwn) return waitingFor('BackupStorage', `${called} does not exist yet.`);
  const labels = namespaceObject?.metadata.labels ?? {};
  const policy = storage?.spec?.usagePolicy;
  if (storage !== undefined && usagePolicyAdmits(policy, reference.namespace, { name: namespace, labels })) {
    return ok(storage);
  }
  const why = isOwn ? 'does not admit' : 'does not exist or does not admit';
  const message = `${called} ${why} namespace ${namespace}: its spec.usagePolicy has to; ask its owner, or use a storage of this namespace.`;
  return refused({ reason: STORAGE_NOT_ALLOWED, message, waits: true });
}
