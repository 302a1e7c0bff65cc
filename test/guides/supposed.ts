/** What the customising guide supposes to be there: two workloads with two volumes each, two storages, a backup to restore. */
import { secret } from '../e2e/scenario.ts';
import type { S3 } from '../e2e/s3.ts';

const NAMESPACE = 'demo';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const ALL = { usagePolicy: { allowedNamespaces: { from: 'All' } } };
const DEPLOYMENT = 'kubestash-demo';
const STATEFUL_SET = 'kubestash-restore-statefulset';
const VOLUMES = ['data', 'config'];

/** Makes the volumes of the claims, and some for claims whose names the cluster makes up. */
export function volumesSupposed(volumeFor: (claim: string) => void): void {
  for (const volume of VOLUMES) {
    volumeFor(claimOf(volume));
    volumeFor(`${volume}-${STATEFUL_SET}-0`);
  }
}

/** A claim of the Deployment. */
function claimOf(volume: string): string {
  return `${DEPLOYMENT}-${volume}`;
}

/** The objects, without the backup. */
export function supposed(s3: S3): readonly object[] {
  const storage = (name: string): object => ({
    apiVersion: STORAGE,
    kind: 'BackupStorage',
    metadata: { name, namespace: NAMESPACE },
    spec: { storage: s3.storage(name, 'of-examples'), ...ALL, deletionPolicy: 'Delete' },
  });
  return [
    secret(NAMESPACE, 'of-examples', s3.credentials),
    secret(NAMESPACE, 'encrypt-secret', { RESTIC_PASSWORD: 'changeit' }),
    storage('gcs-storage'),
    storage('s3-storage'),
    {
      apiVersion: STORAGE,
      kind: 'RetentionPolicy',
      metadata: { name: 'demo-retention', namespace: NAMESPACE },
      spec: { maxRetentionPeriod: '2mo', successfulSnapshots: { last: 5 }, ...ALL },
    },
    ...VOLUMES.map((volume) => ({ ...claim(claimOf(volume)), apiVersion: 'v1', kind: 'PersistentVolumeClaim' })),
    workload('Deployment', DEPLOYMENT, {
      volumes: VOLUMES.map((name) => ({ name, persistentVolumeClaim: { claimName: claimOf(name) } })),
    }),
    workload('StatefulSet', STATEFUL_SET, {}),
  ];
}

function claim(name: string): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { metadata: { name, namespace: NAMESPACE }, spec };
}

function workload(kind: 'Deployment' | 'StatefulSet', name: string, more: object): object {
  const labels = { app: name };
  const script = 'for place in data config; do echo of $place > /source/$place/text.txt; done; sleep infinity';
  const container = {
    name: 'busybox',
    image: 'busybox:1.37',
    command: ['sh', '-c', script],
    volumeMounts: VOLUMES.map((volume) => ({ name: volume, mountPath: `/source/${volume}` })),
  };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 0, containers: [container], ...more },
  };
  const ofSet = { serviceName: name, volumeClaimTemplates: VOLUMES.map(claim) };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 1, selector: { matchLabels: labels }, template, ...(kind === 'StatefulSet' ? ofSet : {}) },
  };
}

/** A backup of the StatefulSet in the Repository that the examples restore from. */
export const SUPPOSED_BACKUP = {
  apiVersion: 'core.kubestash.com/v1alpha1',
  kind: 'BackupConfiguration',
  metadata: { name: 'sample-sts-backup', namespace: NAMESPACE },
  spec: {
    target: { apiGroup: 'apps', kind: 'StatefulSet', name: STATEFUL_SET, namespace: NAMESPACE },
    backends: [
      {
        name: 'main',
        storageRef: { name: 'gcs-storage', namespace: NAMESPACE },
        retentionPolicy: { name: 'demo-retention', namespace: NAMESPACE },
      },
    ],
    sessions: [
      {
        name: 'frequent-backup',
        scheduler: { schedule: '0 0 29 2 *', jobTemplate: { backoffLimit: 1 } },
        repositories: [
          {
            name: 'statefulset-demo-gcs',
            backend: 'main',
            directory: '/sts',
            encryptionSecret: { name: 'encrypt-secret', namespace: NAMESPACE },
          },
        ],
        addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup' }] },
      },
    ],
  },
} as const;
