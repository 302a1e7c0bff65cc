/** Faults between Metacontroller, its caches, the API server and the hooks (F01 to F26). */
import type { Weather } from '../weather.ts';
import { lasting, type FaultKind } from './fault.ts';

type ChanceName = 'conflict' | 'failsBefore' | 'lostAnswer' | 'hookTimeout' | 'hookError';

function window(id: string, name: ChanceName, title: string): FaultKind {
  return {
    id,
    name,
    title,
    draw: (random) => ({ ...lasting(random, 30, 1800), chance: random.pick([0.05, 0.2, 0.5]) }),
    begin: ({ weather }, fault) => {
      weather[name] = Number(fault['chance']);
      return () => (weather[name] = 0);
    },
  };
}

function away(id: string, name: 'apiAway' | 'hooksAway', title: string): FaultKind {
  return {
    id,
    name,
    title,
    draw: (random) => lasting(random, 60, random.pick([600, 7200])),
    begin: (world) => {
      world.weather[name] = true;
      return () => {
        world.weather[name] = false;
      };
    },
  };
}

const KINDS = [
  'Job',
  'TaskReport',
  'Snapshot',
  'BackupSession',
  'Repository',
  'BackupConfiguration',
  'BackupStorage',
  'Lease',
];

export const HOST_FAULTS: readonly FaultKind[] = [
  window('F01', 'conflict', "Metacontroller's updates meet conflicts"),
  window('F02', 'failsBefore', "Metacontroller's writes fail before they are carried out"),
  window('F03', 'lostAnswer', "Metacontroller's writes are carried out and never answered"),
  away('F05', 'apiAway', 'the API server does not answer Metacontroller'),
  {
    id: 'F09',
    name: 'frozenKind',
    title: "one kind's changes do not reach Metacontroller's cache",
    draw: (random) => ({ ...lasting(random, 10, 900), kind: random.pick(KINDS) }),
    begin: (world, fault) => {
      const kind = String(fault['kind']);
      world.weather.frozenKinds.add(kind);
      return () => {
        world.weather.frozenKinds.delete(kind);
        world.thaw();
      };
    },
  },
  {
    id: 'F10',
    name: 'timeTravel',
    title: 'Metacontroller is started anew and sees some kinds as they were before',
    draw: (random) => ({
      ...lasting(random, 2, 120),
      kinds: random.shuffled(KINDS).slice(0, random.between(1, 3)),
      lagSeconds: random.pick([2, 10, 60, 600]),
    }),
    begin: (world, fault) => {
      world.hit('F10');
      const kinds = fault['kinds'] as readonly string[];
      for (const kind of kinds) world.weather.frozenKinds.add(kind);
      world.restartHost({ kinds, lagMs: Number(fault['lagSeconds']) * 1000 });
      return () => {
        for (const kind of kinds) world.weather.frozenKinds.delete(kind);
        world.thaw();
      };
    },
  },
  window('F14', 'hookTimeout', 'hooks answer too late'),
  away('F15', 'hooksAway', 'nobody answers hooks'),
  window('F15', 'hookError', 'hooks answer 500'),
  {
    id: 'F17',
    name: 'killAfterWrite',
    title: 'Metacontroller is killed after its k-th write',
    draw: (random) => ({ writes: random.between(1, 40) }),
    begin: (world, fault) => void (world.weather.writesToKill = Number(fault['writes'])) as undefined,
  },
  {
    id: 'F21',
    name: 'restart',
    title: 'Metacontroller is started anew: timers and caches are lost',
    draw: () => ({}),
    begin: (world) => {
      world.hit('F21');
      world.restartHost();
      return undefined;
    },
  },
  {
    id: 'F30',
    name: 'hookSkew',
    title: "the hooks' clock is ahead or behind",
    draw: (random) => ({ ...lasting(random, 300, 86_400), skewSeconds: random.pick([-2400, -60, -1, 1, 60, 2400]) }),
    begin: (world, fault) => {
      world.hit('F30');
      world.weather.hookSkewMs = Number(fault['skewSeconds']) * 1000;
      return () => (world.weather.hookSkewMs = 0);
    },
  },
];

export type { Weather };
