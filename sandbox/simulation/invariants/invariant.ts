/** What must hold, by its number in faults.md §4: watched over the true state of a world, never over a cache. */
import type { World, Observer } from '../world.ts';
import type { Places } from './places.ts';

export interface Watch {
  readonly world: World;
  readonly places: Places;
  /** Something that must hold does not. */
  readonly violated: (message: string) => void;
  /** Whether something happened that this world's faults excuse; a reason is written into the trace. */
  readonly excuses: Excuses;
}

/** Facts that lift single rules: what no design survives, or what the user asked for. */
export interface Excuses {
  /** Objects whose status or labels a user changed. */
  readonly touched: Set<string>;
  /** A process that the cluster no longer knows may still write. */
  hasZombies: boolean;
  /** Backup data was taken away on purpose. */
  dataLost: boolean;
}

export interface Invariant {
  readonly id: string;
  readonly title: string;
  readonly watch: (watch: Watch) => Watching;
}

export interface Watching extends Observer {
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
