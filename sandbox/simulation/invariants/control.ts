/** Safety of control: S14 to S28 as far as this world can tell. */
import type { StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, textOf, without, type JsonMap } from '../../api-server/values.ts';
import { CANARY } from '../workload.ts';
import { phaseOf } from './snapshots.ts';
import type { Invariant, Watch } from './invariant.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const SESSIONS = ['BackupSession', 'Snapshot', 'RestoreSession'];
const TERMINAL = ['Succeeded', 'Failed', 'Skipped'];
const ORDER: Readonly<Record<string, number>> = { '': 0, Pending: 1, Running: 2, Succeeded: 3, Failed: 3, Skipped: 3 };

function title(object: StoredObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

/** Facts of a status that may be set once and then stay. */
const ONCE = ['startTime', 'startedAt', 'completionTime'];

export const CONTROL_INVARIANTS: readonly Invariant[] = [
  {
    id: 'S14',
    title: 'at most one BackupSession of a session of a configuration runs',
    watch: (watch) => ({
      onEvent: ({ type, object }) => {
        if (type === 'DELETED' || object.kind !== 'BackupSession' || phaseOf(object) !== 'Running') return;
        const { invoker, session } = mapOf(object['spec']);
        const running = watch.world.api.list(CORE, 'BackupSession', object.metadata.namespace).filter((one) => {
          const spec = mapOf(one['spec']);
          const same = spec['session'] === session && mapOf(spec['invoker'])['name'] === mapOf(invoker)['name'];
          return same && phaseOf(one) === 'Running' && controllerOf(one) === controllerOf(object);
        });
        if (running.length > 1) watch.violated(`${running.map(title).join(' and ')} run at once`);
      },
    }),
  },
  {
    id: 'S16',
    title: 'phases only go on, an end is final, and times and ids never change',
    watch: (watch) => ({
      onEvent: ({ type, object }, previous) => {
        if (type === 'DELETED' || !previous || !SESSIONS.includes(object.kind)) return;
        const isExcused = watch.excuses.evidenceLost || watch.excuses.touched.has(object.metadata.uid);
        if (!isExcused) wentOn(watch, previous, object);
      },
    }),
  },
  {
    id: 'S17',
    title: 'a Job is dropped only when it has ended and the status of its parent says how',
    watch: (watch) => ({
      onHostWrite: (verb, written) => {
        const { kind, name, namespace = '' } = written as { kind: string; name: string; namespace?: string };
        if (verb !== 'delete' || kind !== 'Job') return;
        const job = watch.world.api.get({ apiVersion: 'batch/v1', kind, namespace, name });
        const owner = job?.metadata.ownerReferences?.find((one) => one.controller === true);
        const parent = owner && watch.world.api.withUid(owner.uid);
        if (!job || !parent || parent.metadata.deletionTimestamp !== undefined) return;
        if (TERMINAL.includes(phaseOf(parent)) || holdsOutcome(watch, parent, job)) return;
        watch.violated(
          `Job ${name} is dropped while ${title(parent)} is ${phaseOf(parent)} and does not say how it ended`,
        );
      },
    }),
  },
  {
    id: 'S18',
    title: 'one attempt, one Job: the report that tells of an attempt is the report of that attempt',
    watch: (watch) => ({
      onEvent: ({ type, object }, previous) => {
        if (type === 'DELETED' || object.kind !== 'Snapshot') return;
        const { namespace = '' } = object.metadata;
        for (const [name, component] of Object.entries(mapOf(mapOf(object['status'])['components']))) {
          const { run, started } = mapOf(mapOf(component)['metastash']);
          const before = mapOf(mapOf(mapOf(previous?.['status'])['components'])[name]);
          if (isOtherAttempt(before, run) && before['jobName'] === mapOf(component)['jobName'])
            watch.violated(`attempts of ${name} of ${title(object)} share Job ${textOf(before['jobName'])}`);
          const key = { apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace };
          const report = watch.world.api.get({ ...key, name: textOf(mapOf(component)['jobName']) });
          const told = mapOf(report?.['spec'])['run'];
          if (started === true && told !== undefined && told !== run)
            watch.violated(
              `attempt ${String(run)} of ${name} of ${title(object)} is told by the report of attempt ${String(told)}`,
            );
        }
      },
    }),
  },
  {
    id: 'S22',
    title: 'no Repository goes, and no CronJob whose session its configuration names, whatever became of the spec',
    watch: (watch) => ({
      onHostWrite: (verb, written) => {
        const { kind, name, namespace } = keyIn(written);
        if (verb !== 'delete' || !(kind in KEPT)) return;
        const child = watch.world.api.get({ apiVersion: KEPT[kind] ?? '', kind, name, namespace });
        const parent = child && watch.world.api.withUid(controllerOf(child) ?? '');
        if (child && parent?.kind === 'BackupConfiguration' && !mayGo(child, parent))
          watch.violated(`Metacontroller deletes ${title(child)} of ${title(parent)}, which is not deleted itself`);
      },
    }),
  },
  {
    id: 'S23',
    title: 'Metacontroller writes no object that is not ours',
    watch: (watch) => ({
      onHostWrite: (verb, written) => {
        const { kind, name, namespace } = keyIn(written);
        if (!FOREIGN.includes(kind) || verb === 'create') return;
        watch.violated(`Metacontroller ${verb}s ${kind} ${namespace}/${name}`);
      },
    }),
  },
  {
    id: 'S24',
    title: 'a paused configuration gets no session from its schedule',
    watch: (watch) => {
      const pausedSince = new Map<string, number>();
      return {
        onEvent: ({ type, object }) => {
          if (object.kind === 'BackupConfiguration') {
            const isPaused = type !== 'DELETED' && mapOf(object['spec'])['paused'] === true;
            if (!isPaused) pausedSince.delete(object.metadata.name);
            else if (!pausedSince.has(object.metadata.name))
              pausedSince.set(object.metadata.name, watch.world.clock.now());
          }
          if (object.kind !== 'CronJob' || type === 'DELETED') return;
          const before = mapOf(object['status'])['lastScheduleTime'];
          const since = pausedSince.get(textOf(object.metadata.labels?.['kubestash.com/invoker-name']));
          // Metacontroller may be away; what matters is that nothing starts once the pause is carried out.
          if (since === undefined || mapOf(object['spec'])['suspend'] !== true) return;
          if (typeof before === 'string' && Date.parse(before) > since + 600_000)
            watch.violated(`CronJob ${object.metadata.name} ticked while it was suspended`);
        },
      };
    },
  },
  {
    id: 'S25',
    title: 'a tick makes at most one BackupSession',
    watch: (watch) => {
      const byJob = new Map<string, Set<string>>();
      let creator: string | undefined;
      return {
        onStep: (process, what) => {
          if (what !== 'api: create backupsessions') return;
          creator = process.pod.metadata.labels?.['batch.kubernetes.io/job-name'];
        },
        onEvent: ({ type, object }) => {
          if (type !== 'ADDED' || object.kind !== 'BackupSession' || creator === undefined) return;
          const made = byJob.get(creator) ?? new Set<string>();
          byJob.set(creator, made.add(object.metadata.name));
          if (made.size > 1) watch.violated(`the tick of Job ${creator} made ${[...made].join(' and ')}`);
          creator = undefined;
        },
      };
    },
  },
  {
    id: 'S28',
    title: 'no byte of a Secret stands anywhere but in the Secret',
    watch: (watch) => {
      const encoded = Buffer.from(CANARY).toString('base64').replace(/=+$/, '').slice(0, -2);
      const leaks = (text: string): boolean => text.includes(CANARY) || text.includes(encoded);
      return {
        onWarning: (object, message) => {
          if (leaks(message)) watch.violated(`an event of ${title(object)} holds a Secret's bytes`);
        },
        atRest: () => {
          for (const { apiVersion, kind } of watch.world.api.resources()) {
            if (kind === 'Secret') continue;
            for (const object of watch.world.api.list(apiVersion, kind)) {
              const metadata = without(object.metadata as unknown as JsonMap, 'annotations');
              if (leaks(JSON.stringify({ ...object, metadata })))
                watch.violated(`${title(object)} holds a Secret's bytes`);
            }
          }
        },
      };
    },
  },
];

/** Kinds that users alone write. */
const FOREIGN = [
  'Secret',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'RetentionPolicy',
  'Pod',
  'Namespace',
  'Addon',
  'Function',
];

/** What a write of Metacontroller is about: an object, or the key of a deletion. */
export function keyIn(written: object): { readonly kind: string; readonly name: string; readonly namespace: string } {
  const map = written as JsonMap;
  const metadata = map['metadata'] === undefined ? map : mapOf(map['metadata']);
  return { kind: textOf(map['kind']), name: textOf(metadata['name']), namespace: textOf(metadata['namespace']) };
}

function controllerOf(object: StoredObject): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}

/** Whether a component was at an attempt, and is at another now. */
function isOtherAttempt(before: JsonMap, run: unknown): boolean {
  const previous = mapOf(before['metastash'])['run'];
  return typeof previous === 'number' && typeof run === 'number' && previous !== run;
}

/** Kinds of a configuration's children that it keeps, with their versions. */
const KEPT: Readonly<Record<string, string>> = { Repository: STORAGE, CronJob: 'batch/v1' };

/** Whether a configuration may let this child go: with itself, or as the CronJob of a session that it no longer names. */
function mayGo(child: StoredObject, configuration: StoredObject): boolean {
  if (configuration.metadata.deletionTimestamp !== undefined) return true;
  const sessions = listOf(mapOf(configuration['spec'])['sessions']).map((one) => textOf(mapOf(one)['name']));
  return child.kind === 'CronJob' && !sessions.includes(child.metadata.labels?.['kubestash.com/session-name'] ?? '');
}

function wentOn(watch: Watch, previous: StoredObject, object: StoredObject): void {
  const [before, after] = [phaseOf(previous), phaseOf(object)];
  const isBack = (ORDER[after] ?? 0) < (ORDER[before] ?? 0);
  if (isBack || (TERMINAL.includes(before) && before !== after))
    watch.violated(`${title(object)} went from ${before} to ${after || 'nothing'}`);
  const [old, now] = [mapOf(previous['status']), mapOf(object['status'])];
  for (const field of ONCE.filter((one) => old[one] !== undefined && isMoved(old[one], now[one])))
    watch.violated(
      `${field} of ${title(object)} went from ${textOf(old[field])} to ${textOf(now[field]) || 'nothing'}`,
    );
  for (const [name, component] of Object.entries(mapOf(old['components'])))
    componentKept(watch, object, name, component);
}

/** Two views of one moment may be seconds apart where caches lag; a time that is not kept moves on without end. */
const SAME_MOMENT_MS = 60_000;

function isMoved(before: unknown, after: unknown): boolean {
  return !(Math.abs(Date.parse(textOf(before)) - Date.parse(textOf(after))) <= SAME_MOMENT_MS);
}

function componentKept(watch: Watch, object: StoredObject, name: string, before: unknown): void {
  const old = mapOf(before);
  const now = mapOf(mapOf(mapOf(object['status'])['components'])[name]);
  if (now['phase'] === undefined) return watch.violated(`component ${name} of ${title(object)} is no longer listed`);
  const runs = [mapOf(old['metastash'])['run'], mapOf(now['metastash'])['run']];
  if (typeof runs[0] === 'number' && typeof runs[1] === 'number' && runs[1] < runs[0])
    watch.violated(`component ${name} of ${title(object)} went back from attempt ${runs[0]} to ${runs[1]}`);
  if (old['phase'] === 'Succeeded' && JSON.stringify(old['resticStats']) !== JSON.stringify(now['resticStats']))
    watch.violated(`component ${name} of ${title(object)} had succeeded and names other restic snapshots now`);
}

/** Whether the parent's status tells how this Job's attempt ended, or is at a later attempt. */
function holdsOutcome({ world }: Watch, parent: StoredObject, job: StoredObject): boolean {
  const { name, namespace = '' } = job.metadata;
  const isEnded = listOf(mapOf(job['status'])['conditions']).some((one) =>
    ['Complete', 'Failed'].includes(textOf(mapOf(one)['type'])),
  );
  const component = job.metadata.labels?.['metastash.dev/component'];
  if (component === undefined) return isEnded || job.metadata.labels?.['metastash.dev/task'] !== 'backup';
  const recorded = mapOf(mapOf(mapOf(parent['status'])['components'])[component]);
  const report = world.api.get({ apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace, name });
  const run = mapOf(report?.['spec'])['run'] ?? 0;
  const recordedRun = mapOf(recorded['metastash'])['run'];
  if (['Succeeded', 'Failed'].includes(textOf(recorded['phase']))) return true;
  return typeof recordedRun === 'number' && recordedRun > Number(run);
}
