/** All invariants, watched over one world. */
import type { StoredObject } from '../../api-server/api.ts';
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

export interface Watched {
  readonly violations: readonly Violation[];
  atProbe(session: StoredObject): void;
  atRest(): void;
  atEnd(): void;
}

/** Watches the world from now on. */
export function watched(world: World): Watched {
  const violations: Violation[] = [];
  const { excuses } = world;
  const places = placesOf(world);
  const report = ({ id, title }: Invariant, message: string): void => {
    if (violations.length >= 20) return;
    world.trace.add('violated', `${id} ${message}`);
    violations.push({ id, title, at: world.seconds(), message });
  };
  const watchings: Watching[] = INVARIANTS.map((invariant) =>
    invariant.watch({ world, places, excuses, violated: (message) => report(invariant, message) }),
  );
  world.observers.push(...watchings);
  return {
    violations,
    atProbe: (session) => {
      for (const watching of watchings) watching.atProbe?.(session);
    },
    atRest: () => {
      for (const watching of watchings) watching.atRest?.();
    },
    atEnd: () => {
      for (const watching of watchings) watching.atEnd?.();
    },
  };
}
