/** What is restored: read from the Snapshot once, pinned in status, and from then on followed whatever happens to the Snapshot. */
import { isWholeTarget, nodeOf, ordinalOf } from '../../domain/component.ts';
import { normaliseDirectory } from '../../domain/backend-path.ts';
import { all, blocked, ok, type Outcome } from '../../domain/result.ts';
import type { RestorePoint } from '../../domain/task.ts';
import type { RestoreDataSource } from '../../generated/types/restoresession.ts';
import type { Snapshot, SnapshotComponent } from '../../generated/types/snapshot.ts';
import { listOf, mapOf, textOf, textsOf } from '../../kube/json-values.ts';
import { ordinalsOf, type Workload } from '../../kube/workload.ts';

/** One component to bring back. */
export interface PlannedComponent {
  readonly name: string;
  /** Directory of its restic repository, literally as the Snapshot says (kubestash-api.md §2.4). */
  readonly path: string;
  readonly points: readonly RestorePoint[];
}

/** The components of a Snapshot that a data source asks for, with everything a mover needs of them. */
export function plannedComponents(
  snapshot: Snapshot,
  dataSource: RestoreDataSource,
): Outcome<readonly PlannedComponent[]> {
  const wanted = textsOf(dataSource.components);
  const entries = Object.entries(mapOf(snapshot.status?.components))
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return blocked('SnapshotEmpty', `Snapshot ${snapshot.metadata.name} has no components`);
  return all(entries.map(([name, value]) => planned(snapshot.metadata.name, name, mapOf(value))));
}

/** Why a target has no place for a component; undefined where it has, or where only a locate Job can tell. */
export function misfitOf(component: string, workload: Workload): string | undefined {
  const shown = `${workload.kind} ${workload.name}`;
  switch (workload.kind) {
    case 'StatefulSet': {
      const ordinal = ordinalOf(component);
      if (ordinal === undefined) return `component ${component} names no ordinal, so ${shown} has no place for it`;
      const ordinals = ordinalsOf(workload);
      if (ordinals.length === 0 || ordinals.includes(ordinal)) return undefined;
      return `${shown} has no ordinal ${ordinal} (it has ${ordinals[0]} to ${ordinals.at(-1)}); scale it up, or list dataSource.components`;
    }
    case 'DaemonSet':
      return nodeOf(component) === undefined
        ? `component ${component} names no node, so ${shown} has no place for it`
        : undefined;
    default:
      if (isWholeTarget(component)) return undefined;
      return `component ${component} is one part of several, and ${shown} has no parts; restore it into a StatefulSet or DaemonSet`;
  }
}

/** Whether two names stand for the same part of a target: older KubeStash wrote `pod-0` for `dump-pod-0`. */
export function isSamePart(one: string, other: string): boolean {
  if (one === other || (isWholeTarget(one) && isWholeTarget(other))) return true;
  const ordinal = ordinalOf(one);
  return ordinal !== undefined && ordinal === ordinalOf(other);
}

function planned(snapshot: string, name: string, component: SnapshotComponent): Outcome<PlannedComponent> {
  const where = `component ${name} of Snapshot ${snapshot}`;
  const driver = component.driver ?? 'Restic';
  if (driver !== 'Restic')
    return blocked('DriverUnsupported', `${where} was made by ${driver}; only Restic can be restored`);
  const path = normaliseDirectory(component.path);
  if (!path.ok) return blocked('SnapshotUnusable', `${where}: path: ${path.error}`);
  const points = listOf(component.resticStats).map((one) => mapOf(mapOf(one)['summary']));
  if (points.length === 0) return blocked('SnapshotUnusable', `${where} names no restic snapshot`);
  const read = all(points.map((point) => pointFrom(where, point)));
  return read.ok ? ok({ name, path: path.value, points: read.value }) : read;
}

/** Whoever writes a status could write anything into it; only an id and a plain absolute path reach a mover (faults.md B71). */
function pointFrom(where: string, summary: Readonly<Record<string, unknown>>): Outcome<RestorePoint> {
  const id = summary['id'];
  const hostPath = textOf(summary['hostPath']);
  if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) {
    return blocked(
      'SnapshotUnusable',
      `${where}: ${JSON.stringify(id ?? null)} is no restic snapshot id (64 hex digits)`,
    );
  }
  const isPlain = hostPath?.startsWith('/') === true && !hostPath.split('/').includes('..');
  if (hostPath === undefined || !isPlain) {
    return blocked(
      'SnapshotUnusable',
      `${where}: hostPath ${JSON.stringify(hostPath ?? null)} is no absolute path without ".."`,
    );
  }
  return ok({ id, hostPath });
}
