/** Faults of Pods, nodes and movers (F35 to F47), and of the controllers that make them (F27, F28). */
import type { Task } from '../../../hooks/domain/task.ts';
import { ApiError, type StoredObject } from '../../api-server/api.ts';
import { keyOf } from '../../metacontroller/live-updates.ts';
import type { PodFate } from '../node.ts';
import type { World } from '../world.ts';
import { lasting, type Drawn, type FaultKind } from './fault.ts';
import type { Random } from '../random.ts';
import type { PlannedFault } from '../scenario.ts';

const TASKS = [
  'backup',
  'backup',
  'backup',
  'restore',
  'init-storage',
  'init-repository',
  'trigger',
  'scan',
  'upload',
  'forget',
  'prune',
  'check',
  'locate',
];

/** The next Pods of one task, or of any, meet this fate. */
function fated(
  [id, name]: readonly [string, string],
  title: string,
  fate: (random: Random) => PodFate,
  count = 1,
): FaultKind {
  return {
    id,
    name,
    title,
    draw: (random): Drawn => ({ task: random.pick(TASKS), count: random.between(1, count), fate: fate(random) }),
    begin: (world, fault) => {
      let left = Number(fault['count']);
      world.fates.push((_pod, task: Task) => {
        if (left <= 0 || task.task !== fault['task']) return undefined;
        left -= 1;
        world.hit(id);
        const fate = fault['fate'] as PodFate;
        if (fate.isolated) world.excuses.hasZombies = true;
        return fate;
      });
      return () => (left = 0);
    },
  };
}

function picked<Item>(items: readonly Item[], fault: PlannedFault): Item | undefined {
  return items.length === 0 ? undefined : items[Number(fault.pick) % items.length];
}

function liveMovers(
  world: World,
): readonly (typeof world.node.processes extends ReadonlyMap<string, infer P> ? P : never)[] {
  return [...world.node.processes.values()].filter((process) => process.isAlive);
}

/** Deletes an object as kubectl does; one that is gone already is no fault of the story. */
export function removed(world: World, object: StoredObject, options: object = { propagation: 'Background' }): void {
  try {
    world.api.delete(keyOf(object), options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

export const POD_FAULTS: readonly FaultKind[] = [
  fated(
    ['F36', 'killedAtStep'],
    'a mover is killed before or after its k-th step',
    (random) => ({
      killedAt: { step: random.between(1, 60), when: random.pick(['before', 'after'] as const) },
    }),
    2,
  ),
  fated(
    ['F52', 'lostStep'],
    'a request of a mover is carried out and never answered',
    (random) => ({
      lostAnswerAt: random.between(1, 60),
    }),
    2,
  ),
  fated(['F42', 'neverStarts'], 'no node takes a Pod', () => ({
    neverStarts: '0/1 nodes are available: 1 Insufficient memory.',
  })),
  fated(['F42', 'startsLate'], 'a Pod starts late', (random) => ({ startDelayMs: random.between(1, 100) * 60_000 })),
  fated(['F35', 'deaf'], 'a mover does not heed SIGTERM', () => ({ deaf: true })),
  fated(['F40', 'isolated'], 'a mover is cut off from the API server and works on', () => ({ isolated: true })),
  fated(['F48', 'slow'], 'uploads take long', (random) => ({ restic: { slownessMs: random.between(1, 90) * 60_000 } })),
  fated(['F30', 'moverSkew'], "a mover's clock is ahead or behind", (random) => ({
    restic: { clockSkewMs: random.between(-7, 7) * 60_000 },
  })),
  {
    id: 'F37',
    name: 'killedNow',
    title: 'a running mover is killed',
    draw: (random) => ({ pick: random.below(1000) }),
    begin: (world, fault) => {
      const process = picked(liveMovers(world), fault);
      if (process) {
        world.hit('F37');
        world.node.kill(process);
      }
      return undefined;
    },
  },
  {
    id: 'F41',
    name: 'podDeleted',
    title: 'a running Pod is deleted',
    draw: (random) => ({ pick: random.below(1000), force: random.chance(0.3) }),
    begin: (world, fault) => {
      const process = picked(liveMovers(world), fault);
      if (!process) return undefined;
      world.hit('F41');
      // Deleted by force, the container runs on where nobody sees it.
      if (fault['force']) {
        process.fate = { ...process.fate, isolated: true };
        world.excuses.hasZombies = true;
      }
      removed(world, process.pod, fault['force'] ? { gracePeriodSeconds: 0 } : {});
      return undefined;
    },
  },
  {
    id: 'F43',
    name: 'jobDeleted',
    title: 'a Job is deleted, with or without its Pods',
    draw: (random) => ({ pick: random.below(1000), propagation: random.pick(['Background', 'Orphan', 'Foreground']) }),
    begin: (world, fault) => {
      const job = picked(world.api.list('batch/v1', 'Job'), fault);
      if (job) {
        world.hit('F43');
        world.excuses.evidenceLost = true;
        if (fault['propagation'] === 'Orphan') world.excuses.hasZombies = true;
        removed(world, job, { propagation: fault['propagation'] });
      }
      return undefined;
    },
  },
  {
    id: 'F43',
    name: 'reportDeleted',
    title: 'a TaskReport is deleted',
    draw: (random) => ({ pick: random.below(1000) }),
    begin: (world, fault) => {
      const report = picked(world.api.list('metastash.dev/v1alpha1', 'TaskReport'), fault);
      if (report) {
        world.hit('F43');
        world.excuses.evidenceLost = true;
        removed(world, report);
      }
      return undefined;
    },
  },
  {
    id: 'F27',
    name: 'cronjobsAway',
    title: 'the CronJob controller is down across ticks',
    draw: (random) => lasting(random, 600, random.pick([7200, 8 * 86_400])),
    begin: (world) => {
      world.hit('F27');
      world.controllers.stopOne('cronjobs');
      return () => world.controllers.startOne('cronjobs');
    },
  },
  {
    id: 'F27',
    name: 'jobsAway',
    title: 'the Job controller is down',
    draw: (random) => lasting(random, 60, 3600),
    begin: (world) => {
      world.hit('F27');
      world.controllers.stopOne('jobs');
      return () => world.controllers.startOne('jobs');
    },
  },
  {
    id: 'F28',
    name: 'cronjobStatusLost',
    title: 'a CronJob forgets its last tick',
    draw: (random) => ({ pick: random.below(1000) }),
    begin: (world, fault) => {
      const cron = picked(world.api.list('batch/v1', 'CronJob'), fault);
      if (cron) {
        world.hit('F28');
        world.api.patch(keyOf(cron), { status: { lastScheduleTime: null } }, 'status');
      }
      return undefined;
    },
  },
];
