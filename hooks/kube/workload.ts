/** A backup target read once into the fields that decisions need; anything malformed reads as absent. */
import { blocked, ok, type Outcome } from '../domain/result.ts';
import { countOf, listOf, mapOf, textOf } from './json-values.ts';
import type { JsonMap, KubeObject } from './objects.ts';
import { KIND } from './references.ts';

export interface TargetReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A kind that can be backed up, in its canonical group. */
export interface TargetKind {
  readonly kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'PersistentVolumeClaim';
  readonly apiGroup: string;
  readonly apiVersion: string;
  /** Plural, for customize rules. */
  readonly resource: string;
  /** Key of the group in `related`. */
  readonly key: string;
}

export interface PodVolume {
  readonly name: string;
  readonly [source: string]: unknown;
}

export interface ContainerMount {
  readonly container: string;
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  /** Environment-expanded at Pod start: no mover can follow it. */
  readonly subPathExpr?: string;
}

export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly PodVolume[];
  /** Mounts of all containers, in order of containers and mounts. */
  readonly mounts: readonly ContainerMount[];
  readonly securityContext: JsonMap;
  /** Container security contexts by container name, where they say anything. */
  readonly containerSecurityContexts: Readonly<Record<string, JsonMap>>;
  readonly tolerations: readonly JsonMap[];
}

export interface Workload {
  readonly kind: TargetKind['kind'];
  readonly apiGroup: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `spec.selector.matchLabels`; absent for a PersistentVolumeClaim. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Absent for a PersistentVolumeClaim. */
  readonly template?: PodTemplate;
  /** Wanted replicas; 1 where a workload's spec says nothing, 0 for a PersistentVolumeClaim. */
  readonly replicas: number;
  /** From its own status. */
  readonly readyReplicas: number;
  /** Names of a StatefulSet's volumeClaimTemplates. */
  readonly claimTemplates: readonly string[];
  /** First ordinal of a StatefulSet. */
  readonly startOrdinal: number;
}

const TARGET_KINDS: readonly TargetKind[] = [
  { kind: 'Deployment', apiGroup: 'apps', apiVersion: 'apps/v1', resource: 'deployments', key: KIND.deployment },
  { kind: 'ReplicaSet', apiGroup: 'apps', apiVersion: 'apps/v1', resource: 'replicasets', key: KIND.replicaSet },
  { kind: 'StatefulSet', apiGroup: 'apps', apiVersion: 'apps/v1', resource: 'statefulsets', key: KIND.statefulSet },
  { kind: 'DaemonSet', apiGroup: 'apps', apiVersion: 'apps/v1', resource: 'daemonsets', key: KIND.daemonSet },
  {
    kind: 'PersistentVolumeClaim',
    apiGroup: '',
    apiVersion: 'v1',
    resource: 'persistentvolumeclaims',
    key: KIND.persistentVolumeClaim,
  },
];

/**
 * The kind that a target reference means. Only kinds of our own table may reach a customize answer: an unknown one would
 * be cached by the host and fail every sync.
 */
export function targetKindOf(target: TargetReference): Outcome<TargetKind> {
  const known = TARGET_KINDS.find(
    ({ kind, apiGroup }) => kind === target.kind && apiGroup === (target.apiGroup ?? apiGroup),
  );
  if (known !== undefined) return ok(known);
  const shown = `${target.kind ?? ''}${target.apiGroup ? `.${target.apiGroup}` : ''}`;
  const kinds = TARGET_KINDS.map(({ kind }) => kind).join(', ');
  return blocked(
    'TargetKindUnsupported',
    `target ${target.name} is a ${shown}, which cannot be backed up; possible are ${kinds}`,
  );
}

/** Whether two references of one namespace mean the same object; one without a group means its kind's own. */
export function isSameTarget(one: TargetReference, other: TargetReference): boolean {
  const [kind, otherKind] = [targetKindOf(one), targetKindOf(other)];
  return kind.ok && otherKind.ok && kind.value === otherKind.value && one.name === other.name;
}

/** The target as decisions read it. */
export function workloadOf(object: KubeObject, target: TargetKind): Workload {
  const spec = mapOf(object.spec);
  const status = mapOf(object.status);
  const isClaim = target.kind === 'PersistentVolumeClaim';
  return {
    kind: target.kind,
    apiGroup: target.apiGroup,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    uid: object.metadata.uid,
    ...(isClaim
      ? {}
      : { selector: labelsOf(mapOf(spec['selector'])['matchLabels']), template: templateOf(spec['template']) }),
    replicas: isClaim ? 0 : (countOf(spec['replicas']) ?? 1),
    readyReplicas: countOf(status['readyReplicas'] ?? status['numberReady']) ?? 0,
    claimTemplates: mapsOf(spec['volumeClaimTemplates'])
      .map((claim) => textOf(mapOf(claim['metadata'])['name']))
      .filter((name) => name !== undefined),
    startOrdinal: countOf(mapOf(spec['ordinals'])['start']) ?? 0,
  };
}

/** A StatefulSet's ordinals, in order; empty for other kinds and for one scaled to zero. */
export function ordinalsOf(workload: Workload): readonly number[] {
  if (workload.kind !== 'StatefulSet') return [];
  return Array.from({ length: workload.replicas }, (_, index) => workload.startOrdinal + index);
}

function templateOf(value: unknown): PodTemplate {
  const template = mapOf(value);
  const spec = mapOf(template['spec']);
  const containers = mapsOf(spec['containers']);
  return {
    labels: labelsOf(mapOf(template['metadata'])['labels']),
    volumes: mapsOf(spec['volumes']).filter(
      (volume): volume is JsonMap & PodVolume => typeof volume['name'] === 'string',
    ),
    mounts: containers.flatMap((container) =>
      mapsOf(container['volumeMounts']).map((mount) => mountOf(mount, textOf(container['name']) ?? '')),
    ),
    securityContext: mapOf(spec['securityContext']),
    containerSecurityContexts: Object.fromEntries(
      containers.map((container) => [textOf(container['name']) ?? '', mapOf(container['securityContext'])]),
    ),
    tolerations: mapsOf(spec['tolerations']),
  };
}

function mountOf(mount: JsonMap, container: string): ContainerMount {
  const subPath = textOf(mount['subPath']);
  const subPathExpr = textOf(mount['subPathExpr']);
  return {
    container,
    name: textOf(mount['name']) ?? '',
    mountPath: textOf(mount['mountPath']) ?? '',
    ...(subPath === undefined ? {} : { subPath }),
    ...(subPathExpr === undefined ? {} : { subPathExpr }),
  };
}

function labelsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function mapsOf(value: unknown): readonly JsonMap[] {
  return listOf(value).map(mapOf);
}
