/** One seed written out: what is applied when, which faults happen, what users do. Everything in it can be left out. */
import type { Manifest } from '../cluster/manifests.ts';

/** A fault of the catalogue at a time; `for` makes it last. Further fields are the fault's own. */
export interface PlannedFault {
  readonly id: string;
  /** Seconds since the start. */
  readonly at: number;
  /** Seconds that it lasts. */
  readonly for?: number;
  /** Chooses among what is there when it happens. */
  readonly pick?: number;
  readonly [argument: string]: unknown;
}

export interface AppliedManifest {
  readonly at: number;
  readonly manifest: Manifest;
}

export interface Scenario {
  readonly seed: string;
  readonly days: number;
  readonly applied: readonly AppliedManifest[];
  /** Faults, users' actions among them (F61 to F69). */
  readonly faults: readonly PlannedFault[];
  /** Reasoned departures from how the world runs by itself. */
  readonly world: WorldOptions;
}

export interface WorldOptions {
  /** Skip resyncs whose answers are known (docs/simulation.md). */
  readonly skipsQuiet: boolean;
  /** Questions and answers go through JSON text both ways, as over HTTP. */
  readonly throughJson: boolean;
  /** How long a request of Metacontroller takes: others act between two of them. */
  readonly requestMs: number;
  /** How long a change takes to reach a cache. */
  readonly watchDelayMs: number;
  /** How long Metacontroller leaves a woken parent in its queue, about; what wakes it again meanwhile costs no sync. */
  readonly queueMs?: number;
  /** Hours between two scans of a storage; 24 as the hooks have it where none are given. */
  readonly scanHours?: number;
  /** Every mover's uploads take this much longer per pack. */
  readonly slownessMs: number;
}
