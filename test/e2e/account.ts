/** Who calls the hooks has the rights of kustomize/components/metacontroller and no other, whatever KUBECONFIG may do. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { PolicyRule } from '../../hooks/kube/service-account.ts';
import { rightsOf } from '../kustomize/rights.ts';
import { apply, kubectl } from './kubectl.ts';
import { ROOT } from './needs.ts';

/** An installation of MetaStash in this cluster has names of its own. */
const NAME = 'metastash-e2e';
const USER = { kind: 'ServiceAccount', name: 'metacontroller', namespace: NAME };
const ROLE = join(ROOT, 'kustomize/components/metacontroller/cluster-role.yaml');

/** Who calls the hooks, as the API server's audit log names it. */
export const CALLER = `system:serviceaccount:${NAME}:${USER.name}`;

/** Makes the account and writes a kubeconfig whose user it is; returns its path. */
export function makeAccount(folder: string): string {
  const role = parse(readFileSync(ROLE, 'utf8')) as { readonly metadata: object };
  const rbac = 'rbac.authorization.k8s.io';
  apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: USER.name, namespace: NAME } },
    { ...role, metadata: { name: NAME } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: NAME },
      subjects: [USER],
    },
  ]);
  const config = new KubeConfig();
  config.loadFromFile(process.env['KUBECONFIG'] ?? '');
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('KUBECONFIG names no cluster');
  const token = kubectl(['create', 'token', USER.name, '-n', NAME, '--duration=12h']).trim();
  config.loadFromClusterAndUser(cluster, { name: USER.name, token });
  const path = join(folder, 'metacontroller.conf');
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}

/** `batch/jobs create`: each right that who calls the hooks was given. */
export function grantedRights(): readonly string[] {
  return rightsOf((parse(readFileSync(ROLE, 'utf8')) as { readonly rules: readonly PolicyRule[] }).rules);
}

export function removeAccount(): void {
  kubectl(['delete', 'clusterrolebinding,clusterrole', NAME, '--ignore-not-found']);
  kubectl(['delete', 'namespace', NAME, '--ignore-not-found', '--timeout=60s']);
}
