/** Who may use a BackupStorage, RetentionPolicy, HookTemplate or BackupBlueprint (kubestash-api.md §1.0, UsagePolicy). */

export type AllowedNamespacesFrom = 'All' | 'Same' | 'Selector';

/**
 * Whether a policy admits a namespace. No policy at all means `Same` (what KubeStash's webhook fills in), an unknown word
 * admits nobody. `selectorMatches` is asked only for `Selector`; undefined is a selector that cannot be read: denied.
 */
export function isNamespaceAllowed(
  from: string | undefined,
  ownNamespace: string,
  consumerNamespace: string,
  selectorMatches: () => boolean | undefined,
): boolean {
  switch (from ?? 'Same') {
    case 'All':
      return true;
    case 'Same':
      return ownNamespace === consumerNamespace;
    case 'Selector':
      return selectorMatches() === true;
    default:
      return false;
  }
}
