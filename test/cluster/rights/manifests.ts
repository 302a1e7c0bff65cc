/** A vault that shares its storage with one team, a namespace of that team, and one that only wishes it were. */

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

function namespaceNamed(name: string, labels: object = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function secret(name: string, stringData: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'vault' }, stringData };
}

export const WRITERS = { allowedNamespaces: { from: 'Selector', selector: { matchLabels: { team: 'writing' } } } };

function storage(name: string, spec: object): object {
  const metadata = { name, namespace: 'vault' };
  return { apiVersion: STORAGE, kind: 'BackupStorage', metadata, spec: { storage: spec, usagePolicy: WRITERS } };
}

/** Nothing listens there: whoever gets so far has the credentials. */
const NOWHERE = { endpoint: 'http://127.0.0.1:9', bucket: 'backups', region: 'us-east-1', secretName: 'keys' };

/** Where the cluster has a node, no Pod shall do there what these tests play. */
function withoutPods(namespace: string): object {
  const metadata = { name: 'no-pods', namespace };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '0' } } };
}

export const VAULT: readonly object[] = [
  namespaceNamed('vault'),
  namespaceNamed('shop', { team: 'writing' }),
  namespaceNamed('rogue', { team: 'none' }),
  ...['vault', 'shop', 'rogue'].map(withoutPods),
  secret('keys', { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'canary-key' }),
  secret('pw', { RESTIC_PASSWORD: 'canary-pw' }),
  secret('other', { any: 'canary-other' }),
  storage('s3', { provider: 's3', s3: NOWHERE }),
  storage('disk', { provider: 'local', local: { mountPath: '/backend', hostPath: { path: '/srv/backups' } } }),
];

/** A Repository made by hand, of a namespace, on a storage of the vault. */
export function repository(namespace: string, name: string, storageName: string): object {
  return {
    apiVersion: STORAGE,
    kind: 'Repository',
    metadata: { name, namespace },
    spec: {
      appRef: { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace },
      storageRef: { name: storageName, namespace: 'vault' },
      path: `${namespace}/${name}`,
      encryptionSecret: { name: 'pw', namespace: 'vault' },
      deletionPolicy: 'Delete',
    },
  };
}

/** In namespace shop; its schedule never comes, its trigger is what matters. */
export const CONFIGURATION: readonly object[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'shop' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'app' } },
      template: {
        metadata: { labels: { app: 'app' } },
        spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] },
      },
    },
  },
  {
    apiVersion: STORAGE,
    kind: 'RetentionPolicy',
    metadata: { name: 'keep', namespace: 'shop' },
    spec: { maxRetentionPeriod: '1y', successfulSnapshots: { last: 3 } },
  },
  {
    apiVersion: CORE,
    kind: 'BackupConfiguration',
    metadata: { name: 'app', namespace: 'shop' },
    spec: {
      target: { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace: 'shop' },
      backends: [
        {
          name: 'disk',
          storageRef: { name: 'disk', namespace: 'vault' },
          retentionPolicy: { name: 'keep', namespace: 'shop' },
        },
      ],
      sessions: [
        {
          name: 'yearly',
          scheduler: { schedule: '0 0 29 2 *', jobTemplate: { template: { spec: {} } } },
          repositories: [
            { name: 'app', backend: 'disk', directory: 'app', encryptionSecret: { name: 'pw', namespace: 'vault' } },
          ],
          addon: {
            name: 'workload-addon',
            tasks: [{ name: 'logical-backup' }],
            jobTemplate: { spec: { serviceAccountName: 'cloud-user' } },
          },
        },
      ],
    },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'cloud-user', namespace: 'shop' } },
];

/** A restore in `namespace` of what another has backed up. */
export function restoreFrom(namespace: string, source: string): object {
  return {
    apiVersion: CORE,
    kind: 'RestoreSession',
    metadata: { name: 'grab', namespace },
    spec: {
      target: { apiGroup: 'apps', kind: 'Deployment', name: 'app', namespace },
      dataSource: { namespace: source, repository: 'books', snapshot: 'latest' },
      addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup-restore' }] },
    },
  };
}

export const NOW = '2026-01-05T00:00:00Z';

/** A report that a test gives to a mover. */
export function taskReport(namespace: string, name: string, metadata: object = {}): object {
  const spec = { task: 'backup', jobName: name, run: 0 };
  return { apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', metadata: { name, namespace, ...metadata }, spec };
}

/** A backup into the directory of Repository papers, as its Snapshot's Job would be told. */
export function backupTask(name: string): string {
  const encryptionSecret = { namespace: 'vault', name: 'pw' };
  return JSON.stringify({
    version: 1,
    task: 'backup',
    report: { namespace: 'shop', name },
    storage: { namespace: 'vault', name: 'disk', place: { provider: 'local', mountPath: '/backend' } },
    repository: { namespace: 'shop', name: 'papers', directory: 'shop/papers', encryptionSecret },
    resticPath: 'repository/v1/daily/dump',
    component: 'dump',
    session: 'daily',
    backupSession: 'papers-daily-1764000000',
    snapshot: { namespace: 'shop', name: 'snap', uid: `uid-${name}` },
    mountPaths: ['/source'],
    host: 'deployment-app',
    tags: [],
    run: 0,
  });
}
