/** Defaults of pod specs (k8s.io/kubernetes pkg/apis/core/v1/defaults.go), as they show in every stored workload. */
import { isMap, listOf, mapOf, textOf, type JsonMap } from './values.ts';

/** A pod template with its defaults; the metadata is always there. */
export function podTemplate(template: unknown): JsonMap {
  const source = mapOf(template);
  return { ...source, metadata: mapOf(source['metadata']), spec: podSpec(source['spec']) };
}

/** A pod spec with its defaults. */
export function podSpec(spec: unknown): JsonMap {
  const source = mapOf(spec);
  const serviceAccount = source['serviceAccountName'] ?? source['serviceAccount'];
  return {
    ...source,
    ...lists(source, 'containers', container),
    ...lists(source, 'initContainers', container),
    ...lists(source, 'volumes', volume),
    restartPolicy: source['restartPolicy'] ?? 'Always',
    terminationGracePeriodSeconds: source['terminationGracePeriodSeconds'] ?? 30,
    dnsPolicy: source['dnsPolicy'] ?? 'ClusterFirst',
    // The deprecated alias is always printed beside the name.
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount, serviceAccount }),
    securityContext: source['securityContext'] ?? {},
    schedulerName: source['schedulerName'] ?? 'default-scheduler',
  };
}

function lists(source: JsonMap, field: string, defaulted: (item: JsonMap) => JsonMap): JsonMap {
  const list = listOf(source[field]);
  return list.length === 0 ? {} : { [field]: list.map((item) => (isMap(item) ? defaulted(item) : item)) };
}

function container(source: JsonMap): JsonMap {
  return {
    ...source,
    ...lists(source, 'ports', (port) => ({ ...port, protocol: port['protocol'] ?? 'TCP' })),
    ...lists(source, 'env', environment),
    ...probes(source),
    resources: mapOf(source['resources']),
    terminationMessagePath: source['terminationMessagePath'] ?? '/dev/termination-log',
    terminationMessagePolicy: source['terminationMessagePolicy'] ?? 'File',
    imagePullPolicy: source['imagePullPolicy'] ?? (isLatest(textOf(source['image'])) ? 'Always' : 'IfNotPresent'),
  };
}

/** Requests of a Pod default to its limits; a template stays as it is written. */
export function requestsFromLimits(spec: JsonMap): JsonMap {
  const filled = (one: JsonMap): JsonMap => ({ ...one, resources: resources(one['resources']) });
  return { ...spec, ...lists(spec, 'containers', filled), ...lists(spec, 'initContainers', filled) };
}

function resources(value: unknown): JsonMap {
  const source = mapOf(value);
  const limits = mapOf(source['limits']);
  if (Object.keys(limits).length === 0) return source;
  return { ...source, requests: { ...limits, ...mapOf(source['requests']) } };
}

function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

function environment(variable: JsonMap): JsonMap {
  const from = mapOf(variable['valueFrom']);
  const field = from['fieldRef'];
  if (!isMap(field)) return variable;
  return { ...variable, valueFrom: { ...from, fieldRef: { ...field, apiVersion: field['apiVersion'] ?? 'v1' } } };
}

function probes(source: JsonMap): JsonMap {
  const result: Record<string, unknown> = {};
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = source[name];
    if (!isMap(probe)) continue;
    result[name] = {
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
      ...probe,
      ...httpGet(probe),
    };
  }
  return result;
}

function httpGet(probe: JsonMap): JsonMap {
  const get = probe['httpGet'];
  return isMap(get) ? { httpGet: { path: '/', scheme: 'HTTP', ...get } } : {};
}

const FILE_MODE = 420;

function volume(source: JsonMap): JsonMap {
  const result: Record<string, unknown> = { ...source };
  for (const kind of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const value = source[kind];
    if (isMap(value)) result[kind] = { ...value, defaultMode: value['defaultMode'] ?? FILE_MODE };
  }
  const hostPath = source['hostPath'];
  if (isMap(hostPath)) result['hostPath'] = { ...hostPath, type: hostPath['type'] ?? '' };
  // A volume without a source is an emptyDir.
  if (Object.keys(source).length === 1) result['emptyDir'] = {};
  return result;
}
