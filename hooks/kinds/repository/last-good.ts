/**
 * What the newest good Snapshot of each restic repository found: published in `status.metastash.lastGood`, since each
 * Snapshot sees its Repository and no other Snapshot. It is not unlearnt when that Snapshot goes.
 */
import type { Measure } from '../../domain/shrinkage.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { measuresOf, referenceFrom } from '../../kube/snapshot-measures.ts';

export interface LastGood {
  readonly snapshot: string;
  /** `snapshotTime`. */
  readonly at: string;
  readonly paths: readonly Measure[];
}

/** A DaemonSet has a restic repository per node; a status has an end. */
const MAX_PATHS = 300;

/** By directory of the restic repository, sorted; what `before` knew stays until something newer is good. */
export function lastGoodOf(snapshots: readonly Snapshot[], before: unknown): Readonly<Record<string, LastGood>> {
  const newest = new Map<string, { readonly at: Instant; readonly good: LastGood }>();
  const offer = (path: string, at: Instant, good: () => LastGood): void => {
    if ((newest.get(path)?.at ?? -Infinity) < at) newest.set(path, { at, good: good() });
  };
  const offerComponents = ({ metadata: { name: snapshot }, status }: Snapshot, at: Instant): void => {
    for (const component of Object.values(mapOf(status?.components)).map(mapOf)) {
      const path = textOf(component['path']);
      if (path !== undefined) offer(path, at, () => ({ snapshot, at: timestampOf(at), paths: measuresOf(component) }));
    }
  };
  for (const [path, value] of Object.entries(mapOf(before))) {
    const at = instantOf(mapOf(value)['at']);
    const reference = referenceFrom(value);
    if (at !== undefined && reference) offer(path, at, () => ({ ...reference, at: timestampOf(at) }));
  }
  // The newest mostly have the last names, so that few figures are read that are not kept.
  for (const snapshot of [...snapshots].sort(byName).reverse()) {
    const at = instantOf(snapshot.status?.snapshotTime);
    if (at !== undefined && isGood(snapshot)) offerComponents(snapshot, at);
  }
  const kept = [...newest]
    .filter(([, { good }]) => good.paths.length > 0)
    .sort(([, left], [, right]) => right.at - left.at)
    .slice(0, MAX_PATHS);
  return Object.fromEntries(kept.map(([path, { good }]) => [path, good] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Succeeded and not to be doubted. */
export function isGood({ status }: Snapshot): boolean {
  return status?.phase === 'Succeeded' && status.suspect !== true;
}

function byName(left: Snapshot, right: Snapshot): number {
  return left.metadata.name < right.metadata.name ? -1 : 1;
}
