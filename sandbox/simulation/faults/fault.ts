/** A kind of fault: its number in the catalogue (faults.md §3), and how the simulation brings it about. */
import type { Random } from '../random.ts';
import type { PlannedFault } from '../scenario.ts';
import type { World } from '../world.ts';

export type Drawn = Omit<PlannedFault, 'id' | 'at'>;

export interface FaultKind {
  readonly id: string;
  /** Tells faults of one number apart. */
  readonly name: string;
  readonly title: string;
  /** The fault's own arguments. */
  readonly draw: (random: Random) => Drawn;
  /** Makes it happen; what is returned ends it, after `for` seconds or when all faults end. */
  readonly begin: (world: World, fault: PlannedFault) => (() => void) | undefined;
}

/** Lasting seconds, for faults that are windows. */
export function lasting(random: Random, from: number, to: number): { readonly for: number } {
  return { for: random.between(from, to) };
}
