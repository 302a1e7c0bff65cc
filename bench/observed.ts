/** Requests as they are once the cluster has settled: built from the examples and catalogue, children as the host shows them. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { HookRow } from '../hooks/http/row.ts';
import type { ObjectMap, SyncResponse } from '../hooks/kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../hooks/kube/objects.ts';
import { ROUTES } from '../hooks/routes.ts';

export const CREATED = '2026-01-05T01:00:00Z';
const NOW = Date.parse('2026-01-05T12:00:00Z');

export interface SettledRequest {
  readonly parent: KubeObject;
  readonly children: ObjectMap;
  readonly related: ObjectMap;
  readonly finalizing: boolean;
}

/** The objects of a file below the repository's root, as the API server would have stored them. */
export function storedFrom(file: string): readonly KubeObject[] {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document) => stored(document.toJS() as DesiredObject));
}

/** One object with what the API server adds; `fields` (status, labels, …) on top. */
export function stored(object: DesiredObject, fields: Partial<KubeObject> = {}): KubeObject {
  const { name, namespace } = object.metadata;
  const metadata = {
    ...object.metadata,
    uid: uidOf(object),
    generation: 1,
    resourceVersion: '4711',
    creationTimestamp: CREATED,
    managedFields: [
      {
        manager: 'metacontroller',
        operation: 'Update',
        apiVersion: object.apiVersion,
        time: CREATED,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': {} }, 'f:spec': {} },
      },
    ],
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  return { ...object, metadata, ...fields };
}

/** A map of children or related objects that holds these and the empty groups. */
export function objectMap(groups: readonly string[], objects: readonly KubeObject[]): ObjectMap {
  const map: Record<string, Record<string, KubeObject>> = Object.fromEntries(groups.map((group) => [group, {}]));
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    const group = (map[`${object.kind}.${object.apiVersion}`] ??= {});
    group[namespace === undefined ? name : `${namespace}/${name}`] = object;
  }
  return map;
}

/**
 * Feeds the answers back as the host would, until they stay the same; `settle` gives a new child the status that its own
 * controller would write. Throws when the kind does not come to rest.
 */
export function settled(
  kind: string,
  request: SettledRequest,
  settle: (child: DesiredObject) => object | undefined,
): SettledRequest {
  const row = ROUTES.find((one) => one.kind === kind);
  if (!row) throw new Error(`no route ${kind}`);
  let current = {
    ...request,
    children: objectMap(row.children, Object.values(request.children).flatMap(Object.values<KubeObject>)),
  };
  for (let round = 0; round < 10; round += 1) {
    const next = after(row, current, settle);
    if (JSON.stringify(next) === JSON.stringify(current)) return current;
    current = next;
  }
  throw new Error(`${kind} does not come to rest`);
}

function after(
  row: HookRow,
  request: SettledRequest,
  settle: (child: DesiredObject) => object | undefined,
): SettledRequest {
  const answer = row.hooks.sync(request, NOW) as SyncResponse;
  const seen = new Map(
    Object.values(request.children)
      .flatMap((group) => Object.values(group))
      .map((child) => [uidOf(child), child]),
  );
  const children = answer.children.map(
    (child) => seen.get(uidOf(child)) ?? childOf(request.parent, child, settle(child)),
  );
  return {
    ...request,
    parent: { ...request.parent, status: { ...answer.status, observedGeneration: 1 } },
    children: objectMap(row.children, children),
  };
}

function childOf(parent: KubeObject, desired: DesiredObject, status: object | undefined): KubeObject {
  const { uid, name, namespace } = parent.metadata;
  const owner = {
    apiVersion: parent.apiVersion,
    kind: parent.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const metadata = {
    ...desired.metadata,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { ...desired.metadata.labels, 'controller-uid': uid },
    annotations: {
      ...desired.metadata.annotations,
      'metacontroller.k8s.io/last-applied-configuration': JSON.stringify(desired),
    },
    ownerReferences: [...(desired.metadata.ownerReferences ?? []), owner],
  };
  return stored({ ...desired, metadata }, status === undefined ? {} : { status });
}

function uidOf({ kind, metadata }: DesiredObject | KubeObject): string {
  return `uid-of-${kind}-${metadata.name}`.toLowerCase();
}
