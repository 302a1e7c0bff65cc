/** Steps through a Snapshot's life, for tests. */
import type { SnapshotStatus } from '../../../../hooks/generated/types/snapshot.ts';
import { syncSnapshot } from '../../../../hooks/kinds/snapshot/sync.ts';
import { conditionOf } from '../../../../hooks/kube/conditions.ts';
import type { KubeObject } from '../../../../hooks/kube/objects.ts';
import { applied, requestOf, START, world, type Target, type World } from './world.ts';

/** The world after one sync whose answer the host has applied. */
export function synced(before: World, now: number): World {
  return applied(before, syncSnapshot(requestOf(before), now), now);
}

/** The world in which the components are listed and their Jobs exist. */
export function reachedJobs(target: Target): World {
  return synced(synced(world(target), START), START);
}

/** The tasks of all Jobs, in order of their names. */
export function jobsIn({ children }: { readonly children: readonly KubeObject[] }): readonly string[] {
  return children
    .filter((one) => one.kind === 'Job')
    .map((one) => taskOf(one))
    .sort();
}

/** The name of a Job by its task, and by its attempt where there are several. */
export function jobNamed(at: { readonly children: readonly KubeObject[] }, task: string, attempt: number = 0): string {
  const reports = at.children.filter((one) => one.kind === 'TaskReport' && taskOf(one) === task);
  const report = reports.find((one) => (one.spec as { readonly run: number }).run === attempt);
  if (report === undefined) throw new Error(`no ${task} report of attempt ${attempt}`);
  return report.metadata.name;
}

/** What the Ready condition says. */
export function readyOf(status: SnapshotStatus): string | undefined {
  return conditionOf(status, 'Ready')?.message;
}

function taskOf(object: KubeObject): string {
  return object.metadata.labels?.['metastash.dev/task'] ?? '';
}
