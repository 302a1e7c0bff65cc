/** All kinds of faults, and how a seed draws its own from them: few kinds each, most of them around ticks. */
import type { Random } from '../random.ts';
import type { PlannedFault } from '../scenario.ts';
import type { World } from '../world.ts';
import type { FaultKind } from './fault.ts';
import { HOST_FAULTS } from './host-faults.ts';
import { POD_FAULTS } from './pod-faults.ts';
import { STORE_FAULTS } from './store-faults.ts';
import { USER_FAULTS } from './user-faults.ts';

export const FAULTS: readonly FaultKind[] = [...HOST_FAULTS, ...POD_FAULTS, ...STORE_FAULTS, ...USER_FAULTS];

const MOST_KINDS = 6;
const MOST_FAULTS = 14;

/** The faults of one seed, in the order of time; some seeds have a single kind, some none. */
export function drawnFaults(random: Random, days: number, ticks: readonly number[]): readonly PlannedFault[] {
  if (random.chance(0.05)) return [];
  const kinds = random.shuffled(FAULTS).slice(0, random.chance(0.2) ? 1 : random.between(2, MOST_KINDS));
  const count = random.between(1, MOST_FAULTS);
  const moments = [0, ...ticks];
  return Array.from({ length: count }, () => {
    const kind = random.pick(kinds);
    const at = random.chance(0.8)
      ? Math.max(0, random.pick(moments) + random.between(-20, random.pick([30, 120, 900])))
      : random.between(0, days * 86_400);
    return { ...kind.draw(random), id: kind.id, name: kind.name, at };
  }).sort((left, right) => left.at - right.at);
}

/** A fault that every seed of a run shall have. */
export interface Need {
  readonly name: string;
  /** In place of what would be drawn. */
  readonly with?: Readonly<Record<string, unknown>>;
}

const NEEDED = 4;

/** Some of each, soon after ticks. */
export function neededFaults(
  random: Random,
  ticks: readonly number[],
  needs: readonly Need[],
): readonly PlannedFault[] {
  return needs.flatMap((need) => {
    const kind = FAULTS.find(({ name }) => name === need.name);
    if (!kind) throw new Error(`there is no fault ${need.name}`);
    return random
      .shuffled([0, ...ticks])
      .slice(0, NEEDED)
      .map((tick) => ({
        ...kind.draw(random),
        ...need.with,
        id: kind.id,
        name: kind.name,
        at: Math.max(0, tick + random.between(-10, 20)),
      }));
  });
}

/** Makes the fault happen at its time and end at its own; returns what ends it early. */
export function planned(world: World, fault: PlannedFault): () => void {
  const kind = FAULTS.find(({ id, name }) => id === fault.id && name === fault['name']);
  if (!kind) throw new Error(`there is no fault ${fault.id} ${String(fault['name'])}`);
  let end: (() => void) | undefined;
  const finish = (): void => {
    end?.();
    end = undefined;
  };
  const cancel = world.clock.after(fault.at * 1000, () => {
    world.trace.add('fault', `${kind.id} ${kind.title}`);
    end = kind.begin(world, fault) ?? undefined;
    if (end && fault.for !== undefined) world.clock.after(fault.for * 1000, finish);
  });
  return () => {
    cancel();
    finish();
  };
}
