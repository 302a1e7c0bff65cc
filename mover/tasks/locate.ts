/**
 * locate: where the parts of a target are. Hooks never list Pods (fan-out budget, design §2); this short Job does, once,
 * for a DaemonSet (its nodes), a claim in use, and a StatefulSet without replicas (its claims).
 */
import { nodeComponent, ordinalComponent, WHOLE_TARGET } from '../../hooks/domain/component.ts';
import type { LocatedComponent } from '../../hooks/domain/report.ts';
import type { LocateTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import type { JsonObject } from '../decode.ts';
import { CLAIMS, PODS } from '../kube/kube.ts';
import { claimsOfPod, holdsVolumes, isReady, nameOf, nodeOfPod } from '../kube/pods.ts';

/** Lists and reports; an empty list is a result too, which the hook judges. */
export async function locate(task: LocateTask, context: MoverContext): Promise<TaskOutcome> {
  const kube = await context.kube();
  const pods = (await kube.list(PODS, task.namespace, task.selector)).filter(holdsVolumes).sort(byName);
  const claims = task.claimPrefixes ? (await kube.list(CLAIMS, task.namespace)).map(nameOf).sort() : [];
  return { result: { located: { components: componentsOf(task, pods, claims) } } };
}

/** The components of the target, by kind (kubestash-api.md §2.4). */
export function componentsOf(
  task: LocateTask,
  pods: readonly JsonObject[],
  claims: readonly string[],
): readonly LocatedComponent[] {
  switch (task.target.kind) {
    case 'DaemonSet':
      return nodesOf(pods);
    case 'StatefulSet':
      return ordinalsOf(task, pods, claims);
    default:
      return [wholeOf(task, pods)];
  }
}

function nodesOf(pods: readonly JsonObject[]): readonly LocatedComponent[] {
  const ready = pods.filter(isReady);
  const byNode = new Map(ready.map((pod) => [nodeOfPod(pod) ?? '', pod]));
  return [...byNode.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([node, pod]) => ({ component: nodeComponent(node), node, pod: nameOf(pod) }));
}

/** Claims `<template>-<name>-<ordinal>`, gathered by ordinal; with them the node where somebody uses them. */
function ordinalsOf(
  task: LocateTask,
  pods: readonly JsonObject[],
  claims: readonly string[],
): readonly LocatedComponent[] {
  const byOrdinal = new Map<number, string[]>();
  for (const claim of claims) {
    const prefix = task.claimPrefixes?.find(
      (start) => claim.startsWith(start) && /^\d+$/.test(claim.slice(start.length)),
    );
    if (prefix === undefined) continue;
    const ordinal = Number(claim.slice(prefix.length));
    byOrdinal.set(ordinal, [...(byOrdinal.get(ordinal) ?? []), claim]);
  }
  return [...byOrdinal.entries()]
    .sort(([left], [right]) => left - right)
    .map(([ordinal, names]) => ({ component: ordinalComponent(ordinal), claims: names, ...userOf(pods, names) }));
}

function wholeOf(task: LocateTask, pods: readonly JsonObject[]): LocatedComponent {
  const claims = task.claims ?? (task.target.kind === 'PersistentVolumeClaim' ? [task.target.name] : undefined);
  return {
    component: WHOLE_TARGET,
    ...(claims ? { claims, ...userOf(pods, claims) } : placeOf(pods.find(isReady) ?? pods[0])),
  };
}

function userOf(
  pods: readonly JsonObject[],
  claims: readonly string[],
): { readonly node?: string; readonly pod?: string } {
  return placeOf(pods.find((pod) => claimsOfPod(pod).some((claim) => claims.includes(claim))));
}

function placeOf(pod: JsonObject | undefined): { readonly node?: string; readonly pod?: string } {
  const node = pod ? nodeOfPod(pod) : undefined;
  return pod && node !== undefined ? { node, pod: nameOf(pod) } : {};
}

function byName(left: JsonObject, right: JsonObject): number {
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
