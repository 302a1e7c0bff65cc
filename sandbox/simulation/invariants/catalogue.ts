/** All invariants, watched over one world. */
import type { World } from '../world.ts';
import { ANSWER_INVARIANTS } from './answers.ts';
import { CONTROL_INVARIANTS } from './control.ts';
import { DATA_INVARIANTS } from './data.ts';
import type { Invariant, Violation, Watching } from './invariant.ts';
import { LIVENESS_INVARIANTS } from './liveness.ts';
import { STORE_INVARIANTS } from './store.ts';
import { placesOf } from './places.ts';

export const INVARIANTS: readonly Invariant[] = [
  ...DATA_INVARIANTS,
  ...STORE_INVARIANTS,
  ...CONTROL_INVARIANTS,
  ...ANSWER_INVARIANTS,
  ...LIVENESS_INVARIANTS,
];

/** L03, which is asked by making a session (run.ts). */
const PROBE_TITLE = 'a session after all faults succeeds';

export interface Watched {
  readonly violations: readonly Violation[];
  atRest(): void;
  atEnd(): void;
  /** A violation that is found from outside. */
  report(id: string, message: string): void;
}

/** Watches the world from now on. */
export function watched(world: World): Watched {
  const violations: Violation[] = [];
  const { excuses } = world;
  const places = placesOf(world);
  const report = (id: string, message: string): void => {
    if (violations.length >= 20) return;
    world.trace.add('violated', `${id} ${message}`);
    const title = INVARIANTS.find((one) => one.id === id)?.title ?? PROBE_TITLE;
    violations.push({ id, title, at: world.seconds(), message });
  };
  const watchings: Watching[] = INVARIANTS.map(({ id, watch }) =>
    watch({ world, places, excuses, violated: (message) => report(id, message) }),
  );
  world.observers.push(...watchings);
  return {
    violations,
    report,
    atRest: () => {
      for (const watching of watchings) watching.atRest?.();
    },
    atEnd: () => {
      for (const watching of watchings) watching.atEnd?.();
    },
  };
}
