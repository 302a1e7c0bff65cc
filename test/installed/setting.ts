/** What users would apply, many times over: a Deployment each, with its Secret, storage, policy and BackupConfiguration. */
import { backupConfiguration, folderStorage, namespaceNamed, places } from '../e2e/scenario.ts';

export interface Setting {
  readonly namespace: string;
  readonly objects: readonly object[];
}

/** A namespace that an interrupted run has not left behind. */
export function nameOfThisRun(prefix: string): string {
  return `${prefix}-${process.pid}`;
}

/** One namespace with everything that one backup takes, and nothing that needs a node. */
export function settingNamed(namespace: string): Setting {
  const target = { apiGroup: 'apps', kind: 'Deployment', name: 'app' };
  const scenario = {
    namespace,
    target,
    storage: folderStorage(`/nowhere/${namespace}`),
    addon: 'workload-addon',
  } as const;
  const deployment = idleDeployment(namespace, 'app');
  return {
    namespace,
    objects: [namespaceNamed(namespace), deployment, ...places(scenario), backupConfiguration(scenario)],
  };
}

/** A Deployment at no replicas that mounts a claim: Kubernetes' own controllers leave it alone. */
export function idleDeployment(namespace: string, name: string): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: {
      containers: [{ name: 'app', image: 'busybox:1.37', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}
