/** Which node a Pod goes to: what its affinity requires, else the nodes in turn. Taints, resources and spreading are not modelled. */
import type { ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import type { Pod, PodAffinityTerm } from '../controllers/shapes.ts';
import { follow, fromKey, keyOf, objectKey, workQueue } from '../controllers/work-queue.ts';

/** Binds every Pod without a node, until the returned function is called. A Pod that fits nowhere gets PodScheduled=False. */
export function startScheduler(api: ApiServer, clock: Clock, nodes: readonly string[]): () => void {
  let turn = 0;
  const bind = (key: string): void => {
    const pod = api.get({ apiVersion: 'v1', kind: 'Pod', ...fromKey(key) }) as Pod | undefined;
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const allowed = nodes.filter((node) => fits(api, pod, node));
    const node = allowed[turn++ % Math.max(allowed.length, 1)];
    if (node) api.update({ ...pod, spec: { ...pod.spec, nodeName: node } });
    else markUnschedulable(api, pod, nodes.length);
  };
  const queue = workQueue(clock, bind);
  const stops = [follow(api, 'v1', 'Pod', (pod) => queue.add(keyOf(pod))), queue.stop];
  return () => stops.forEach((stop) => stop());
}

function fits(api: ApiServer, pod: Pod, node: string): boolean {
  const { podAffinity, nodeAffinity } = pod.spec.affinity ?? {};
  const nodeTerms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const onNode =
    nodeTerms?.some((term) => (term.matchExpressions ?? []).every((one) => one.values?.includes(node))) ?? true;
  const terms = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return onNode && terms.every((term) => runsThere(api, pod, node, term));
}

function runsThere(api: ApiServer, pod: Pod, node: string, term: PodAffinityTerm): boolean {
  const wanted = Object.entries(term.labelSelector?.matchLabels ?? {});
  const others = api.list('v1', 'Pod', pod.metadata.namespace) as readonly unknown[] as readonly Pod[];
  return others.some(
    (other) => other.spec.nodeName === node && wanted.every(([key, value]) => other.metadata.labels?.[key] === value),
  );
}

function markUnschedulable(api: ApiServer, pod: Pod, nodes: number): void {
  if (pod.status?.conditions?.some((one) => one.type === 'PodScheduled' && one.status === 'False')) return;
  const message = `0/${nodes} nodes are available: no node matches the Pod's required affinity.`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  api.patch(objectKey(pod), { status: { phase: 'Pending', conditions: [condition] } }, 'status');
}
