/** Time as the sandbox sees it: the machine's own for the demo, a virtual one for simulation and conformance. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}
