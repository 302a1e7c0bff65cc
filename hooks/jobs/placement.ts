/** Where a mover runs, so that it can mount what the target mounts (design §3, Place). */
import { ordinalOf } from '../domain/component.ts';
import type { LocatedComponent } from '../domain/report.ts';
import type { JsonMap } from '../kube/objects.ts';
import type { Workload } from '../kube/workload.ts';

export interface PlacementInput {
  readonly workload: Workload | undefined;
  readonly component: string;
  /** What a locate Job found for this component. */
  readonly located?: LocatedComponent | undefined;
  /** Pod settings of the user: an affinity, nodeName or nodeSelector of theirs wins. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** PodSpec fields that place a mover; empty where it may run anywhere. */
export type Placement = { readonly affinity?: object; readonly tolerations?: readonly JsonMap[] };

const HOSTNAME = 'kubernetes.io/hostname';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
/** What the DaemonSet controller adds for its Pods, so that they run on cordoned nodes too. */
const CORDONED: JsonMap = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' };

/**
 * Beside the workload's Pods while its status says that some are ready, on the node that a locate Job found, else anywhere.
 * A pinned mover gets the target's tolerations: it has to go where the target went.
 */
export function placementOf(input: PlacementInput): Placement {
  const { own } = input;
  if (own['affinity'] !== undefined || own['nodeName'] !== undefined || own['nodeSelector'] !== undefined) return {};
  const affinity = affinityOf(input);
  if (affinity === undefined) return {};
  const tolerations = tolerationsOf(input.workload);
  return { affinity, ...(tolerations.length === 0 ? {} : { tolerations }) };
}

function affinityOf({ workload, component, located }: PlacementInput): object | undefined {
  if (located?.node) return nodeAffinity(located.node);
  if (workload?.selector === undefined || workload.readyReplicas === 0) return undefined;
  switch (workload.kind) {
    case 'Deployment':
    case 'ReplicaSet':
      return besidePods(workload.selector, true);
    case 'StatefulSet':
      return besideOrdinal(workload, component);
    default:
      return undefined;
  }
}

/**
 * Beside one ordinal's Pod. Ordinals start in order: those below the count of ready ones surely exist, a later Pod may not,
 * and requiring it would leave the mover pending; it is preferred then.
 */
function besideOrdinal(workload: Workload, component: string): object {
  const ordinal = ordinalOf(component);
  if (ordinal === undefined) return besidePods(workload.selector ?? {}, true);
  const exists = ordinal - workload.startOrdinal < workload.readyReplicas;
  return besidePods({ ...workload.selector, [POD_NAME_LABEL]: `${workload.name}-${ordinal}` }, exists);
}

function besidePods(matchLabels: Readonly<Record<string, string>>, required: boolean): object {
  const term = { labelSelector: { matchLabels }, topologyKey: HOSTNAME };
  return {
    podAffinity: required
      ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
      : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
  };
}

/** By the node's own name, as the DaemonSet controller does: its hostname label may differ. */
function nodeAffinity(node: string): object {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  };
}

function tolerationsOf(workload: Workload | undefined): readonly JsonMap[] {
  const own = workload?.template?.tolerations ?? [];
  return workload?.kind === 'DaemonSet' ? [...own, CORDONED] : own;
}
