/**
 * Names of a target's components, the parts that are saved one by one (kubestash-api.md §2.4): `dump` for a Deployment,
 * ReplicaSet or PersistentVolumeClaim, `dump-pod-<ordinal>` for a StatefulSet, `dump-<node>` for a DaemonSet.
 * Older KubeStash releases wrote `pod-<n>`, `host-<n>` and `deployment`; they are read, never written.
 */

export const WHOLE_TARGET = 'dump';

/** The component of one StatefulSet ordinal. */
export function ordinalComponent(ordinal: number): string {
  return `dump-pod-${ordinal}`;
}

/** The component of one DaemonSet node. */
export function nodeComponent(node: string): string {
  return `dump-${node}`;
}

/** The StatefulSet ordinal that a component stands for; undefined where its name holds none. */
export function ordinalOf(component: string): number | undefined {
  const match = /^(?:dump-pod|pod|host)-(0|[1-9]\d{0,8})$/.exec(component);
  return match === null ? undefined : Number(match[1]);
}

/** The DaemonSet node that a component stands for; undefined where its name holds none. */
export function nodeOf(component: string): string | undefined {
  const match = /^dump-(.+)$/.exec(component);
  return match?.[1];
}

/** Whether a component stands for the target as a whole. */
export function isWholeTarget(component: string): boolean {
  return component === WHOLE_TARGET || component === 'deployment' || component === 'host-0';
}
