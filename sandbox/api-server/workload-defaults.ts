/** Defaults and immutable fields of apps and batch kinds (k8s.io/kubernetes pkg/apis/{apps,batch}). */
import { podTemplate } from './pod-defaults.ts';
import type { PrepareContext, Prepared } from './builtin.ts';
import { equal, isMap, listOf, mapOf, type JsonMap } from './values.ts';

const JOB_LABELS = ['batch.kubernetes.io/controller-uid', 'controller-uid'] as const;

/** A Job as stored: counters, completion mode, and, unless `manualSelector`, the labels that tie its Pods to it. */
export function job(source: JsonMap, context: PrepareContext): Prepared {
  const spec = mapOf(source['spec']);
  // Selector and labels are made once; an update must bring them along.
  const manual = spec['manualSelector'] === true || context.previous !== undefined;
  const made =
    manual || spec['selector'] !== undefined ? {} : { selector: { matchLabels: { [JOB_LABELS[0]]: context.uid } } };
  const template = manual ? podTemplate(spec['template']) : labelledTemplate(spec['template'], context);
  const counted = spec['completions'] === undefined && spec['parallelism'] === undefined ? { completions: 1 } : {};
  const prepared = {
    ...JOB_DEFAULTS,
    ...counted,
    ...replacement(spec),
    ...made,
    ...withPolicyDefaults(spec),
    template,
  };
  return { body: { ...source, spec: prepared }, faults: restartFaults(template, 'spec.template') };
}

const JOB_DEFAULTS: JsonMap = {
  parallelism: 1,
  manualSelector: false,
  completionMode: 'NonIndexed',
  suspend: false,
  backoffLimit: 6,
};

/** A failure policy must see a Pod's end before it is replaced. */
function replacement(spec: JsonMap): JsonMap {
  return { podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed' };
}

function withPolicyDefaults(spec: JsonMap): JsonMap {
  const policy = spec['podFailurePolicy'];
  if (!isMap(policy)) return spec;
  const rules = listOf(policy['rules']).map((rule) => {
    const conditions = listOf(mapOf(rule)['onPodConditions']);
    if (conditions.length === 0) return rule;
    return { ...mapOf(rule), onPodConditions: conditions.map((one) => ({ status: 'True', ...mapOf(one) })) };
  });
  return { ...spec, podFailurePolicy: { ...policy, rules } };
}

function labelledTemplate(template: unknown, context: PrepareContext): JsonMap {
  const defaulted = podTemplate(template);
  const metadata = mapOf(defaulted['metadata']);
  const labels = {
    ...mapOf(metadata['labels']),
    ...Object.fromEntries(JOB_LABELS.map((label) => [label, context.uid])),
    'batch.kubernetes.io/job-name': context.name,
    'job-name': context.name,
  };
  return { ...defaulted, metadata: { ...metadata, labels } };
}

function restartFaults(template: unknown, path: string): string[] {
  const policy = mapOf(mapOf(template)['spec'])['restartPolicy'];
  if (policy === 'Never' || policy === 'OnFailure') return containerFaults(template, path);
  return [`${path}.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`];
}

function containerFaults(template: unknown, path: string): string[] {
  const containers = listOf(mapOf(mapOf(template)['spec'])['containers']);
  return containers.length === 0 ? [`${path}.spec.containers: Required value`] : [];
}

/** What a Job may never change (pkg/apis/batch/validation ValidateJobSpecUpdate); a suspended one that never ran may change its scheduling. */
export function jobUpdateFaults(next: JsonMap, previous: JsonMap): string[] {
  const after = mapOf(next['spec']);
  const before = mapOf(previous['spec']);
  const faults: string[] = [];
  if (!equal(after['template'], before['template']) && !onlySchedulingChanged(after, before, previous)) {
    const field = equal(mapOf(after['template'])['metadata'], mapOf(before['template'])['metadata'])
      ? 'spec.template.spec'
      : 'spec.template';
    faults.push(`${field}: Invalid value: ${JSON.stringify(mapOf(after['template'])['spec'])}: field is immutable`);
  }
  for (const field of [
    'selector',
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ]) {
    if (!equal(after[field], before[field]))
      faults.push(`spec.${field}: Invalid value: ${JSON.stringify(after[field] ?? null)}: field is immutable`);
  }
  if (!equal(after['completions'], before['completions']) && after['completionMode'] !== 'Indexed') {
    faults.push(`spec.completions: Invalid value: ${JSON.stringify(after['completions'] ?? null)}: field is immutable`);
  }
  return faults;
}

const SCHEDULING = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];

function onlySchedulingChanged(after: JsonMap, before: JsonMap, stored: JsonMap): boolean {
  if (before['suspend'] !== true || mapOf(stored['status'])['startTime'] !== undefined) return false;
  return equal(withoutScheduling(after['template']), withoutScheduling(before['template']));
}

function withoutScheduling(template: unknown): JsonMap {
  const source = mapOf(template);
  const metadata = mapOf(source['metadata']);
  const spec = Object.fromEntries(Object.entries(mapOf(source['spec'])).filter(([key]) => !SCHEDULING.includes(key)));
  return { ...source, metadata: { ...metadata, labels: undefined, annotations: undefined }, spec };
}

/** A CronJob as stored. */
export function cronJob(source: JsonMap): Prepared {
  const spec = mapOf(source['spec']);
  const jobTemplate = mapOf(spec['jobTemplate']);
  const jobSpec = mapOf(jobTemplate['spec']);
  const template = podTemplate(jobSpec['template']);
  const prepared = {
    ...spec,
    concurrencyPolicy: spec['concurrencyPolicy'] ?? 'Allow',
    suspend: spec['suspend'] ?? false,
    successfulJobsHistoryLimit: spec['successfulJobsHistoryLimit'] ?? 3,
    failedJobsHistoryLimit: spec['failedJobsHistoryLimit'] ?? 1,
    jobTemplate: {
      ...jobTemplate,
      metadata: mapOf(jobTemplate['metadata']),
      spec: { ...withPolicyDefaults(jobSpec), template },
    },
  };
  return {
    body: { ...source, spec: prepared },
    faults: [...scheduleFaults(spec), ...restartFaults(template, 'spec.jobTemplate.spec.template')],
  };
}

function scheduleFaults(spec: JsonMap): string[] {
  const schedule = spec['schedule'];
  if (typeof schedule !== 'string' || schedule === '') return ['spec.schedule: Required value'];
  if (schedule.includes('TZ'))
    return [
      `spec.schedule: Invalid value: "${schedule}": cannot use TZ or CRON_TZ in schedule, use timeZone field instead`,
    ];
  const fields = schedule.trim().split(/\s+/).length;
  if (fields === 5 || schedule.startsWith('@')) return [];
  return [`spec.schedule: Invalid value: "${schedule}": expected exactly 5 fields, found ${fields}: [${schedule}]`];
}

/** Deployment, StatefulSet, DaemonSet and ReplicaSet as stored. */
export function workload(kind: string): (source: JsonMap) => Prepared {
  return (source) => {
    const spec = mapOf(source['spec']);
    const template = podTemplate(spec['template']);
    const body = { ...source, spec: { ...WORKLOAD_DEFAULTS[kind], ...spec, ...claimTemplates(spec), template } };
    const faults = isMap(spec['selector'])
      ? containerFaults(template, 'spec.template')
      : ['spec.selector: Required value'];
    return { body, faults };
  };
}

const WORKLOAD_DEFAULTS: Readonly<Record<string, JsonMap>> = {
  Deployment: {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  },
  StatefulSet: {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    serviceName: '',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  },
  DaemonSet: {
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  },
  ReplicaSet: { replicas: 1 },
};

function claimTemplates(spec: JsonMap): JsonMap {
  const templates = listOf(spec['volumeClaimTemplates']);
  if (templates.length === 0) return {};
  const volumeClaimTemplates = templates.map((template) => {
    const source = mapOf(template);
    return {
      ...source,
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: mapOf(source['metadata']),
      spec: { ...mapOf(source['spec']), volumeMode: mapOf(source['spec'])['volumeMode'] ?? 'Filesystem' },
      status: { phase: 'Pending' },
    };
  });
  return { volumeClaimTemplates };
}
