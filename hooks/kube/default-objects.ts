/** Which BackupStorage or RetentionPolicy a BackupConfiguration gets that names none (kubestash-api.md §6.1 #2). */
import { usagePolicyAdmits, type UsagePolicy } from './label-selector.ts';
import type { KubeObject } from './objects.ts';
import { isDeleting } from './references.ts';

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Shared = KubeObject<{ readonly default?: boolean; readonly usagePolicy?: UsagePolicy }>;

/**
 * The default for a namespace: one of its own whatever its policy, then one whose selector admits it, then one for all;
 * within a step the first by namespace and name. Candidates come in that order already.
 */
export function defaultFor<Kind extends Shared>(candidates: readonly Kind[], namespace: Namespace): Kind | undefined {
  const open = candidates.filter((one) => one.spec?.default === true && !isDeleting(one));
  const from = (one: Shared): string => one.spec?.usagePolicy?.allowedNamespaces?.from ?? 'Same';
  const admitted = open.filter((one) =>
    usagePolicyAdmits(one.spec?.usagePolicy, one.metadata.namespace ?? '', namespace),
  );
  return (
    open.find((one) => one.metadata.namespace === namespace.name) ??
    admitted.find((one) => from(one) === 'Selector') ??
    admitted.find((one) => from(one) === 'All')
  );
}

/** Names of the defaults that a namespace has itself, where there are several: none of them can be preferred. */
export function rivalDefaults(candidates: readonly Shared[], namespace: string): readonly string[] {
  const own = candidates.filter((one) => one.spec?.default === true && one.metadata.namespace === namespace);
  return own.length < 2 ? [] : own.map((one) => one.metadata.name);
}
