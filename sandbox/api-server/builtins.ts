/** The built-in kinds: scope, subresources, which of them count generations, and what admission makes of an object. */
import type { BuiltIn, Prepared } from './builtin.ts';
import { podSpec, requestsFromLimits } from './pod-defaults.ts';
import { service, serviceFaults } from './service-defaults.ts';
import { equal, mapOf, textOf, type JsonMap } from './values.ts';
import { cronJob, job, jobUpdateFaults, workload } from './workload-defaults.ts';

type Extras = Partial<
  Pick<
    BuiltIn,
    'fields' | 'prepare' | 'changeFaults' | 'initialStatus' | 'statusSubresource' | 'generation' | 'namespaced'
  >
>;

function kind(apiVersion: string, name: string, plural: string, extras: Extras = {}): BuiltIn {
  return {
    apiVersion,
    kind: name,
    plural,
    namespaced: true,
    statusSubresource: false,
    generation: false,
    fields: ['spec'],
    ...extras,
  };
}

const WITH_STATUS = { statusSubresource: true, initialStatus: {} };
const COUNTED = { ...WITH_STATUS, generation: true };
const CLUSTER = { namespaced: false };
const RBAC = 'rbac.authorization.k8s.io/v1';

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const CONFIG_KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function dataFaults(source: JsonMap): string[] {
  return ['data', 'binaryData'].flatMap((field) =>
    Object.keys(mapOf(source[field]))
      .filter((key) => !CONFIG_KEY.test(key))
      .map((key) => `${field}[${key}]: Invalid value: ${JSON.stringify(key)}: ${CONFIG_KEY_RULE}`),
  );
}

function frozenData(next: JsonMap, previous: JsonMap): string[] {
  if (previous['immutable'] !== true) return [];
  return ['immutable', 'data', 'binaryData']
    .filter((field) => !equal(next[field], previous[field]))
    .map((field) => `${field}: Forbidden: field is immutable when \`immutable\` is set`);
}

function secret(source: JsonMap): Prepared {
  const { stringData, ...rest } = source;
  const encoded = Object.entries(mapOf(stringData)).map(([key, value]) => [
    key,
    Buffer.from(textOf(value)).toString('base64'),
  ]);
  const data = { ...mapOf(source['data']), ...Object.fromEntries(encoded) };
  const body = { ...rest, ...(Object.keys(data).length > 0 ? { data } : {}), type: source['type'] ?? 'Opaque' };
  return { body, faults: dataFaults(body) };
}

function binding(source: JsonMap): Prepared {
  const subjects = Array.isArray(source['subjects'])
    ? source['subjects'].map((subject: unknown) => {
        const one = mapOf(subject);
        return one['kind'] === 'ServiceAccount' ? one : { apiGroup: 'rbac.authorization.k8s.io', ...one };
      })
    : undefined;
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', ...mapOf(source['roleRef']) };
  return {
    body: { ...source, ...(subjects ? { subjects } : {}), roleRef },
    faults: source['roleRef'] ? [] : ['roleRef: Required value'],
  };
}

function sameRole(next: JsonMap, previous: JsonMap): string[] {
  return equal(next['roleRef'], previous['roleRef'])
    ? []
    : [`roleRef: Invalid value: ${JSON.stringify(next['roleRef'])}: cannot change roleRef`];
}

function claim(source: JsonMap): Prepared {
  return {
    body: {
      ...source,
      spec: { ...mapOf(source['spec']), volumeMode: mapOf(source['spec'])['volumeMode'] ?? 'Filesystem' },
    },
    faults: [],
  };
}

function sameClaim(next: JsonMap, previous: JsonMap): string[] {
  const fixed = (object: JsonMap): JsonMap => ({
    ...mapOf(object['spec']),
    resources: undefined,
    volumeName: undefined,
    volumeAttributesClassName: undefined,
  });
  if (equal(fixed(next), fixed(previous))) return [];
  return [
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  ];
}

function volume(source: JsonMap): Prepared {
  const spec = { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', ...mapOf(source['spec']) };
  return { body: { ...source, spec }, faults: [] };
}

function pod(source: JsonMap): Prepared {
  const spec = {
    serviceAccountName: 'default',
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    ...mapOf(source['spec']),
  };
  return { body: { ...source, spec: requestsFromLimits(podSpec(spec)) }, faults: [] };
}

const SETTABLE_IN_POD = [
  'nodeName',
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'containers',
  'initContainers',
  'schedulingGates',
];

function samePod(next: JsonMap, previous: JsonMap): string[] {
  const fixed = (object: JsonMap): JsonMap =>
    Object.fromEntries(Object.entries(mapOf(object['spec'])).filter(([key]) => !SETTABLE_IN_POD.includes(key)));
  return equal(fixed(next), fixed(previous))
    ? []
    : ['spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`'];
}

function namespace(source: JsonMap): Prepared {
  const finalizers = mapOf(source['spec'])['finalizers'];
  return {
    body: { ...source, spec: finalizers === undefined ? { finalizers: ['kubernetes'] } : source['spec'] },
    faults: [],
  };
}

function sameSelector(next: JsonMap, previous: JsonMap): string[] {
  const selector = mapOf(next['spec'])['selector'];
  return equal(selector, mapOf(previous['spec'])['selector'])
    ? []
    : [`spec.selector: Invalid value: ${JSON.stringify(selector)}: field is immutable`];
}

const apps = (name: string, plural: string): BuiltIn =>
  kind('apps/v1', name, plural, { ...COUNTED, prepare: workload(name), changeFaults: sameSelector });

/** Every built-in kind of the sandbox. */
export const BUILT_INS: readonly BuiltIn[] = [
  kind('v1', 'Namespace', 'namespaces', {
    ...CLUSTER,
    statusSubresource: true,
    initialStatus: { phase: 'Active' },
    prepare: namespace,
  }),
  kind('v1', 'Node', 'nodes', { ...CLUSTER, ...WITH_STATUS }),
  kind('v1', 'Pod', 'pods', {
    ...COUNTED,
    initialStatus: { phase: 'Pending', qosClass: 'BestEffort' },
    prepare: pod,
    changeFaults: samePod,
  }),
  kind('v1', 'ConfigMap', 'configmaps', {
    fields: ['data', 'binaryData', 'immutable'],
    prepare: (source) => ({ body: source, faults: dataFaults(source) }),
    changeFaults: frozenData,
  }),
  kind('v1', 'Secret', 'secrets', {
    fields: ['data', 'stringData', 'type', 'immutable'],
    prepare: secret,
    changeFaults: frozenData,
  }),
  kind('v1', 'Service', 'services', {
    statusSubresource: true,
    initialStatus: { loadBalancer: {} },
    prepare: service,
    changeFaults: serviceFaults,
  }),
  kind('v1', 'ServiceAccount', 'serviceaccounts', {
    fields: ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
  }),
  kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    statusSubresource: true,
    initialStatus: { phase: 'Pending' },
    prepare: claim,
    changeFaults: sameClaim,
  }),
  kind('v1', 'PersistentVolume', 'persistentvolumes', {
    ...CLUSTER,
    statusSubresource: true,
    initialStatus: { phase: 'Pending' },
    prepare: volume,
  }),
  kind('v1', 'Event', 'events', {
    fields: [
      'involvedObject',
      'reason',
      'message',
      'source',
      'firstTimestamp',
      'lastTimestamp',
      'count',
      'type',
      'eventTime',
      'series',
      'action',
      'related',
      'reportingComponent',
      'reportingInstance',
    ],
  }),
  kind('v1', 'ResourceQuota', 'resourcequotas', WITH_STATUS),
  apps('Deployment', 'deployments'),
  apps('StatefulSet', 'statefulsets'),
  apps('DaemonSet', 'daemonsets'),
  apps('ReplicaSet', 'replicasets'),
  kind('batch/v1', 'Job', 'jobs', { ...COUNTED, prepare: job, changeFaults: jobUpdateFaults }),
  kind('batch/v1', 'CronJob', 'cronjobs', { ...COUNTED, prepare: cronJob }),
  kind(RBAC, 'Role', 'roles', { fields: ['rules'] }),
  kind(RBAC, 'ClusterRole', 'clusterroles', { ...CLUSTER, fields: ['rules', 'aggregationRule'] }),
  kind(RBAC, 'RoleBinding', 'rolebindings', {
    fields: ['subjects', 'roleRef'],
    prepare: binding,
    changeFaults: sameRole,
  }),
  kind(RBAC, 'ClusterRoleBinding', 'clusterrolebindings', {
    ...CLUSTER,
    fields: ['subjects', 'roleRef'],
    prepare: binding,
    changeFaults: sameRole,
  }),
  kind('coordination.k8s.io/v1', 'Lease', 'leases'),
  kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', {
    ...CLUSTER,
    fields: [
      'provisioner',
      'parameters',
      'reclaimPolicy',
      'mountOptions',
      'allowVolumeExpansion',
      'volumeBindingMode',
      'allowedTopologies',
    ],
  }),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', { ...CLUSTER, ...COUNTED }),
];
