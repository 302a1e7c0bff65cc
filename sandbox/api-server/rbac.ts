/**
 * What a ServiceAccount may do, by Roles and RoleBindings alone (k8s.io/kubernetes: plugin/pkg/auth/authorizer/rbac). The
 * sandbox's own clients ask nobody; only movers are held to it, so that a grant that is missing fails here as in a cluster.
 */
import type { ApiServer, StoredObject } from './api.ts';
import { listOf, mapOf, textOf, type JsonMap } from './values.ts';

const RBAC = 'rbac.authorization.k8s.io';

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

export interface Attempt {
  readonly verb: 'get' | 'list' | 'create' | 'patch';
  /** Empty for the core group. */
  readonly group: string;
  /** Plural, with its subresource: `taskreports/status`. */
  readonly resource: string;
  readonly namespace: string;
  /** Of a list or a create nothing. */
  readonly name?: string;
}

/** Whether a role that is bound to the account, in the attempt's namespace or in all, allows it. */
export function isAllowed(api: ApiServer, account: Account, attempt: Attempt): boolean {
  return [...api.list(`${RBAC}/v1`, 'RoleBinding', attempt.namespace), ...api.list(`${RBAC}/v1`, 'ClusterRoleBinding')]
    .filter((binding) => listOf(binding['subjects']).some((one) => isMeant(mapOf(one), account)))
    .some((binding) => rulesOf(api, binding).some((rule) => covers(mapOf(rule), attempt)));
}

/** The API server's words for a refusal; movers read from them who was refused. */
export function refusalOf(account: Account, { verb, group, resource, namespace, name }: Attempt): string {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return (
    `${qualified}${name === undefined ? '' : ` "${name}"`} is forbidden: ` +
    `User "system:serviceaccount:${account.namespace}:${account.name}" cannot ${verb} resource "${resource}" ` +
    `in API group "${group}" in the namespace "${namespace}"`
  );
}

function isMeant(subject: JsonMap, { namespace, name }: Account): boolean {
  const subjectName = textOf(subject['name']);
  switch (subject['kind']) {
    case 'ServiceAccount':
      return subjectName === name && subject['namespace'] === namespace;
    case 'Group':
      return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'].includes(
        subjectName,
      );
    default:
      return subjectName === `system:serviceaccount:${namespace}:${name}`;
  }
}

/** A binding without its role gives nothing. */
function rulesOf(api: ApiServer, binding: StoredObject): readonly unknown[] {
  const { kind, name } = mapOf(binding['roleRef']);
  const { namespace } = binding.metadata;
  const place = kind === 'Role' && namespace !== undefined ? { namespace } : {};
  return listOf(api.get({ apiVersion: `${RBAC}/v1`, kind: textOf(kind), name: textOf(name), ...place })?.['rules']);
}

function covers(rule: JsonMap, { verb, group, resource, name }: Attempt): boolean {
  const holds = (field: string, value: string): boolean => {
    const values = listOf(rule[field]);
    return values.includes(value) || values.includes('*');
  };
  const names = listOf(rule['resourceNames']);
  const isNamed = names.length === 0 || (name !== undefined && names.includes(name));
  return holds('verbs', verb) && holds('apiGroups', group) && holds('resources', resource) && isNamed;
}
