/** What users and GitOps do at any time (F32, F34, F61 to F69): delete, edit, apply again, restore, take a namespace away. */
import { ApiError, type StoredObject } from '../../api-server/api.ts';
import { listOf, mapOf, without, type JsonMap } from '../../api-server/values.ts';
import { keyOf } from '../../metacontroller/live-updates.ts';
import type { Random } from '../random.ts';
import type { PlannedFault } from '../scenario.ts';
import { NAMESPACE } from '../workload.ts';
import type { World } from '../world.ts';
import { adviceTaken } from './advice.ts';
import { lasting, type FaultKind } from './fault.ts';
import { removed } from './pod-faults.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

const DELETABLE: readonly (readonly [string, string])[] = [
  [CORE, 'BackupSession'],
  [CORE, 'RestoreSession'],
  [STORAGE, 'Snapshot'],
  ['batch/v1', 'CronJob'],
  ['coordination.k8s.io/v1', 'Lease'],
  ['v1', 'ServiceAccount'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
];
const DECLARED: readonly (readonly [string, string])[] = [
  [CORE, 'BackupConfiguration'],
  [STORAGE, 'BackupStorage'],
  [STORAGE, 'RetentionPolicy'],
  [STORAGE, 'Repository'],
];

function picked(objects: readonly StoredObject[], fault: PlannedFault): StoredObject | undefined {
  return objects.length === 0 ? undefined : objects[Number(fault.pick) % objects.length];
}

function objectsOf(world: World, [apiVersion, kind]: readonly [string, string]): readonly StoredObject[] {
  return world.api.list(apiVersion, kind, NAMESPACE);
}

function deleting(
  kinds: readonly (readonly [string, string])[],
  name: string,
  title: string,
  comesBack: boolean,
): FaultKind {
  return {
    id: 'F61',
    name,
    title,
    draw: (random: Random) => ({
      kind: random.pick(kinds)[1],
      pick: random.below(1000),
      // What stands in Git is not deleted with orphans: they would keep their names, which successors ask for at every sync.
      propagation: random.pick(
        comesBack ? ['Background', 'Foreground'] : ['Background', 'Background', 'Foreground', 'Orphan'],
      ),
      ...(comesBack ? lasting(random, 5, 3600) : {}),
    }),
    begin: (world, fault) => {
      const kind = kinds.find(([, one]) => one === fault['kind']);
      const object = kind && picked(objectsOf(world, kind), fault);
      if (!object) return undefined;
      world.hit('F61');
      world.trace.add('fault', `${object.kind} ${object.metadata.name} is deleted by a user`);
      removed(world, object, { propagation: fault['propagation'] });
      return comesBack ? () => backOnceGone(world, object) : undefined;
    },
  };
}

/** What GitOps does every few minutes: everything that stands in Git is there, as it stands there. */
export function appliedAgain(world: World): void {
  for (const { manifest } of world.scenario.applied) {
    try {
      world.apply(manifest);
    } catch (error) {
      // A namespace that is going takes nothing; the next sync tries again.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/** GitOps applies what is going in vain, and again when it has gone. */
function backOnceGone(world: World, object: StoredObject): void {
  appliedAgain(world);
  if (world.api.withUid(object.metadata.uid) !== undefined)
    world.clock.after(180_000, () => backOnceGone(world, object));
}

function patched(world: World, object: StoredObject | undefined, patch: object, id: string): boolean {
  if (!object) return false;
  world.hit(id);
  try {
    world.api.patch(keyOf(object), patch);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** A schedule that never comes, or directories above the storage: what the definition lets pass and no other object can cure. */
function broken(session: JsonMap, what: string): JsonMap {
  if (what === 'schedule') return { ...session, scheduler: { ...mapOf(session['scheduler']), schedule: '60 * * * *' } };
  const repositories = listOf(session['repositories']).map((one) => ({ ...mapOf(one), directory: '../up' }));
  return { ...session, repositories };
}

export const USER_FAULTS: readonly FaultKind[] = [
  deleting(DELETABLE, 'deletesMade', 'a user deletes what MetaStash made', false),
  deleting(DECLARED, 'deletesDeclared', 'a user deletes what stands in Git, and GitOps brings it back', true),
  {
    id: 'F34',
    name: 'manualSession',
    title: 'a BackupSession is made by hand',
    draw: (random) => ({ pick: random.below(1000), object: `by-hand-${random.below(100_000)}` }),
    begin: (world, fault) => {
      const configuration = picked(objectsOf(world, [CORE, 'BackupConfiguration']), fault);
      if (!configuration) return undefined;
      world.hit('F34');
      const session =
        (configuration as unknown as { spec: { sessions: { name: string }[] } }).spec.sessions[0]?.name ?? '';
      const invoker = {
        apiGroup: 'core.kubestash.com',
        kind: 'BackupConfiguration',
        name: configuration.metadata.name,
      };
      created(world, {
        apiVersion: CORE,
        kind: 'BackupSession',
        metadata: { name: String(fault['object']), namespace: NAMESPACE },
        spec: { invoker, session, retryLeft: 0 },
      });
      return undefined;
    },
  },
  {
    id: 'F34',
    name: 'restore',
    title: 'a RestoreSession is made',
    draw: (random) => ({ pick: random.below(1000), object: `restore-${random.below(100_000)}` }),
    begin: (world, fault) => {
      const repository = picked(objectsOf(world, [STORAGE, 'Repository']), fault);
      if (!repository) return undefined;
      world.hit('F34');
      const { appRef } = (repository as unknown as { spec: { appRef: object } }).spec;
      created(world, {
        apiVersion: CORE,
        kind: 'RestoreSession',
        metadata: { name: String(fault['object']), namespace: NAMESPACE },
        spec: {
          target: { ...appRef, namespace: NAMESPACE },
          dataSource: {
            repository: repository.metadata.name,
            snapshot: 'latest',
            encryptionSecret: { name: 'restic' },
          },
          addon: { name: 'workload-addon', tasks: [{ name: 'logical-backup-restore' }] },
        },
      });
      return undefined;
    },
  },
  {
    id: 'F32',
    name: 'paused',
    title: 'a configuration is paused, and goes on',
    draw: (random) => ({ ...lasting(random, 60, 4 * 86_400), pick: random.below(1000) }),
    begin: (world, fault) => {
      const configuration = picked(objectsOf(world, [CORE, 'BackupConfiguration']), fault);
      if (!patched(world, configuration, { spec: { paused: true } }, 'F32') || !configuration) return undefined;
      return () => void patched(world, world.api.get(keyOf(configuration)), { spec: { paused: false } }, 'F32');
    },
  },
  {
    id: 'F62',
    name: 'statusWiped',
    title: "a user empties an object's status",
    draw: (random) => ({
      pick: random.below(1000),
      kind: random.pick(['Repository', 'BackupConfiguration', 'BackupStorage']),
    }),
    begin: (world, fault) => {
      const kind = DECLARED.find(([, one]) => one === fault['kind']);
      const object = kind && picked(objectsOf(world, kind), fault);
      if (!object) return undefined;
      world.hit('F62');
      world.excuses.touched.add(object.metadata.uid);
      world.api.updateStatus({ ...object, status: {} });
      return undefined;
    },
  },
  {
    id: 'F62',
    name: 'labelsStripped',
    title: 'a user strips the labels of an object that MetaStash made, and later does what the conditions say',
    draw: (random) => ({
      ...lasting(random, 60, 6 * 3600),
      pick: random.below(1000),
      kind: random.pick(['Snapshot', 'BackupSession', 'CronJob', 'Repository']),
    }),
    begin: (world, fault) => {
      const kind = [...DELETABLE, ...DECLARED].find(([, one]) => one === fault['kind']);
      const object = kind && picked(objectsOf(world, kind), fault);
      if (!object) return undefined;
      world.hit('F62');
      world.api.update({ ...object, metadata: without(object.metadata as unknown as JsonMap, 'labels') });
      return () => adviceTaken(world);
    },
  },
  {
    id: 'F62',
    name: 'specBroken',
    title: "a user makes a configuration's spec invalid, and GitOps puts it right again",
    draw: (random) => ({
      ...lasting(random, 30, 2 * 86_400),
      pick: random.below(1000),
      with: random.pick(['schedule', 'directory']),
    }),
    begin: (world, fault) => {
      const configuration = picked(objectsOf(world, [CORE, 'BackupConfiguration']), fault);
      if (!configuration) return undefined;
      const sessions = listOf(mapOf(configuration['spec'])['sessions']).map((one) =>
        broken(mapOf(one), String(fault['with'])),
      );
      return patched(world, configuration, { spec: { sessions } }, 'F62') ? () => appliedAgain(world) : undefined;
    },
  },
  {
    id: 'F64',
    name: 'policyFlipped',
    title: 'a deletionPolicy is changed',
    draw: (random) => ({ pick: random.below(1000), policy: random.pick(['Delete', 'WipeOut']) }),
    begin: (world, fault) => {
      const snapshot = picked(objectsOf(world, [STORAGE, 'Snapshot']), fault);
      patched(world, snapshot, { spec: { deletionPolicy: fault['policy'] } }, 'F64');
      return undefined;
    },
  },
  {
    id: 'F66',
    name: 'selfHeal',
    title: 'GitOps applies everything again, every few minutes',
    draw: (random) => ({ ...lasting(random, 600, 7200), every: random.between(5, 180) }),
    begin: (world, fault) => {
      world.hit('F66');
      let isOver = false;
      const again = (): void => {
        if (isOver) return;
        appliedAgain(world);
        world.clock.after(Number(fault['every']) * 1000, again);
      };
      again();
      return () => (isOver = true);
    },
  },
  {
    id: 'F65',
    name: 'namespaceDeleted',
    title: 'the namespace is deleted in flight, then made again',
    draw: (random) => lasting(random, 30, 2 * 3600),
    begin: (world) => {
      const namespace = world.api.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
      if (!namespace) return undefined;
      world.hit('F65');
      world.excuses.evidenceLost = true;
      removed(world, namespace, {});
      return () => againWhenGone(world);
    },
  },
];

function againWhenGone(world: World): void {
  const namespace = world.api.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
  if (namespace?.metadata.deletionTimestamp === undefined) appliedAgain(world);
  else world.clock.after(60_000, () => againWhenGone(world));
}

function created(world: World, object: object): void {
  try {
    world.api.create(object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
