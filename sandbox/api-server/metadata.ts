/** What the API server does to `metadata` on its own: which fields a writer may set, and which texts it refuses. */
import type { Resource, StoredMeta } from './api.ts';
import { invalid } from './errors.ts';
import { isMap, listOf, mapOf, textOf, type JsonMap } from './values.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const PATH_SEGMENT = /^(?!\.{1,2}$)[^/%]+$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const MAX_ANNOTATION_BYTES = 256 * 1024;

/** Kinds whose names follow other rules than a DNS subdomain. */
const NAME_RULES: Readonly<Record<string, readonly [RegExp, number]>> = {
  Namespace: [LABEL, 63],
  Service: [LABEL, 63],
  Job: [SUBDOMAIN, 63],
  CronJob: [SUBDOMAIN, 52],
  StatefulSet: [SUBDOMAIN, 63],
  Role: [PATH_SEGMENT, 253],
  ClusterRole: [PATH_SEGMENT, 253],
  RoleBinding: [PATH_SEGMENT, 253],
  ClusterRoleBinding: [PATH_SEGMENT, 253],
};

/** The fields of metadata that a writer owns, in canonical form: empty maps and lists are left out. */
export function writtenMeta(metadata: JsonMap): JsonMap {
  const result: Record<string, unknown> = {};
  for (const key of ['labels', 'annotations'] as const) {
    const entries = Object.entries(mapOf(metadata[key]));
    // A null value decodes into Go's map of strings as ''.
    if (entries.length > 0) result[key] = Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
  }
  for (const key of ['finalizers', 'ownerReferences'] as const) {
    const list = listOf(metadata[key]);
    if (list.length > 0) result[key] = list;
  }
  return result;
}

/** Throws 422 with every fault of the name, labels, annotations, finalizers and owner references. */
export function checkMeta(resource: Resource, metadata: StoredMeta, previous: StoredMeta | undefined): void {
  const causes = [
    ...(previous ? [] : nameFaults(resource, metadata.name)),
    ...(metadata.labels === previous?.labels ? [] : labelFaults(metadata.labels)),
    ...(metadata.annotations === previous?.annotations ? [] : annotationFaults(metadata.annotations)),
    ...finalizerFaults(metadata, previous),
    ...ownerFaults(metadata),
  ];
  if (causes.length > 0) throw invalid(resource, metadata.name, causes);
}

function nameFaults(resource: Resource, name: string): string[] {
  const [pattern, limit] = NAME_RULES[resource.kind] ?? [SUBDOMAIN, 253];
  if (name === '') return ['metadata.name: Required value: name or generateName is required'];
  if (name.length > limit) return [`metadata.name: Invalid value: "${name}": must be no more than ${limit} characters`];
  if (pattern.test(name)) return [];
  const rule =
    pattern === SUBDOMAIN
      ? 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or ".", and must start and end with an alphanumeric character'
      : 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-", and must start and end with an alphanumeric character';
  return [`metadata.name: Invalid value: "${name}": ${rule}`];
}

function labelFaults(labels: StoredMeta['labels']): string[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...keyFaults('metadata.labels', key),
    ...(typeof value === 'string' && value.length <= 63 && LABEL_VALUE.test(value)
      ? []
      : [
          `metadata.labels: Invalid value: ${JSON.stringify(value)}: ${
            String(value).length > 63
              ? 'must be no more than 63 bytes'
              : 'a valid label must consist of alphanumeric characters, "-", "_" or "."'
          }`,
        ]),
  ]);
}

function annotationFaults(annotations: StoredMeta['annotations']): string[] {
  let bytes = 0;
  const faults: string[] = [];
  for (const [key, value] of Object.entries(annotations ?? {})) {
    faults.push(...keyFaults('metadata.annotations', key.toLowerCase()));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (bytes > MAX_ANNOTATION_BYTES)
    faults.push(`metadata.annotations: Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`);
  return faults;
}

function finalizerFaults(metadata: StoredMeta, previous: StoredMeta | undefined): string[] {
  const before = previous?.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((one) => !before.includes(one));
  const faults = added.flatMap((one) => keyFaults('metadata.finalizers', one));
  if (previous?.deletionTimestamp !== undefined && added.length > 0) {
    const list = added.map((one) => `"${one}"`).join(', ');
    faults.push(
      `metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    );
  }
  return faults;
}

function ownerFaults(metadata: StoredMeta): string[] {
  const owners = metadata.ownerReferences ?? [];
  const incomplete = owners.flatMap((owner, index) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((field) => textOf(owner[field]) === '')
      .map((field) => `metadata.ownerReferences[${index}].${field}: Invalid value: "": ${field} must not be empty`),
  );
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return incomplete;
  const kinds = controllers.map((owner) => `${owner.kind}/${owner.name}`).join(' and ');
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${kinds}`;
  return [...incomplete, `metadata.ownerReferences: Invalid value: null: ${why}`];
}

function keyFaults(path: string, key: string): string[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && !SUBDOMAIN.test(prefix)) {
    return [
      `${path}: Invalid value: "${key}": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or "."`,
    ];
  }
  if (name.length > 63) return [`${path}: Invalid value: "${key}": name part must be no more than 63 bytes`];
  if (QUALIFIED_NAME.test(name)) return [];
  return [
    `${path}: Invalid value: "${key}": name part must consist of alphanumeric characters, "-", "_" or ".", and must start and end with an alphanumeric character`,
  ];
}

/** Duplicate owner uids collapse into the first, as the API server stores them. */
export function distinctOwners(owners: StoredMeta['ownerReferences']): StoredMeta['ownerReferences'] {
  if (!owners || owners.length < 2) return owners;
  const seen = new Set<string>();
  const kept = owners.filter((owner) => {
    if (!isMap(owner) || seen.has(owner.uid)) return false;
    seen.add(owner.uid);
    return true;
  });
  return kept.length === owners.length ? owners : kept;
}
