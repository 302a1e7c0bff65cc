/** Which components a target has, and what has to be looked up in the cluster before their Jobs can be made. */
import { ordinalComponent, WHOLE_TARGET } from '../domain/component.ts';
import type { LocateTask } from '../domain/task.ts';
import { ordinalsOf, type Workload } from '../kube/workload.ts';

export interface ComponentPlan {
  /** Known now; empty where only a locate Job can tell. */
  readonly components: readonly string[];
  /** A locate Job has to report nodes (and components, where none is known) first. */
  readonly locate: boolean;
}

/**
 * The components of a target. No hook sees Pods, so a DaemonSet (its nodes), a bare PersistentVolumeClaim (the node that
 * uses it) and a StatefulSet at zero replicas (its claims) need a locate Job first (design §3, Place).
 * `singleton` tasks have one executor for the whole target, whatever its replicas.
 */
export function componentsOf(workload: Workload, singleton: boolean): ComponentPlan {
  switch (workload.kind) {
    case 'PersistentVolumeClaim':
      return { components: [WHOLE_TARGET], locate: true };
    case 'DaemonSet':
      return singleton ? { components: [WHOLE_TARGET], locate: false } : { components: [], locate: true };
    case 'StatefulSet':
      if (singleton) return { components: [WHOLE_TARGET], locate: false };
      return { components: ordinalsOf(workload).map(ordinalComponent), locate: workload.replicas === 0 };
    default:
      return { components: [WHOLE_TARGET], locate: false };
  }
}

/** What a locate Job has to look for: the task document without version and report. */
export function locateOrderOf(workload: Workload): Omit<LocateTask, 'version' | 'report'> {
  const { kind, name } = workload;
  return {
    task: 'locate',
    namespace: workload.namespace,
    target: { apiGroup: workload.apiGroup, kind, name },
    ...(workload.selector === undefined ? {} : { selector: workload.selector }),
    ...(kind === 'PersistentVolumeClaim' ? { claims: [name] } : {}),
    ...(kind === 'StatefulSet' && workload.claimTemplates.length > 0
      ? { claimPrefixes: workload.claimTemplates.map((template) => `${template}-${name}-`) }
      : {}),
  };
}
