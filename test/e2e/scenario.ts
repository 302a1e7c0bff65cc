/** The manifests of a small backup, as a user would write them: one target, one storage, one session. */

import { apply, get, list, reaches, storyOf, until, wordsOf, type Found } from './kubectl.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

export interface Target {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** Names are the same in every namespace: storage `storage`, Secret `encrypt-secret`, session `often`. */
export interface Scenario {
  readonly namespace: string;
  readonly target: Target;
  /** `spec.storage` of the BackupStorage. */
  readonly storage: object;
  readonly addon: 'pvc-addon' | 'workload-addon';
  /** A year away where a scenario starts its sessions itself. */
  readonly schedule?: string;
}

const NEVER = '0 0 29 2 *';

export function namespaceNamed(name: string, labels: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function claim(namespace: string, name: string): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace }, spec };
}

export function secret(namespace: string, name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
}

/** `spec.storage` of a folder of the node. */
export function folderStorage(path: string): object {
  return { provider: 'local', local: { mountPath: '/backup', hostPath: { path, type: 'DirectoryOrCreate' } } };
}

export function claimTarget(name: string): Target {
  return { apiGroup: '', kind: 'PersistentVolumeClaim', name };
}

/** Encryption Secret, BackupStorage and RetentionPolicy. */
export function places({ namespace, storage }: Scenario): readonly object[] {
  return [
    secret(namespace, 'encrypt-secret', { RESTIC_PASSWORD: `of ${namespace}` }),
    {
      apiVersion: STORAGE,
      kind: 'BackupStorage',
      metadata: { name: 'storage', namespace },
      spec: { storage, usagePolicy: { allowedNamespaces: { from: 'Same' } }, deletionPolicy: 'Delete' },
    },
    {
      apiVersion: STORAGE,
      kind: 'RetentionPolicy',
      metadata: { name: 'keep-all', namespace },
      spec: {
        maxRetentionPeriod: '1y',
        successfulSnapshots: { last: 100 },
        usagePolicy: { allowedNamespaces: { from: 'Same' } },
      },
    },
  ];
}

export function backupConfiguration({ namespace, target, addon, schedule = NEVER }: Scenario): object {
  return {
    apiVersion: CORE,
    kind: 'BackupConfiguration',
    metadata: { name: 'saved', namespace },
    spec: {
      target: { ...target, namespace },
      backends: [
        {
          name: 'main',
          storageRef: { name: 'storage', namespace },
          retentionPolicy: { name: 'keep-all', namespace },
        },
      ],
      sessions: [
        {
          name: 'often',
          scheduler: { schedule, jobTemplate: { backoffLimit: 1 } },
          repositories: [
            {
              name: 'kept',
              backend: 'main',
              directory: `of/${namespace}`,
              encryptionSecret: { name: 'encrypt-secret', namespace },
            },
          ],
          addon: { name: addon, tasks: [{ name: 'logical-backup' }] },
        },
      ],
    },
  };
}

/** A session made by hand, as `kubectl create` or KubeStash's CLI makes one; `more` goes into its spec. */
export function backupSession(namespace: string, name: string, more: object = {}): object {
  const invoker = { apiGroup: 'core.kubestash.com', kind: 'BackupConfiguration', name: 'saved' };
  return {
    apiVersion: CORE,
    kind: 'BackupSession',
    metadata: { name, namespace },
    spec: { invoker, session: 'often', ...more },
  };
}

export function restoreSession({ namespace, addon, target }: Scenario, name: string, into: Target = target): object {
  return {
    apiVersion: CORE,
    kind: 'RestoreSession',
    metadata: { name, namespace },
    spec: {
      target: { ...into, namespace },
      dataSource: {
        repository: 'kept',
        snapshot: 'latest',
        encryptionSecret: { name: 'encrypt-secret', namespace },
      },
      addon: { name: addon, tasks: [{ name: 'logical-backup-restore' }] },
    },
  };
}

/** The first BackupSession of the namespace, once there is one. */
export function firstSession(namespace: string): Promise<Found> {
  return until(
    `a BackupSession in ${namespace}`,
    60,
    () => list('backupsessions', namespace)[0],
    () => storyOf(namespace),
  );
}

/** Applies the scenario into a new namespace beside what it needs, and waits for its first backup. */
export async function backedUpOnce(scenario: Scenario, ...others: readonly object[]): Promise<void> {
  const { namespace } = scenario;
  apply([namespaceNamed(namespace), ...others, ...places(scenario), backupConfiguration(scenario)]);
  const { name } = (await firstSession(namespace)).metadata;
  await reaches('backupsession', { namespace, name }, 'Succeeded', 120);
}

/** The BackupConfiguration once its status speaks of its spec as it is now. */
export function isJudged(namespace: string, name = 'saved'): Promise<Found> {
  return until(
    `BackupConfiguration ${namespace}/${name} is judged`,
    30,
    () => {
      const found = get('backupconfiguration', namespace, name);
      return found?.status?.['observedGeneration'] === found?.metadata.generation ? found : undefined;
    },
    () => storyOf(namespace),
  );
}

/** The report of the mover that backs up for this session, once it says this. */
export function backupReport(namespace: string, session: string, phase: string): Promise<Found> {
  return until(
    `the mover of ${session} ${phase}`,
    60,
    () =>
      list('taskreports', namespace).find(
        (one) => one.spec?.['task'] === 'backup' && one.metadata.name.includes(session) && one.status?.phase === phase,
      ),
    () => storyOf(namespace),
  );
}

/** The BackupSession once a condition of it, or an entry of its Snapshots, says this. Throws when it has ended before. */
export function says(namespace: string, name: string, words: RegExp, seconds = 60): Promise<Found> {
  return until(
    `BackupSession ${name} says ${words.source}`,
    seconds,
    () => {
      const session = get('backupsession', namespace, name);
      if (session && words.test(messagesOf(session))) return session;
      if (session?.status?.phase === 'Succeeded') throw new Error(wordsOf(session));
      return undefined;
    },
    () => `${messagesOf(get('backupsession', namespace, name))}\n${storyOf(namespace)}`,
  );
}

/** Every condition's message, and the entries of a session's Snapshots. */
export function messagesOf(object: Found | undefined): string {
  const conditions = object?.status?.conditions ?? [];
  return [...conditions.map((one) => one.message ?? ''), JSON.stringify(object?.status?.['snapshots'] ?? [])].join(
    '\n',
  );
}

/** The BackupSession once it has failed, whatever it said before. */
export function fails(namespace: string, name: string, seconds = 60): Promise<Found> {
  return until(
    `BackupSession ${name} fails`,
    seconds,
    () => [get('backupsession', namespace, name)].find((one) => one?.status?.phase === 'Failed'),
    () => storyOf(namespace),
  );
}
