/**
 * `make bench-cluster`: what a session costs beside a bare Job of the same image and volume, on the same node, in one run.
 * Needs what `make e2e` needs; prints a table and, with --timeline, what happened when in one session.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonMap } from '../../sandbox/api-server/values.ts';
import { listOf, mapOf } from '../../sandbox/api-server/values.ts';
import { connectionOf } from '../../sandbox/on-cluster/connection.ts';
import { install, type Installation } from '../../test/e2e/installation.ts';
import { apply, kubectl, list, reaches, until } from '../../test/e2e/kubectl.ts';
import { checkNeeds, HOST } from '../../test/e2e/needs.ts';
import { folderStorage, namespaceNamed, places } from '../../test/e2e/scenario.ts';
import { filled, removeVolumes, volumeFor } from '../../test/e2e/volumes.ts';
import { medianOf, spreadOf } from '../row.ts';
import { bareJob, NAMESPACE, session, target } from './manifests.ts';
import { printTimeline } from './timeline.ts';
import { nameOf, phaseOf, watched, type Watched } from './watched.ts';

const MEGABYTES = 1;
const LONGEST_SECONDS = 300;
const SESSION_LIMIT_SECONDS = 2;
const CROWD_LIMIT = 1.3;
const KINDS = [
  `/apis/core.kubestash.com/v1alpha1/namespaces/${NAMESPACE}/backupsessions`,
  `/apis/storage.kubestash.com/v1alpha1/namespaces/${NAMESPACE}/snapshots`,
  `/apis/metastash.dev/v1alpha1/namespaces/${NAMESPACE}/taskreports`,
  `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`,
  `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`,
  `/api/v1/namespaces/${NAMESPACE}/pods`,
];

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '10' },
    crowd: { type: 'string', default: '20' },
    timeline: { type: 'boolean', default: false },
  },
});
const [repeats, crowd] = [Number(values.repeats), Number(values.crowd)];
const targets = Array.from({ length: Math.max(1, crowd) }, (_, index) => `target-${index}`);

checkNeeds([NAMESPACE]);
const installed = await install();
try {
  const events = await prepared(installed);
  const measured = { alone: await oneByOne(events), crowd: crowd > 0 ? await allAtOnce(events) : undefined };
  events.stop();
  report(measured);
} finally {
  kubectl(['delete', 'namespace', NAMESPACE, '--timeout=120s', '--ignore-not-found']);
  removeVolumes();
  await installed.stop();
}
process.exit();

/** Everything is Ready and has been backed up once, by both ways. */
async function prepared({ folder }: Installation): Promise<Watched> {
  const storage = folderStorage(join(folder, 'backups'));
  const scenario = {
    namespace: NAMESPACE,
    target: { apiGroup: '', kind: '', name: '' },
    storage,
    addon: 'workload-addon',
  } as const;
  for (const [index, name] of targets.entries()) {
    filled(volumeFor(folder, NAMESPACE, name), MEGABYTES, index);
    const repository = join(folder, 'backups', 'bare', name);
    mkdirSync(repository, { recursive: true });
    execFileSync(process.env['METASTASH_RESTIC'] ?? 'restic', ['init', '-q'], {
      env: { ...process.env, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: 'bare' },
    });
  }
  apply([namespaceNamed(NAMESPACE), ...places(scenario), ...targets.flatMap(target)]);
  for (const name of targets)
    await reaches('backupconfiguration', { namespace: NAMESPACE, name }, 'Ready', LONGEST_SECONDS);
  await until(`${targets.length} first sessions`, LONGEST_SECONDS, () => {
    const done = list('backupsessions', NAMESPACE).filter((one) => one.status?.phase === 'Succeeded');
    return done.length >= targets.length || undefined;
  });
  const events = await watched(await connectionOf(process.env['KUBECONFIG'] ?? ''), KINDS);
  await bare(events, targets.slice(0, 1), 'warm');
  await sessions(events, targets.slice(0, 1), 'warm');
  return events;
}

interface Pairs {
  readonly bare: readonly number[];
  readonly sessions: readonly number[];
}

async function oneByOne(events: Watched): Promise<Pairs> {
  const made = { bare: [] as number[], sessions: [] as number[] };
  for (let index = 0; index < repeats; index++) {
    made.bare.push(await bare(events, targets.slice(0, 1), `alone-${index}`));
    made.sessions.push(await sessions(events, targets.slice(0, 1), `alone-${index}`));
    process.stdout.write(`  bare ${last(made.bare)} s, session ${last(made.sessions)} s\n`);
  }
  if (values.timeline) printTimeline(events.seen, 'target', `alone-${repeats - 1}`);
  return made;
}

async function allAtOnce(events: Watched): Promise<Pairs> {
  const made = { bare: [] as number[], sessions: [] as number[] };
  for (let index = 0; index < 3; index++) {
    made.bare.push(await bare(events, targets, `crowd-${index}`));
    made.sessions.push(await sessions(events, targets, `crowd-${index}`));
    if (values.timeline) {
      for (const kind of ['bare-target', 'target']) printTimeline(events.seen, kind, `crowd-${index}`);
    }
    process.stdout.write(`  ${crowd} bare ${last(made.bare)} s, ${crowd} sessions ${last(made.sessions)} s\n`);
  }
  return made;
}

function last(seconds: readonly number[]): string {
  return (seconds.at(-1) ?? NaN).toFixed(2);
}

/** Seconds from `kubectl apply` until the last of these bare Jobs is Complete. */
function bare(events: Watched, names: readonly string[], run: string): Promise<number> {
  const jobs = names.map((name) => bareJob(name, `bare-${name}-${run}`, join(installed.folder, 'backups')));
  return timed(
    jobs,
    names.map((name) =>
      events.first(`Job bare-${name}-${run}`, LONGEST_SECONDS, (object) => isComplete(object, `bare-${name}-${run}`)),
    ),
  );
}

/** Seconds from `kubectl apply` until the last of these BackupSessions has Succeeded. */
function sessions(events: Watched, names: readonly string[], run: string): Promise<number> {
  const made = names.map((name) => session(name, `${name}-${run}`));
  const ended = (object: JsonMap, name: string): boolean => {
    if (object['kind'] !== 'BackupSession' || nameOf(object) !== name) return false;
    if (['Failed', 'Skipped'].includes(phaseOf(object))) throw new Error(`${name} is ${phaseOf(object)}`);
    return phaseOf(object) === 'Succeeded';
  };
  return timed(
    made,
    names.map((name) =>
      events.first(`BackupSession ${name}-${run}`, LONGEST_SECONDS, (object) => ended(object, `${name}-${run}`)),
    ),
  );
}

async function timed(objects: readonly object[], ends: readonly Promise<number>[]): Promise<number> {
  const begun = performance.now();
  apply(objects);
  const last = Math.max(...(await Promise.all(ends)));
  return (last - begun) / 1000;
}

function isComplete(object: JsonMap, name: string): boolean {
  if (object['kind'] !== 'Job' || nameOf(object) !== name) return false;
  return listOf(mapOf(object['status'])['conditions'])
    .map(mapOf)
    .some((one) => one['type'] === 'Complete' && one['status'] === 'True');
}

function report({ alone, crowd: together }: { readonly alone: Pairs; readonly crowd: Pairs | undefined }): void {
  const added = alone.sessions.map((seconds, index) => seconds - (alone.bare[index] ?? NaN));
  const rows = [
    {
      name: 'session-added',
      value: medianOf(alone.sessions) - medianOf(alone.bare),
      unit: 's',
      limit: SESSION_LIMIT_SECONDS,
      bare: medianOf(alone.bare),
      session: medianOf(alone.sessions),
      spread: spreadOf(added),
    },
    ...(together ? [crowdRow(together)] : []),
  ].map((row) => ({ ...row, kept: (('ratio' in row ? row.ratio : undefined) ?? row.value) <= row.limit, host: HOST }));
  const output = new URL('../../build/bench-cluster.json', import.meta.url);
  mkdirSync(new URL('.', output), { recursive: true });
  writeFileSync(output, `${JSON.stringify(rows, undefined, 2)}\n`);
  console.table(
    rows.map(({ spread: [low, high], ...row }) => ({ ...row, spread: `${low.toFixed(2)} to ${high.toFixed(2)}` })),
  );
}

function crowdRow(pairs: Pairs): {
  name: string;
  value: number;
  unit: string;
  limit: number;
  ratio: number;
  bare: number;
  session: number;
  spread: readonly [number, number];
} {
  const ratios = pairs.sessions.map((seconds, index) => seconds / (pairs.bare[index] ?? NaN));
  return {
    name: `${crowd}-at-once`,
    value: medianOf(pairs.sessions),
    unit: 's',
    limit: CROWD_LIMIT,
    ratio: medianOf(ratios),
    bare: medianOf(pairs.bare),
    session: medianOf(pairs.sessions),
    spread: spreadOf(ratios),
  };
}
