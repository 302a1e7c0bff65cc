/** What goes wrong at present. Faults set it and take it back; the world's parts ask it at every step. */
import type { Random } from './random.ts';

export interface Weather {
  /** Chances that a request of Metacontroller meets this, and what befell it counts in `hits`. */
  conflict: number;
  failsBefore: number;
  lostAnswer: number;
  /** Chances that a hook's answer is dropped, refused, or an error. */
  hookTimeout: number;
  hookError: number;
  /** Nobody answers hooks. */
  hooksAway: boolean;
  /** Nobody answers Metacontroller's requests. */
  apiAway: boolean;
  /** Kinds whose changes do not reach Metacontroller's caches. */
  readonly frozenKinds: Set<string>;
  /** Writes of Metacontroller until it is killed. */
  writesToKill: number | undefined;
  /** The hooks' own clock against the world's. */
  hookSkewMs: number;
}

/** Nothing goes wrong. */
export function calm(): Weather {
  return {
    conflict: 0,
    failsBefore: 0,
    lostAnswer: 0,
    hookTimeout: 0,
    hookError: 0,
    hooksAway: false,
    apiAway: false,
    frozenKinds: new Set(),
    writesToKill: undefined,
    hookSkewMs: 0,
  };
}

/** Whether a hook may be asked about another time than now: what it was answered will hold. */
export function isQuiet(weather: Weather): boolean {
  return weather.frozenKinds.size === 0 && !weather.apiAway && weather.hookSkewMs === 0;
}

/** Counts what befell requests, by fault. */
export interface Counter {
  hit(id: string): void;
}

export interface Chance {
  readonly weather: Weather;
  readonly random: Random;
  readonly counter: Counter;
}
