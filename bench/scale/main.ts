/**
 * `make scale N=50`: N BackupConfigurations, each with its namespace, Deployment, Secret, BackupStorage and RetentionPolicy, applied at once to
 * a real API server under the real Metacontroller as overlay `default` has it; movers are played. Prints and writes build/scale.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, apiServer, type ApiServer, type KubernetesObject } from '../../test/cluster/crds/api-server.ts';
import { auditFromNow, counted, isWrite, type AuditedRequest } from '../../test/installed/audit.ts';
import { METACONTROLLER_USER, startProcesses, type Processes } from '../../test/installed/installation.ts';
import { installOverlay, makeCredentials } from '../../test/installed/overlay.ts';
import { startPlayer } from '../../test/installed/player.ts';
import { nameOfThisRun, settingNamed } from '../../test/installed/setting.ts';
import { settle } from '../../test/installed/waiting.ts';

const N = Number(process.argv[2] ?? 50);
const STEADY_SECONDS = Number(process.env['SCALE_STEADY_SECONDS'] ?? 300);
const AT_ONCE = 16;
const CONFIGURATIONS = '/apis/core.kubestash.com/v1alpha1/backupconfigurations';
const SESSIONS = '/apis/core.kubestash.com/v1alpha1/backupsessions';
const COLLECTIONS: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/$/deployments',
  Secret: '/api/v1/namespaces/$/secrets',
  BackupStorage: '/apis/storage.kubestash.com/v1alpha1/namespaces/$/backupstorages',
  RetentionPolicy: '/apis/storage.kubestash.com/v1alpha1/namespaces/$/retentionpolicies',
  BackupConfiguration: '/apis/core.kubestash.com/v1alpha1/namespaces/$/backupconfigurations',
};

type Phased = KubernetesObject & { readonly status?: { readonly phase?: string } };

makeCredentials();
const api = await apiServer();
const processes = await startProcesses(await installOverlay('default'));
const player = await startPlayer({ atOnce: 40 });
try {
  const result = await measured(processes);
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync('build/scale.json', JSON.stringify(result, undefined, 2));
} finally {
  await player.stop();
  await processes.stop();
}

async function measured({ hooks, metacontroller }: Processes): Promise<object> {
  const prefix = nameOfThisRun('scale');
  const settings = Array.from({ length: N }, (_, index) => settingNamed(`${prefix}-${index}`));
  const audit = auditFromNow();
  const started = Date.now();
  for (let index = 0; index < N; index += AT_ONCE)
    await Promise.all(
      settings.slice(index, index + AT_ONCE).map(({ namespace, objects }) => create(namespace, objects)),
    );
  const appliedSeconds = secondsSince(started);
  await reached(CONFIGURATIONS, prefix, 'Ready');
  const readySeconds = secondsSince(started);
  const untilReady = ours(audit());
  await reached(SESSIONS, prefix, 'Succeeded');
  const firstBackupsSeconds = secondsSince(started);
  // Finished Jobs that mount a claim go half a minute later.
  await settle(60_000);
  const all = [...untilReady, ...ours(audit())];
  const memory = { hooks: memoryOf(hooks.pid), metacontroller: memoryOf(metacontroller.pid) };
  await sleep(STEADY_SECONDS * 1000);
  const quiet = ours(audit());
  return {
    n: N,
    appliedSeconds,
    readySeconds,
    firstBackupsSeconds,
    memory,
    writesUntilReady: perConfiguration(untilReady),
    writesWithFirstBackups: perConfiguration(all),
    refused: counted(all.filter(({ code }) => code >= 400).map((one) => `${wordsOf(one)} ${one.code}`)),
    steadySeconds: STEADY_SECONDS,
    steadyWrites: counted(quiet.map(wordsOf)),
    troubles: player.troubles,
  };
}

async function create(namespace: string, objects: readonly object[]): Promise<void> {
  for (const object of objects as readonly KubernetesObject[]) {
    const path = object.kind === 'Namespace' ? '/api/v1/namespaces' : COLLECTIONS[object.kind]?.replace('$', namespace);
    if (path === undefined) throw new Error(`no path for ${object.kind}`);
    accepted(await api.send('POST', path, object));
  }
}

/** Resolves when all N of this run have the phase. Throws after half an hour with how many have which. */
async function reached(path: string, prefix: string, phase: string): Promise<void> {
  for (const deadline = Date.now() + 1_800_000; ; await sleep(500)) {
    const phases = counted((await listed(api, path, prefix)).map(({ status }) => status?.phase ?? 'none'));
    if ((phases[phase] ?? 0) >= N) return;
    if (Date.now() > deadline) throw new Error(`not all ${phase}: ${JSON.stringify(phases)}`);
  }
}

async function listed(server: ApiServer, path: string, prefix: string): Promise<readonly Phased[]> {
  const { items } = accepted(await server.send('GET', `${path}?resourceVersion=0`)) as unknown as { items: Phased[] };
  return items.filter(({ metadata }) => metadata.namespace?.startsWith(prefix));
}

/** What Metacontroller wrote, Events apart. */
function ours(requests: readonly AuditedRequest[]): readonly AuditedRequest[] {
  return requests.filter((one) => one.user === METACONTROLLER_USER && isWrite(one) && one.resource !== 'events');
}

function wordsOf({ verb, resource }: AuditedRequest): string {
  return `${verb} ${resource}`;
}

/** Writes for one configuration, by verb and kind. */
function perConfiguration(requests: readonly AuditedRequest[]): Readonly<Record<string, number>> {
  const all = Object.entries(counted(requests.map(wordsOf)));
  return Object.fromEntries(all.map(([words, count]) => [words, Math.round((count / N) * 100) / 100]));
}

/** Resident memory now and at its highest, in MiB, as the kernel tells. */
function memoryOf(pid: number): { readonly now: number; readonly highest: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024);
  return { now: of('VmRSS'), highest: of('VmHWM') };
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}
