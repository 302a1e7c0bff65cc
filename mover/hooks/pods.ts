/** The Pods that a hook acts on: alive, with the labels and the owner that were asked for, the first ready one or all. */
import type { PodChoice } from '../../hooks/domain/task.ts';
import type { JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { PODS, type Kube } from '../kube/kube.ts';
import { isReady, nameOf, objectOf, objectsOf, textOf } from '../kube/pods.ts';

/** At least one Pod, by name; none is a fault, since a hook that did nothing has not done what it should. */
export async function chosenPods(kube: Kube, choice: PodChoice): Promise<readonly JsonObject[]> {
  const labelled = (await kube.list(PODS, choice.namespace, choice.labels)).filter(isRunning);
  const owned = labelled.filter((pod) => isOwned(pod, choice));
  const ready = owned.filter(isReady).sort(byName);
  const found = ready.length > 0 ? ready : [...owned].sort(byName);
  const [first] = found;
  if (first === undefined)
    throw new Fault('HookPodNotFound', `No running Pod of namespace ${choice.namespace} ${wordsOf(choice)}`);
  return choice.all ? [...owned].sort(byName) : [first];
}

/** The container that the choice names, or the Pod's first. */
export function containerOf(pod: JsonObject, container: string | undefined): JsonObject {
  const containers = objectsOf(objectOf(pod['spec'])['containers']);
  const found = container === undefined ? containers[0] : containers.find((one) => one['name'] === container);
  if (found !== undefined) return found;
  const names = containers.map((one) => textOf(one['name']) ?? '').join(', ');
  throw new Fault('HookPodNotFound', `Pod ${nameOf(pod)} has no container ${container ?? ''}; it has: ${names}`);
}

/** A Pod's own address, for a request that names no host. */
export function addressOf(pod: JsonObject): string {
  const address = textOf(objectOf(pod['status'])['podIP']);
  if (address === undefined) throw new Fault('HookPodNotFound', `Pod ${nameOf(pod)} has no address yet`);
  return address;
}

/** A port's number, looked up in the container where the hook names it. */
export function portOf(port: number | string, pod: JsonObject | undefined, container: string | undefined): number {
  if (typeof port === 'number') return port;
  const ports = pod === undefined ? [] : objectsOf(containerOf(pod, container)['ports']);
  const found = ports.find((one) => one['name'] === port)?.['containerPort'];
  if (typeof found === 'number') return found;
  throw new Fault('HookRequestInvalid', `No port is named ${JSON.stringify(port)} in the container`);
}

function isRunning(pod: JsonObject): boolean {
  return objectOf(pod['status'])['phase'] === 'Running' && objectOf(pod['metadata'])['deletionTimestamp'] === undefined;
}

/** By a direct owner, or, for a Deployment, by a ReplicaSet of its name: reading ReplicaSets would be one more right. */
function isOwned(pod: JsonObject, { owner }: PodChoice): boolean {
  if (owner === undefined) return true;
  const owners = objectsOf(objectOf(pod['metadata'])['ownerReferences']);
  return owners.some((one) => {
    if (one['kind'] === owner.kind && one['name'] === owner.name)
      return owner.uid === undefined || one['uid'] === owner.uid;
    const name = textOf(one['name']) ?? '';
    const hash = textOf(objectOf(objectOf(pod['metadata'])['labels'])['pod-template-hash']);
    return (
      owner.kind === 'Deployment' &&
      one['kind'] === 'ReplicaSet' &&
      hash !== undefined &&
      name === `${owner.name}-${hash}`
    );
  });
}

function wordsOf({ labels, owner }: PodChoice): string {
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const parts = [
    ...(selector === '' ? [] : [`has the labels ${selector}`]),
    ...(owner === undefined ? [] : [`belongs to ${owner.kind} ${owner.name}`]),
  ];
  return parts.join(' and ');
}

function byName(left: JsonObject, right: JsonObject): number {
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
