/** What must hold, by its number in faults.md §4: watched over the true state of a world, never over a cache. */
import type { StoredObject } from '../../api-server/api.ts';
import type { Excuses } from '../excuses.ts';
import type { Observer, World } from '../world.ts';
import type { Places } from './places.ts';

export interface Watch {
  readonly world: World;
  readonly places: Places;
  /** Something that must hold does not. */
  readonly violated: (message: string) => void;
  readonly excuses: Excuses;
}

export interface Invariant {
  readonly id: string;
  readonly title: string;
  readonly watch: (watch: Watch) => Watching;
}

export interface Watching extends Observer {
  /** For each session that was made by hand after all faults, when its time is up. */
  readonly atProbe?: (session: StoredObject) => void;
  /** When faults have stopped and the world had its time to settle. */
  readonly atRest?: () => void;
  /** At the very end, after a day without ticks. */
  readonly atEnd?: () => void;
}

export interface Violation {
  readonly id: string;
  readonly title: string;
  readonly at: number;
  readonly message: string;
}
