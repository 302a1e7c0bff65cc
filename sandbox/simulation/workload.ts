/** What the users of one seed want backed up: drawn once, as manifests that anyone could have written. */
import { Cron } from 'croner';
import { VIRTUAL_START } from '../cluster/virtual-cluster.ts';
import type { Manifest } from '../cluster/manifests.ts';
import type { Random } from './random.ts';
import type { AppliedManifest } from './scenario.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
export const NAMESPACE = 'shop';
/** Stands in every Secret, so that a leak is found (S28). */
export const CANARY = 'canary-3f9ad27c61';

export interface Workload {
  readonly applied: readonly AppliedManifest[];
  /** Seconds since the start at which sessions tick: where faults are worth placing. */
  readonly ticks: readonly number[];
}

/** How often sessions tick: once or twice a month, about weekly, or twice a week and with more of everything. */
type Pace = 'calm' | 'steady' | 'busy';

/** Most seeds are calm: many short stories find more than few long ones. Retention has its say in the others. */
function paceOf(random: Random): Pace {
  if (random.chance(0.7)) return 'calm';
  return random.chance(0.25) ? 'busy' : 'steady';
}

/** Storages, targets, policies and configurations of one seed. */
export function drawnWorkload(random: Random, days: number): Workload {
  const pace = paceOf(random);
  const isBusy = pace === 'busy';
  const storages = Array.from({ length: random.chance(isBusy ? 0.5 : 0.1) ? 2 : 1 }, (_, index) =>
    storageOf(random, index),
  );
  const targets = random.shuffled(['web', 'db']).slice(0, random.chance(isBusy ? 0.5 : 0.1) ? 2 : 1);
  const policies = ['recent'].map((name) => policyOf(random, name));
  const configurations = targets.map((target) => configurationOf(random, { target, storages: storages.length, pace }));
  const manifests = [
    ...storages,
    ...policies,
    secretOf(),
    ...(storages.some(isS3) ? [storageSecretOf()] : []),
    ...targets.flatMap(targetOf),
    ...configurations.map(({ manifest }) => manifest),
  ];
  const ordered = random.chance(0.5) ? random.shuffled(manifests) : manifests;
  const spread = random.chance(0.3) ? random.between(1, 900) : 0;
  const namespace: AppliedManifest = { at: 0, manifest: named('v1', 'Namespace', NAMESPACE, {}) };
  return {
    applied: [namespace, ...ordered.map((manifest) => ({ at: random.between(0, spread), manifest }))],
    ticks: configurations.flatMap(({ schedules }) => schedules.flatMap((one) => ticksOf(one, days))),
  };
}

function named(apiVersion: string, kind: string, name: string, rest: object): Manifest {
  const isClusterWide = kind === 'Namespace';
  return { apiVersion, kind, metadata: { name, ...(isClusterWide ? {} : { namespace: NAMESPACE }) }, ...rest };
}

function storageOf(random: Random, index: number): Manifest {
  const name = `store-${index}`;
  const storage = random.chance(0.5)
    ? {
        provider: 's3',
        s3: { endpoint: 'https://s3.example.com', bucket: name, prefix: 'team', region: 'eu-1', secretName: 's3-keys' },
      }
    : {
        provider: 'local',
        local: { mountPath: '/backup', hostPath: { path: `/srv/${name}`, type: 'DirectoryOrCreate' } },
      };
  return named(STORAGE, 'BackupStorage', name, {
    spec: {
      storage,
      usagePolicy: { allowedNamespaces: { from: random.pick(['Same', 'All']) } },
      deletionPolicy: random.pick(['Delete', 'Delete', 'WipeOut']),
    },
  });
}

function isS3(manifest: Manifest): boolean {
  return JSON.stringify(manifest).includes('"provider":"s3"');
}

function policyOf(random: Random, name: string): Manifest {
  const successfulSnapshots = random.pick<object>([
    { last: random.between(1, 4) },
    { daily: random.between(2, 7), last: 1 },
    { weekly: 2, last: random.between(1, 3) },
    { last: 20 },
  ]);
  return named(STORAGE, 'RetentionPolicy', name, {
    spec: {
      maxRetentionPeriod: random.pick(['3d', '10d', '30d', '2mo']),
      successfulSnapshots,
      ...(random.chance(0.5) ? { failedSnapshots: { last: random.between(1, 2) } } : {}),
      usagePolicy: { allowedNamespaces: { from: 'All' } },
    },
  });
}

function secretOf(): Manifest {
  return named('v1', 'Secret', 'restic', { stringData: { RESTIC_PASSWORD: `${CANARY}-password` } });
}

function storageSecretOf(): Manifest {
  const stringData = { AWS_ACCESS_KEY_ID: `${CANARY}-id`, AWS_SECRET_ACCESS_KEY: `${CANARY}-key` };
  return named('v1', 'Secret', 's3-keys', { stringData });
}

function targetOf(target: string): readonly Manifest[] {
  const labels = { app: target };
  const container = {
    name: 'main',
    image: `example.com/${target}:1`,
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  if (target === 'db') {
    return [
      named('apps/v1', 'StatefulSet', target, {
        spec: {
          serviceName: target,
          replicas: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
        },
      }),
    ];
  }
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: `${target}-data` } }];
  return [
    named('v1', 'PersistentVolumeClaim', `${target}-data`, { spec: claim }),
    named('apps/v1', 'Deployment', target, {
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], volumes } },
      },
    }),
  ];
}

function configurationOf(
  random: Random,
  { target, storages, pace }: { readonly target: string; readonly storages: number; readonly pace: Pace },
): { readonly manifest: Manifest; readonly schedules: readonly string[] } {
  const kind = target === 'db' ? 'StatefulSet' : 'Deployment';
  const backends = Array.from({ length: storages }, (_, index) => ({
    name: `to-${index}`,
    storageRef: { name: `store-${index}` },
    retentionPolicy: { name: 'recent' },
  }));
  const schedules: string[] = [];
  const sessions = ['main', 'extra'].slice(0, random.chance(pace === 'busy' ? 0.4 : 0.1) ? 2 : 1).map((name) => {
    const minute = random.between(0, 59);
    const hour = random.between(0, 23);
    const schedule = scheduleOf(random, `${minute} ${hour}`, pace);
    schedules.push(schedule);
    return sessionOf(random, { name, target, storages, schedule });
  });
  const manifest = named(CORE, 'BackupConfiguration', target, {
    // What a user wrote beside the spec is nobody's business: an answer or event that repeats it repeats all (S28).
    metadata: { name: target, namespace: NAMESPACE, annotations: { 'example.com/note': CANARY } },
    spec: { target: { apiGroup: 'apps', kind, name: target }, backends, sessions },
  });
  return { manifest, schedules };
}

/** Seldom enough that a month is short: what matters happens around ticks. */
function scheduleOf(random: Random, time: string, pace: Pace): string {
  const day = random.between(2, 28);
  const calm = [`${time} ${day} * *`, `${time} ${day} * *`, `${time} ${1 + (day % 28)},${day} * *`];
  const steady = [`${time} * * 1`, `${time} */9 * *`, `${time} 3,17 * *`, `${time} 8,21 * *`];
  const busy = [...steady, `${time} * * 2,5`, `${time} */5 * *`];
  return random.pick({ calm, steady, busy }[pace]);
}

function ticksOf(schedule: string, days: number): readonly number[] {
  const pattern = new Cron(schedule, { timezone: 'UTC', mode: '5-part' });
  const ticks: number[] = [];
  for (let tick = pattern.nextRun(new Date(VIRTUAL_START)); tick; tick = pattern.nextRun(tick)) {
    const seconds = (tick.getTime() - VIRTUAL_START) / 1000;
    if (seconds > days * 86_400) break;
    ticks.push(seconds);
  }
  return ticks;
}

interface DrawnSession {
  readonly schedule: string;
  readonly name: string;
  readonly target: string;
  readonly storages: number;
}

function sessionOf(random: Random, { name, target, storages, schedule }: DrawnSession): object {
  const repositories = Array.from({ length: random.chance(0.7) ? 1 : storages }, (_, index) => ({
    name: `${target}-${name}-${index}`,
    backend: `to-${index}`,
    directory: `${target}/${name}`,
    encryptionSecret: { name: 'restic' },
    ...(random.chance(0.3) ? { deletionPolicy: random.pick(['Delete', 'Retain', 'WipeOut']) } : {}),
  }));
  return {
    name,
    scheduler: {
      schedule,
      jobTemplate: { ...(random.chance(0.5) ? { backoffLimit: random.between(0, 2) } : {}) },
    },
    repositories,
    addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup', params: { paths: '/data' } }] },
    ...(random.chance(0.4) ? { retryConfig: { maxRetry: random.between(1, 2), delay: '2m' } } : {}),
    ...(random.chance(0.3) ? { backupTimeout: random.pick(['30m', '2h']) } : {}),
    ...(random.chance(0.4) ? { sessionHistoryLimit: random.between(1, 5) } : {}),
  };
}
