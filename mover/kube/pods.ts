/** What movers read of Pods, as small questions; everything is untyped JSON, since a Pod may hold anything. */
import { isObject, type JsonObject } from '../decode.ts';

/** `metadata.name`. */
export function nameOf(object: JsonObject): string {
  return textOf(objectOf(object['metadata'])['name']) ?? '';
}

/** A map below a key; empty where there is none. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The objects of a list; empty where there is none. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The node that the Pod was bound to. */
export function nodeOfPod(pod: JsonObject): string | undefined {
  return textOf(objectOf(pod['spec'])['nodeName']);
}

/** Bound to a node and neither finished nor going away: its node is where its volumes are. */
export function holdsVolumes(pod: JsonObject): boolean {
  const phase = objectOf(pod['status'])['phase'];
  const leaving = objectOf(pod['metadata'])['deletionTimestamp'] !== undefined;
  return nodeOfPod(pod) !== undefined && phase !== 'Succeeded' && phase !== 'Failed' && !leaving;
}

/** Whether the condition Ready is True. */
export function isReady(pod: JsonObject): boolean {
  const conditions = objectsOf(objectOf(pod['status'])['conditions']);
  return conditions.some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
}

/** Names of the claims that the Pod mounts. */
export function claimsOfPod(pod: JsonObject): readonly string[] {
  const volumes = objectsOf(objectOf(pod['spec'])['volumes']);
  return volumes.flatMap((volume) => textOf(objectOf(volume['persistentVolumeClaim'])['claimName']) ?? []);
}
