/** One small volume of a Deployment, the configuration that backs it up, and a bare Job that does the same without us. */
import { backupConfiguration, backupSession, claim } from '../../test/e2e/scenario.ts';

export const NAMESPACE = 'bench';
export const MOVER_IMAGE = 'metastash/mover:v0.1.0';
const MOUNT = '/source/data';

/** A Deployment of one idle replica with claim `name` at /source/data. */
export function deployment(name: string): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'app',
              image: 'busybox:1.37',
              command: ['sleep', 'infinity'],
              volumeMounts: [{ name: 'data', mountPath: MOUNT }],
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
        },
      },
    },
  };
}

/** Claim, Deployment and BackupConfiguration of one target. */
export function target(name: string): readonly object[] {
  const configuration = renamed(
    backupConfiguration({
      namespace: NAMESPACE,
      target: { apiGroup: 'apps', kind: 'Deployment', name },
      storage: {},
      addon: 'workload-addon',
    }),
    name,
  );
  return [claim(NAMESPACE, name), deployment(name), configuration];
}

/** A BackupSession by hand of this target. */
export function session(target: string, name: string): object {
  const made = backupSession(NAMESPACE, name) as { spec: { invoker: object } };
  return { ...made, spec: { ...made.spec, invoker: { ...made.spec.invoker, name: target } } };
}

/** restic of the mover's image on the same claim, into a repository that is there already. */
export function bareJob(target: string, name: string, backups: string): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          affinity: {
            podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: { app: target } }, topologyKey: 'kubernetes.io/hostname' },
              ],
            },
          },
          containers: [
            {
              name: 'restic',
              image: MOVER_IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['/usr/local/bin/restic', 'backup', '--no-cache', '--host', target, MOUNT],
              env: [
                { name: 'RESTIC_REPOSITORY', value: `/backup/bare/${target}` },
                { name: 'RESTIC_PASSWORD', value: 'bare' },
              ],
              volumeMounts: [
                { name: 'data', mountPath: MOUNT, readOnly: true },
                { name: 'backup', mountPath: '/backup' },
              ],
            },
          ],
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: target } },
            { name: 'backup', hostPath: { path: backups, type: 'DirectoryOrCreate' } },
          ],
        },
      },
    },
  };
}

/** Each target has a configuration, a Repository and a directory of its own. */
function renamed(configuration: object, name: string): object {
  const text = JSON.stringify(configuration)
    .replaceAll('"name":"saved"', `"name":"${name}"`)
    .replaceAll('"name":"kept"', `"name":"${name}"`)
    .replaceAll(`"of/${NAMESPACE}"`, `"of/${name}"`);
  return JSON.parse(text) as object;
}
