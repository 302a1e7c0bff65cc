/** What invariants ask of objects. */
import type { StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, textOf } from '../../api-server/values.ts';
import type { Watch } from './invariant.ts';

const STORAGE = 'storage.kubestash.com/v1alpha1';

/** `status.phase`, empty where there is none. */
export function phaseOf(object: StoredObject | undefined): string {
  return textOf(mapOf(object?.['status'])['phase']);
}

/** Kind and name. */
export function title(object: StoredObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

/** Living Snapshots that say Succeeded. */
export function succeeded({ world }: Watch): readonly StoredObject[] {
  return world.api.list(STORAGE, 'Snapshot').filter((one) => phaseOf(one) === 'Succeeded');
}

/** Uids of Snapshots that some Repository's status lists as going or gone. */
export function leavingIn({ world }: Watch): ReadonlySet<string> {
  const lists = world.api.list(STORAGE, 'Repository').flatMap((one) => {
    const status = mapOf(one['status']);
    return [...listOf(status['retentionPlan']), ...listOf(status['forgotten'])];
  });
  return new Set(lists.map((one) => textOf(mapOf(one)['uid'])));
}
