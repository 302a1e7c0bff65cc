/**
 * Settings of a mover's Pod and container from everyone who may state some (kubestash-api.md §6.1 #13):
 * Function.runtimeSettings < addon.containerRuntimeSettings < jobTemplate.spec; Pod level: ours < jobTemplate.spec.
 */
import { layered } from '../domain/precedence.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import { checkedEnv } from './environment.ts';
import type { EnvVar, Volume, VolumeMount } from './mover-job.ts';
import { canonicalResources } from './resources.ts';
import type { ContainerRuntimeSettings, JobTemplate, RuntimeSettings } from './shapes.ts';

export interface MergedSettings {
  /** Labels and annotations of the Pod. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** PodSpec fields, without serviceAccountName, volumes and containers. */
  readonly pod: Readonly<Record<string, unknown>>;
  /** Container fields, without env and volumeMounts. */
  readonly container: Readonly<Record<string, unknown>>;
  readonly env: readonly EnvVar[];
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
  /** The user's own account, where they name one. */
  readonly serviceAccountName?: string;
}

/** PodSpec fields that are taken over; `containers`, `restartPolicy` and the like are ours. */
const POD_FIELDS = [
  'affinity',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'imagePullSecrets',
  'initContainers',
  'nodeName',
  'nodeSelector',
  'priority',
  'priorityClassName',
  'readinessGates',
  'runtimeClassName',
  'schedulerName',
  'securityContext',
  'shareProcessNamespace',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
];
const CONTAINER_FIELDS = ['envFrom', 'lifecycle', 'livenessProbe', 'readinessProbe', 'securityContext'];
/** restic tells a dead mover's lock by its host name: a shared host name would let a retry remove a live lock (faults.md §5). */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'];
const LIST_KEYS = { env: 'name', volumeMounts: 'mountPath' };

type Fields = Readonly<Record<string, unknown>>;

/** Settings of a backup or restore Job. Refuses what would break the mover, naming the field. */
export function settingsOfAddon(input: {
  readonly function?: ContainerRuntimeSettings | undefined;
  readonly addon?: ContainerRuntimeSettings | undefined;
  readonly jobTemplate?: JobTemplate | undefined;
}): Outcome<MergedSettings> {
  const template: Fields = { ...input.jobTemplate?.spec };
  const host = HOST_FIELDS.find((field) => template[field] === true);
  if (host !== undefined) {
    return blocked(
      'SettingForbidden',
      `jobTemplate.spec.${host} is not possible: movers tell their restic locks apart by host name`,
    );
  }
  return mergedSettings({
    layers: [input.function, input.addon, containerLevelOf(template)],
    pod: template,
    podLabels: input.jobTemplate?.metadata?.labels,
    podAnnotations: input.jobTemplate?.metadata?.annotations,
    where: 'addon.jobTemplate.spec.env',
  });
}

/** In a jobTemplate `securityContext` is the Pod's; the container's has a name of its own. */
function containerLevelOf(template: Fields): object {
  const fields = picked(template, ['env', 'lifecycle', 'livenessProbe', 'readinessProbe', 'resources', 'volumeMounts']);
  const own = template['containerSecurityContext'];
  return own === undefined ? fields : { ...fields, securityContext: own };
}

/** Settings of our own Jobs: those of the Function, then of `BackupStorage.spec.runtimeSettings`. */
export function settingsOfStorage(
  settings: RuntimeSettings | undefined,
  ofFunction: ContainerRuntimeSettings | undefined,
): Outcome<MergedSettings> {
  return mergedSettings({
    layers: [ofFunction, settings?.container],
    pod: { ...settings?.pod },
    podLabels: settings?.pod?.podLabels,
    podAnnotations: settings?.pod?.podAnnotations,
    where: 'spec.runtimeSettings.container.env',
  });
}

interface Layers {
  readonly layers: readonly (object | undefined)[];
  readonly pod: Fields;
  readonly podLabels: Readonly<Record<string, string>> | undefined;
  readonly podAnnotations: Readonly<Record<string, string>> | undefined;
  readonly where: string;
}

function mergedSettings({ layers, pod, podLabels, podAnnotations, where }: Layers): Outcome<MergedSettings> {
  if (pod['automountServiceAccountToken'] === false) {
    return blocked(
      'SettingForbidden',
      'automountServiceAccountToken cannot be false: a mover reports through the API server',
    );
  }
  const container = layered(layers, LIST_KEYS);
  const env = [...listOf<EnvVar>(container['env']), ...nicenessOf(container)];
  const allowed = checkedEnv(env, where);
  if (!allowed.ok) return allowed;
  const resources = canonicalResources(container['resources']);
  if (!resources.ok) return resources;
  const account = pod['serviceAccountName'];
  return ok({
    podLabels: podLabels ?? {},
    podAnnotations: podAnnotations ?? {},
    pod: layered([picked(pod, POD_FIELDS)], {}),
    container: layered([picked(container, CONTAINER_FIELDS), { resources: resources.value }], {}),
    env,
    volumes: listOf<Volume>(pod['volumes']),
    volumeMounts: listOf<VolumeMount>(container['volumeMounts']),
    ...(typeof account === 'string' && account !== '' ? { serviceAccountName: account } : {}),
  });
}

/** KubeStash's executors read niceness from the environment. */
function nicenessOf(container: Fields): readonly EnvVar[] {
  const { nice, ionice } = container as ContainerRuntimeSettings;
  const values: readonly (readonly [string, number | undefined])[] = [
    ['NICE_ADJUSTMENT', nice?.adjustment],
    ['IONICE_CLASS', ionice?.class],
    ['IONICE_CLASS_DATA', ionice?.classData],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

function picked(from: Fields, fields: readonly string[]): Fields {
  return Object.fromEntries(fields.filter((field) => from[field] !== undefined).map((field) => [field, from[field]]));
}

function listOf<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}
