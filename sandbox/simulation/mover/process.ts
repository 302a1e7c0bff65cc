/**
 * One mover in the simulation: the real mover's code in this process, on modelled disks, volumes, API server and time.
 * Every step that leaves its memory goes through `does`, where it can be delayed, refused, or be its last.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { StorageAccess, Task } from '../../../hooks/domain/task.ts';
import type { ApiServer } from '../../api-server/api.ts';
import type { Clock } from '../../clock.ts';
import type { Pod } from '../../controllers/shapes.ts';
import type { Disk } from '../model/disk.ts';
import type { ResticWeather } from '../model/restic.ts';
import type { Volume } from '../model/volume.ts';

/** What happens to a mover, by the number of steps that it has done. */
export interface Fate {
  /** Killed before or after the step with this number (from 1) takes effect. */
  readonly killedAt?: { readonly step: number; readonly when: 'before' | 'after' };
  /** The step's effect happens and its answer is lost. */
  readonly lostAnswerAt?: number;
  readonly restic?: ResticWeather;
  /** SIGTERM is not heeded. */
  readonly deaf?: boolean;
  /** The Pod's network to the API server is cut, while its container runs on. */
  readonly isolated?: boolean;
}

export interface MoverWorld {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** The disk of a storage as this Pod mounts it. */
  diskOf(storage: StorageAccess, pod: Pod): Disk;
  volumeOf(namespace: string, claim: string): Volume;
  isAlive(processName: string): boolean;
  /** A promise was settled: what waits for it must run before time moves on. */
  settled(): void;
  /** Told every step, for traces and coverage. */
  onStep(process: MoverProcess, what: string): void;
}

export class MoverProcess {
  readonly pod: Pod;
  readonly task: Task;
  readonly world: MoverWorld;
  readonly stop = new AbortController();
  /** Files that the process keeps to itself: listings, scratch. */
  readonly files = new Map<string, readonly string[]>();
  fate: Fate;
  isAlive = true;
  steps = 0;
  terminationMessage = '';
  readonly #onDeath: (process: MoverProcess) => void;

  constructor(
    pod: Pod,
    task: Task,
    world: MoverWorld,
    { fate, onDeath }: { readonly fate: Fate; readonly onDeath: (process: MoverProcess) => void },
  ) {
    this.pod = pod;
    this.task = task;
    this.world = world;
    this.fate = fate;
    this.#onDeath = onDeath;
  }

  /** Unique among all processes that ever were. */
  get name(): string {
    return `${this.pod.metadata.namespace}/${this.pod.metadata.name}`;
  }

  get root(): string {
    return `/movers/${this.pod.metadata.uid}`;
  }

  does<Result>(what: string, act: () => Result, ms: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.world.clock.after(ms, () => {
        if (!this.isAlive) return;
        this.steps += 1;
        const { killedAt, lostAnswerAt } = this.fate;
        const last = killedAt?.step === this.steps ? killedAt.when : undefined;
        if (last === 'before') return this.die();
        this.world.onStep(this, what);
        const outcome = attempted(act);
        if (last === 'after') return this.die();
        this.world.settled();
        if (lostAnswerAt === this.steps && 'result' in outcome) reject(new LostAnswer(what));
        else if ('result' in outcome) resolve(outcome.result);
        else reject(outcome.thrown as Error);
      });
    });
  }

  /** SIGKILL: nothing more happens, and nobody is told but the node. */
  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#onDeath(this);
  }
}

/** The request arrived and was carried out; the connection broke before the answer. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer';
  constructor(what: string) {
    super(`connection reset while waiting for the answer to: ${what}`);
  }
}

function attempted<Result>(act: () => Result): { readonly result: Result } | { readonly thrown: unknown } {
  try {
    return { result: act() };
  } catch (thrown) {
    return { thrown };
  }
}

const current = new AsyncLocalStorage<MoverProcess>();

/** Runs code as this mover: whatever it awaits, `presentMover` is this one. */
export function asMover<Result>(process: MoverProcess, run: () => Result): Result {
  return current.run(process, run);
}

/** The mover whose code is running. */
export function presentMover(): MoverProcess {
  const process = current.getStore();
  if (!process) throw new Error('no mover is running');
  return process;
}
