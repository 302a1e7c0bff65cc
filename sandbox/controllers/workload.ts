/**
 * Deployments and StatefulSets as a backup sees them: their Pods, the claims of a StatefulSet's templates, and the ready
 * replicas in status. Rollouts are not modelled; a Deployment owns its Pods without a ReplicaSet between.
 */
import type { ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { isReady, type Pod, type Workload } from './shapes.ts';
import { ownedBy } from './owned.ts';
import { controllerReference, follow, fromKey, keyOf, objectKey, workQueue } from './work-queue.ts';

type WorkloadKind = 'Deployment' | 'StatefulSet';

/** Runs the controllers of both kinds until the returned function is called. */
export function startWorkloadControllers(api: ApiServer, clock: Clock): () => void {
  const stops = (['Deployment', 'StatefulSet'] as const).map((kind) => start(api, clock, kind));
  return () => stops.forEach((stop) => stop());
}

function start(api: ApiServer, clock: Clock, kind: WorkloadKind): () => void {
  const queue = workQueue(clock, (key) => reconcile(api, kind, key));
  const stops = [
    follow(api, 'apps/v1', kind, (workload) => queue.add(keyOf(workload))),
    follow(api, 'v1', 'Pod', (pod) => {
      const owner = pod.metadata.ownerReferences?.find((one) => one.controller && one.kind === kind);
      if (owner) queue.add(`${pod.metadata.namespace}/${owner.name}`);
    }),
    queue.stop,
  ];
  return () => stops.forEach((stop) => stop());
}

function reconcile(api: ApiServer, kind: WorkloadKind, key: string): void {
  const workload = api.get({ apiVersion: 'apps/v1', kind, ...fromKey(key) }) as Workload | undefined;
  if (!workload || workload.metadata.deletionTimestamp) return;
  const wanted = podNames(workload, kind);
  const pods = ownedBy<Pod>(api, workload, 'v1', 'Pod');
  for (const [index, name] of wanted.entries()) {
    if (kind === 'StatefulSet') ensureClaims(api, workload, name);
    if (!pods.some((pod) => pod.metadata.name === name)) api.create(podOf(workload, kind, name, index));
  }
  for (const pod of pods) {
    if (!wanted.includes(pod.metadata.name) && !pod.metadata.deletionTimestamp) api.delete(objectKey(pod));
  }
  updateStatus(api, workload);
}

function updateStatus(api: ApiServer, workload: Workload): void {
  const pods = ownedBy<Pod>(api, workload, 'v1', 'Pod');
  const ready = pods.filter(isReady).length;
  const status = {
    observedGeneration: workload.metadata.generation,
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
  };
  if (JSON.stringify(status) !== JSON.stringify(workload.status)) api.updateStatus({ ...workload, status });
}

function podNames(workload: Workload, kind: WorkloadKind): readonly string[] {
  const { name, uid } = workload.metadata;
  const first = kind === 'StatefulSet' ? (workload.spec.ordinals?.start ?? 0) : 0;
  const middle = kind === 'StatefulSet' ? '' : `${uid.slice(0, 5)}-`;
  return Array.from({ length: workload.spec.replicas ?? 1 }, (_, index) => `${name}-${middle}${first + index}`);
}

function ensureClaims(api: ApiServer, workload: Workload, podName: string): void {
  const { namespace } = workload.metadata;
  for (const template of workload.spec.volumeClaimTemplates ?? []) {
    const name = `${template.metadata.name}-${podName}`;
    const key = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, ...(namespace ? { namespace } : {}) };
    if (api.get(key)) continue;
    const labels = template.metadata.labels ?? workload.spec.selector?.matchLabels;
    const metadata = { name, namespace, ...(labels ? { labels } : {}) };
    api.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: template.spec });
  }
}

function podOf(workload: Workload, kind: WorkloadKind, name: string, index: number): object {
  const { template, volumeClaimTemplates = [] } = workload.spec;
  const claims = volumeClaimTemplates.map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  const ordinal = { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(index) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: workload.metadata.namespace,
      labels: { ...template.metadata?.labels, ...(kind === 'StatefulSet' ? ordinal : {}) },
      ownerReferences: [controllerReference(workload)],
    },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  };
}
