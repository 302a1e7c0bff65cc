/**
 * Who a mover is and what it may do: ServiceAccount, Role and RoleBinding in the form the API server stores, so that a
 * re-sync writes nothing. A mover may write its report's status and Events, and no object of ours.
 */
import { LABEL, MANAGED_BY } from './labels.ts';
import { uniqueName } from './names.ts';
import type { DesiredMeta, DesiredObject } from './objects.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

type Texts = Readonly<Record<string, string>>;

const RBAC = 'rbac.authorization.k8s.io';

/** A ServiceAccount; annotations carry a cloud's identity (`eks.amazonaws.com/role-arn`). */
export function serviceAccount(name: AccountName, labels: Texts = {}, annotations: Texts = {}): DesiredObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(name, labels, annotations) };
}

/** A Role with these rules. */
export function role(name: AccountName, rules: readonly PolicyRule[], labels: Texts = {}): DesiredObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: metadataOf(name, labels), rules };
}

/**
 * Binds a Role of the same namespace to ServiceAccounts. A roleRef cannot be changed once it is stored, so the name of the
 * binding carries its hash: another Role is another binding. Where several owners bind one Role, each is a `holder`.
 */
export function roleBinding(
  roleName: AccountName,
  accounts: readonly AccountName[],
  labels: Texts = {},
  holder?: { readonly name: string; readonly uid: string },
): DesiredObject {
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: roleName.name };
  const parts = [roleName.name, ...(holder === undefined ? [] : [holder.name])];
  const name = uniqueName(parts, `${JSON.stringify(roleRef)}${holder?.uid ?? ''}`);
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: metadataOf({ namespace: roleName.namespace, name }, labels),
    roleRef,
    subjects: [...new Map(accounts.map((account) => [`${account.namespace}/${account.name}`, account])).entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, account]) => ({ kind: 'ServiceAccount', name: account.name, namespace: account.namespace })),
  };
}

/** What every mover may do in its namespace: read TaskReports, write their status, post Events. */
export function moverRules(): readonly PolicyRule[] {
  return [
    { apiGroups: ['metastash.dev'], resources: ['taskreports'], verbs: ['get'] },
    { apiGroups: ['metastash.dev'], resources: ['taskreports/status'], verbs: ['patch', 'update'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ];
}

/** What `locate` and `diagnose` read besides: Pods, claims and Events of their namespace. */
export function observerRules(): readonly PolicyRule[] {
  return [{ apiGroups: [''], resources: ['events', 'persistentvolumeclaims', 'pods'], verbs: ['get', 'list'] }];
}

/**
 * What a hook in Pods may do besides: find them and run a command. Clients that speak WebSocket ask for a Pod's `exec` with
 * GET, which older API servers judge as `get` and newer ones as `create` too.
 */
export function execRules(): readonly PolicyRule[] {
  return [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
  ];
}

/** May read these Secrets by name, and no other. */
export function secretRules(names: readonly string[]): readonly PolicyRule[] {
  const resourceNames = [...new Set(names)].sort();
  return resourceNames.length === 0 ? [] : [{ apiGroups: [''], resources: ['secrets'], resourceNames, verbs: ['get'] }];
}

/** What a trigger may do: make BackupSessions and look whether one exists. */
export function triggerRules(): readonly PolicyRule[] {
  return [{ apiGroups: ['core.kubestash.com'], resources: ['backupsessions'], verbs: ['create', 'get'] }];
}

/** The three objects of one mover identity: ServiceAccount and Role of this name, and the binding. `others` are accounts that users named. */
export function moverIdentity(
  name: AccountName,
  rules: readonly PolicyRule[],
  others: readonly AccountName[] = [],
  labels: Texts = {},
): readonly DesiredObject[] {
  return [serviceAccount(name, labels), role(name, rules, labels), roleBinding(name, [name, ...others], labels)];
}

function metadataOf(name: AccountName, labels: Texts, annotations: Texts = {}): DesiredMeta {
  return {
    name: name.name,
    namespace: name.namespace,
    labels: { ...labels, [LABEL.managedBy]: MANAGED_BY },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}
