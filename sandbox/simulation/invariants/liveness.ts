/** What must come to be once faults have stopped (L01 to L12), and the silence after it (S20). */
import type { StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, textOf } from '../../api-server/values.ts';
import { keyIn } from './control.ts';
import { phaseOf } from './snapshots.ts';
import type { Invariant, Watch } from './invariant.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const TERMINAL = ['Succeeded', 'Failed', 'Skipped'];
const RUNS: readonly (readonly [string, string])[] = [
  [CORE, 'BackupSession'],
  [STORAGE, 'Snapshot'],
  [CORE, 'RestoreSession'],
];
const LASTING: readonly (readonly [string, string])[] = [
  [STORAGE, 'BackupStorage'],
  [STORAGE, 'Repository'],
  [CORE, 'BackupConfiguration'],
];

function words(object: StoredObject): string {
  const ready = listOf(mapOf(object['status'])['conditions'])
    .map(mapOf)
    .find((one) => one['type'] === 'Ready');
  const said = ready ? `${textOf(ready['reason'])}: ${textOf(ready['message'])}` : 'says nothing';
  return `${object.kind} ${object.metadata.name} is ${phaseOf(object) || 'without a phase'} (${said})`;
}

function all({ world }: Watch, kinds: readonly (readonly [string, string])[]): readonly StoredObject[] {
  return kinds.flatMap(([apiVersion, kind]) => world.api.list(apiVersion, kind));
}

function unended(watch: Watch): readonly StoredObject[] {
  return all(watch, RUNS).filter((object) => !TERMINAL.includes(phaseOf(object)));
}

/** A session may wait for its turn, and a restore for a Snapshot; a Snapshot is made when its session has the turn. */
function hasBegun(object: StoredObject): boolean {
  return object.kind === 'Snapshot' || phaseOf(object) === 'Running';
}

/** Kinds of which nothing is written between ticks. */
const STILL = ['CronJob', 'Lease', 'RestoreSession', 'ServiceAccount', 'Role', 'RoleBinding'];
/** A write at every resync would be 288 a day. */
const MOST_WRITES_AT_REST = 30;

/** Longer than every fault lasts that can hold a run up, with what its own retries and deadlines take after it. */
const LONGEST_RUN_MS = 12 * 3600_000;
const LOOK_MS = 3600_000;

/** Hook calls of any one minute, over all parents. */
const CALLS_PER_MINUTE = 4000;
const CALLS_PER_QUIET_DAY = 20_000;

export const LIVENESS_INVARIANTS: readonly Invariant[] = [
  {
    id: 'L01',
    title: 'every session, snapshot and restore comes to an end; what has begun does so also while faults go on',
    watch: (watch) => {
      const look = (): void => {
        for (const object of unended(watch).filter(hasBegun)) {
          const ageMs = watch.world.clock.now() - Date.parse(object.metadata.creationTimestamp);
          if (ageMs > LONGEST_RUN_MS) watch.violated(`after ${Math.round(ageMs / 3600_000)} hours ${words(object)}`);
        }
        watch.world.clock.after(LOOK_MS, look);
      };
      watch.world.clock.after(LOOK_MS, look);
      return {
        atRest: () => {
          for (const object of unended(watch)) watch.violated(words(object));
        },
      };
    },
  },
  {
    id: 'L02',
    title: 'what the specs ask for is there: CronJobs, Repositories, and everything is Ready',
    watch: (watch) => ({
      atRest: () => {
        for (const object of all(watch, LASTING)) if (phaseOf(object) !== 'Ready') watch.violated(words(object));
        watch.world.api.list(CORE, 'BackupConfiguration').forEach((one) => madeFor(watch, one));
      },
    }),
  },
  {
    id: 'L03',
    title: 'a session after all faults succeeds',
    watch: (watch) => ({
      atProbe: (session) => {
        if (phaseOf(session) !== 'Succeeded') watch.violated(words(session));
      },
    }),
  },
  {
    id: 'L04',
    title: 'what is deleted goes',
    watch: (watch) => ({
      atRest: () => {
        for (const { apiVersion, kind } of watch.world.api.resources())
          for (const object of watch.world.api.list(apiVersion, kind))
            if (object.metadata.deletionTimestamp !== undefined)
              watch.violated(
                `${kind} ${object.metadata.name} is deleted since ${object.metadata.deletionTimestamp}, held by ${(object.metadata.finalizers ?? []).join(', ')}`,
              );
      },
    }),
  },
  {
    id: 'L08',
    title: 'nothing runs hot',
    watch: (watch) => {
      let minute = 0;
      let calls = 0;
      let day = 0;
      return {
        onAsked: () => {
          const present = Math.floor(watch.world.clock.now() / 60_000);
          if (present !== minute) [minute, calls] = [present, 0];
          calls += 1;
          day += 1;
          if (calls === CALLS_PER_MINUTE) watch.violated(`${calls} hook calls within a minute`);
        },
        atRest: () => (day = 0),
        atEnd: () => {
          if (day > CALLS_PER_QUIET_DAY) watch.violated(`${day} hook calls in a day without work`);
        },
      };
    },
  },
  {
    id: 'L10',
    title: 'nothing that is no longer wanted stays: Jobs, TaskReports, accounts of what is gone',
    watch: (watch) => ({
      atEnd: () => {
        const owned: readonly (readonly [string, string])[] = [
          ['batch/v1', 'Job'],
          ['metastash.dev/v1alpha1', 'TaskReport'],
          ['v1', 'ServiceAccount'],
          ['rbac.authorization.k8s.io/v1', 'Role'],
          ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
        ];
        for (const object of all(watch, owned)) {
          const owners = object.metadata.ownerReferences ?? [];
          const isOrphan =
            object.metadata.labels?.['app.kubernetes.io/managed-by'] === 'metastash' && owners.length > 0;
          if (isOrphan && owners.every((owner) => watch.world.api.withUid(owner.uid) === undefined))
            watch.violated(
              `${object.kind} ${object.metadata.name} outlives its owner ${owners.map((one) => one.name).join(', ')}`,
            );
        }
      },
    }),
  },
  {
    id: 'S20',
    title:
      'a converged cluster stays silent for a day, but for what age alone brings: old Jobs, retention, prune, check',
    watch: (watch) => {
      let isResting = false;
      const counts = new Map<string, number>();
      return {
        atRest: () => (isResting = true),
        onHostWrite: (verb, written) => {
          const { kind, name } = keyIn(written);
          if (!isResting || kind === 'Event' || (verb === 'delete' && goesWithAge(watch, written))) return;
          const what = `${verb}s ${kind} ${name}`;
          const count = (counts.get(what) ?? 0) + 1;
          counts.set(what, count);
          if (STILL.includes(kind)) watch.violated(`Metacontroller ${what} at rest`);
          else if (count === MOST_WRITES_AT_REST) watch.violated(`Metacontroller ${what} ${count} times at rest`);
        },
      };
    },
  },
];

/** Who the movers of a restore were goes a day after it, with its Jobs. */
function goesWithAge({ world }: Watch, written: object): boolean {
  const { kind, name, namespace } = keyIn(written);
  const apiVersion = kind === 'ServiceAccount' ? 'v1' : 'rbac.authorization.k8s.io/v1';
  const found = STILL.includes(kind) ? world.api.get({ apiVersion, kind, name, namespace }) : undefined;
  return found?.metadata.ownerReferences?.some((owner) => owner.kind === 'RestoreSession') ?? false;
}

/** One CronJob per session, as it is declared, and every Repository. */
function madeFor(watch: Watch, configuration: StoredObject): void {
  const { namespace = '', name } = configuration.metadata;
  const crons = watch.world.api.list('batch/v1', 'CronJob', namespace);
  for (const session of listOf(mapOf(configuration['spec'])['sessions']).map(mapOf)) {
    const own = crons.filter((cron) => cron.metadata.name.includes(`${name}-${textOf(session['name'])}`));
    if (own.length !== 1) watch.violated(`session ${textOf(session['name'])} of ${name} has ${own.length} CronJobs`);
    else if (mapOf(own[0]?.['spec'])['schedule'] !== mapOf(session['scheduler'])['schedule'])
      watch.violated(`CronJob ${own[0]?.metadata.name} does not tick as its session says`);
    const repositories = listOf(session['repositories']).map((one) => textOf(mapOf(one)['name']));
    for (const repository of repositories.filter(
      (one) => !watch.world.api.get({ apiVersion: STORAGE, kind: 'Repository', namespace, name: one }),
    ))
      watch.violated(`Repository ${repository} of ${name} is not there`);
  }
}
