/** Rights as a set of `group/resource verb`, and the set that Metacontroller needs for a list of controllers. */
import type { PolicyRule } from '../../hooks/kube/service-account.ts';

export interface KindRule {
  readonly apiVersion: string;
  readonly resource: string;
}

export interface Controller {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parentResource?: KindRule;
    readonly resources?: readonly KindRule[];
    readonly childResources?: readonly KindRule[];
    readonly attachments?: readonly KindRule[];
  };
}

const READ = ['get', 'list', 'watch'];

/** `batch/jobs create`, one per combination; names of resources are left out, since a right by name is part of the whole. */
export function rightsOf(rules: readonly PolicyRule[]): readonly string[] {
  const all = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`))),
  );
  return [...new Set(all)].sort();
}

/** What becomes of a parent: `written` gets status, finalizers or labels; of one that is only `read` nothing is changed. */
export type ParentUse = 'written' | 'read';

/**
 * What Metacontroller 4.17 does with the parents and children of a controller (metacontroller/metacontroller:pkg/controller):
 * parents are cached, read live before a status write, and get status and finalizers; children are cached and written.
 * `finalizers` is what OwnerReferencesPermissionEnforcement asks of one who sets blockOwnerDeletion.
 */
export function rightsForController({ spec }: Controller, use: ParentUse): readonly PolicyRule[] {
  const parents = [...(spec.parentResource ? [spec.parentResource] : []), ...(spec.resources ?? [])];
  const children = [...(spec.childResources ?? []), ...(spec.attachments ?? [])];
  return [
    ...parents.flatMap((rule) => (use === 'read' ? [rightsForRelated(rule)] : rightsToWrite(rule))),
    ...parents.map((rule) => grant({ ...rule, resource: `${rule.resource}/finalizers` }, ['update'])),
    ...children.map((rule) => grant(rule, [...READ, 'create', 'update', ...(mayGo(rule) ? ['delete'] : [])])),
  ];
}

/** Repositories are kept in every answer (hooks/kinds/backupconfiguration/repository-state.ts): a bug must not delete one. */
function mayGo({ resource }: KindRule): boolean {
  return resource !== 'repositories';
}

function rightsToWrite(parent: KindRule): readonly PolicyRule[] {
  return [grant(parent, [...READ, 'update']), grant({ ...parent, resource: `${parent.resource}/status` }, ['update'])];
}

/** What a rule of a customize answer takes: an informer. */
export function rightsForRelated(rule: KindRule): PolicyRule {
  return grant(rule, ['list', 'watch']);
}

/** What it does whatever the controllers are: finds them, learns whether a parent's CRD has a status, reads namespaces, tells. */
export const OWN_RIGHTS: readonly PolicyRule[] = [
  {
    apiGroups: ['metacontroller.k8s.io'],
    resources: ['compositecontrollers', 'decoratorcontrollers', 'controllerrevisions'],
    verbs: READ,
  },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
];

function grant({ apiVersion, resource }: KindRule, verbs: readonly string[]): PolicyRule {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return { apiGroups: [group], resources: [resource], verbs };
}
