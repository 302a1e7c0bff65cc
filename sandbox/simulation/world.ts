/** One simulated cluster with everything behind it: built from a scenario, driven by its clock, watched by observers. */
import type { StorageAccess, Task } from '../../hooks/domain/task.ts';
import type { StoredObject, WatchEvent } from '../api-server/api.ts';
import { identifiers } from '../api-server/identifiers.ts';
import { createApiServer, type SandboxApiServer } from '../api-server/server.ts';
import { mapOf, textOf } from '../api-server/values.ts';
import { virtualClock, type VirtualClock } from '../clocks/virtual.ts';
import { startControllers, type Controllers } from '../cluster/controllers.ts';
import { apply, type Manifest } from '../cluster/manifests.ts';
import { installed, VIRTUAL_START } from '../cluster/virtual-cluster.ts';
import type { Pod } from '../controllers/shapes.ts';
import { createHost, type Host } from '../metacontroller/host.ts';
import { hookService, type AskedHook } from './hook-service.ts';
import { hostApi, type Happened, type HostApi } from './host-api.ts';
import { Disk, type DiskChange } from './model/disk.ts';
import { Volume } from './model/volume.ts';
import type { MoverProcess } from './mover/process.ts';
import { startSimulatedNode, type PodFate, type SimulatedNode } from './node.ts';
import { randomOf, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { traceOn, type Trace } from './trace.ts';
import { diskName } from './disk-name.ts';
import type { Excuses } from './excuses.ts';
import { calm, type Weather } from './weather.ts';

export const START = VIRTUAL_START;
const LONGEST_LAG_MS = 15 * 60_000;
const MOST_TASKS_PER_MINUTE = 50_000;

/** Who watches the world. Each is told in the order of events; what it finds wrong it hands to `violated`. */
export interface Observer {
  readonly onEvent?: (event: WatchEvent, previous: StoredObject | undefined) => void;
  readonly onAsked?: (asked: AskedHook) => void;
  readonly onHostWrite?: (verb: string, object: object) => void;
  readonly onDisk?: (disk: Disk, change: DiskChange) => void;
  readonly onStep?: (process: MoverProcess, what: string) => void;
  readonly onWarning?: (object: StoredObject, message: string) => void;
}

export interface World {
  readonly scenario: Scenario;
  readonly api: SandboxApiServer;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly weather: Weather;
  readonly controllers: Controllers;
  readonly node: SimulatedNode;
  readonly disks: ReadonlyMap<string, Disk>;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly trace: Trace;
  /** How often each fault befell something. */
  readonly hits: Map<string, number>;
  /** Fates of Pods to come, asked in order; the first that answers decides. */
  readonly fates: ((pod: Pod, task: Task) => PodFate | undefined)[];
  readonly observers: Observer[];
  readonly excuses: Excuses;
  /** Seconds since the start. */
  seconds(): number;
  /** Applies as a user or GitOps does. */
  apply(manifest: Manifest): void;
  hit(id: string): void;
  /** Kills Metacontroller and starts it again with empty caches, which of these kinds are at first as they were so long ago. */
  restartHost(older?: { readonly kinds: readonly string[]; readonly lagMs: number }): void;
  /** Delivers to caches what was held back. */
  thaw(): void;
  /** Lets time pass; ends early when `isOver` says so. */
  run(seconds: number, isOver?: () => boolean): Promise<void>;
  stop(): void;
}

export interface WorldSettings {
  readonly keepsTrace?: boolean;
  /** Seconds since the start after which nothing is planned ahead. */
  readonly horizon: number;
}

/** Builds the world of a scenario: installed, empty of users' objects, before its first instant. */
export function worldOf(scenario: Scenario, settings: WorldSettings): World {
  return new SimulatedWorld(scenario, settings);
}

class SimulatedWorld implements World {
  readonly scenario: Scenario;
  readonly api: SandboxApiServer;
  readonly clock = virtualClock(START);
  readonly random: Random;
  readonly weather = calm();
  readonly controllers: Controllers;
  readonly node: SimulatedNode;
  readonly disks = new Map<string, Disk>();
  readonly volumes = new Map<string, Volume>();
  readonly trace: Trace;
  readonly hits = new Map<string, number>();
  readonly fates: ((pod: Pod, task: Task) => PodFate | undefined)[] = [];
  readonly observers: Observer[] = [];
  readonly excuses: Excuses = { touched: new Set(), hasZombies: false, evidenceLost: false, dataLost: false };
  readonly #settings: WorldSettings;
  readonly #known = new Map<string, StoredObject>();
  /** Changes of the last quarter of an hour: what a cache may be behind. */
  readonly #log: (Happened & { readonly at: number })[] = [];
  #host: Host | undefined;
  #hostApi: HostApi | undefined;
  #lives = 0;
  #lastWriteAt = 0;
  #isUnsettled = false;
  #minute = 0;
  #tasks = 0;

  constructor(scenario: Scenario, settings: WorldSettings) {
    this.scenario = scenario;
    this.#settings = settings;
    this.random = randomOf(scenario.seed);
    this.trace = traceOn(this.clock, settings.keepsTrace ?? false);
    this.api = createApiServer(this.clock, { identifiers: identifiers(scenario.seed) });
    this.controllers = startControllers(this.api, this.clock, ['node-1']);
    this.node = startSimulatedNode(this.api, this.clock, {
      diskOf: (storage, pod) => this.#diskOf(storage, pod),
      volumeOf: (namespace, claim) => this.#volumeOf(namespace, claim),
      settled: () => (this.#isUnsettled = true),
      onStep: (process, what) => {
        this.trace.add('mover', `${process.name} ${what}`);
        for (const observer of this.observers) observer.onStep?.(process, what);
      },
      fateOf: (pod, task) => this.#fateOf(pod, task),
    });
    for (const name of ['kube-system', 'default'])
      this.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const folder of ['crds', 'catalog']) for (const manifest of installed(folder)) apply(this.api, manifest);
    this.api.watchAll((event) => this.#onEvent(event));
    this.#startHost();
    for (const manifest of installed('metacontroller')) apply(this.api, manifest);
  }

  seconds(): number {
    return (this.clock.now() - START) / 1000;
  }

  apply(manifest: Manifest): void {
    apply(this.api, manifest);
  }

  hit(id: string): void {
    this.hits.set(id, (this.hits.get(id) ?? 0) + 1);
  }

  restartHost(older?: { readonly kinds: readonly string[]; readonly lagMs: number }): void {
    this.#host?.stop();
    const since = this.clock.now() - (older?.lagMs ?? 0);
    const happened = this.#log.filter(({ at }) => at >= since);
    const ofKind = (kind: string): readonly Happened[] => happened.filter(({ event }) => event.object.kind === kind);
    this.#startHost(new Map((older?.kinds ?? []).map((kind) => [kind, ofKind(kind)])));
  }

  thaw(): void {
    this.#hostApi?.thaw();
  }

  async run(seconds: number, isOver: () => boolean = () => false): Promise<void> {
    const until = this.clock.now() + seconds * 1000;
    while (!isOver()) {
      if (this.#isUnsettled) {
        this.#isUnsettled = false;
        await new Promise((resolve) => setImmediate(resolve));
      } else if (!this.clock.step(until)) break;
      this.#countTask();
    }
    if (!isOver()) this.clock.runUntil(until);
  }

  /** A world that is busy for ever within a minute would hang the run. */
  #countTask(): void {
    const minute = Math.floor(this.clock.now() / 60_000);
    if (minute !== this.#minute) [this.#minute, this.#tasks] = [minute, 0];
    this.#tasks += 1;
    if (this.#tasks > MOST_TASKS_PER_MINUTE) throw new Error(`more than ${MOST_TASKS_PER_MINUTE} tasks in a minute`);
  }

  stop(): void {
    this.#host?.stop();
    this.node.stop();
    this.controllers.stop();
  }

  #startHost(older: ReadonlyMap<string, readonly Happened[]> = new Map()): void {
    this.#lives += 1;
    const random = this.random.fork(`host-${this.#lives}`);
    const { weather, clock, scenario } = this;
    const counter = { hit: (id: string) => this.hit(id) };
    const api = hostApi(this.api, {
      clock,
      chance: { weather, random: random.fork('api'), counter },
      watchDelayMs: scenario.world.watchDelayMs,
      onLastWrite: () => this.#killHost(),
      onWrite: (verb, object) => this.#onHostWrite(verb, object),
      older,
    });
    const order = random.fork('order');
    const pace = random.fork('pace');
    const { queueMs = 0 } = scenario.world;
    this.#hostApi = api;
    this.#host = createHost(api, clock, {
      hook: hookService({
        clock,
        chance: { weather, random: random.fork('hooks'), counter },
        throughJson: scenario.world.throughJson,
        skipsQuiet: scenario.world.skipsQuiet,
        horizon: () => START + this.#settings.horizon * 1000,
        onAsked: (asked) => this.#onAsked(asked),
        lastWriteAt: () => this.#lastWriteAt,
      }),
      resolve: (webhook) => textOf(webhook['path']),
      requestMs: scenario.world.requestMs,
      // The flush hands every cache to its controllers again: nothing that a resync does not do.
      ...(scenario.world.skipsQuiet ? { cacheFlushMs: Infinity } : {}),
      ...(queueMs > 0 ? { queueMs: () => pace.between(queueMs >> 1, queueMs + (queueMs >> 1)) } : {}),
      shuffled: (items) => order.shuffled(items),
      onEvent: ({ type, object, message }) => {
        if (type !== 'Warning') return;
        this.trace.add('says', `${object.kind} ${object.metadata.name}: ${message}`);
        for (const observer of this.observers) observer.onWarning?.(object, message);
      },
      onPanic: (message) => this.trace.add('says', `Metacontroller died: ${message}`),
    });
  }

  /** In the middle of a sync; a Deployment starts it again. */
  #killHost(): void {
    this.trace.add('fault', 'Metacontroller is killed after a write');
    this.#host?.stop();
    this.clock.after(5000, () => this.#startHost());
  }

  #onEvent(event: WatchEvent): void {
    const { object, type } = event;
    const { uid, namespace = '', name, resourceVersion } = object.metadata;
    const previous = this.#known.get(uid);
    if (type === 'DELETED') this.#known.delete(uid);
    else this.#known.set(uid, object);
    this.#log.push({ at: this.clock.now(), event, previous });
    while ((this.#log[0]?.at ?? Infinity) < this.clock.now() - LONGEST_LAG_MS) this.#log.shift();
    if (object.kind !== 'Event') {
      const phase = textOf(mapOf(object['status'])['phase']);
      this.trace.add('api', `${type} ${object.kind} ${namespace}/${name} ${resourceVersion} ${phase}`);
    }
    for (const observer of this.observers) observer.onEvent?.(event, previous);
  }

  #onAsked(asked: AskedHook): void {
    for (const observer of this.observers) observer.onAsked?.(asked);
  }

  #onHostWrite(verb: string, object: object): void {
    if ((object as { readonly kind?: string }).kind !== 'Event') this.#lastWriteAt = this.clock.now();
    for (const observer of this.observers) observer.onHostWrite?.(verb, object);
  }

  #fateOf(pod: Pod, task: Task): PodFate {
    const { slownessMs } = this.scenario.world;
    for (const fate of this.fates) {
      const decided = fate(pod, task);
      if (decided) return { restic: { slownessMs }, ...decided };
    }
    return { restic: { slownessMs } };
  }

  #diskOf(storage: StorageAccess, pod: Pod): Disk {
    const name = diskName(storage, pod);
    let disk = this.disks.get(name);
    if (!disk) {
      disk = new Disk(name, (changed, change) => this.#onDisk(changed, change));
      this.disks.set(name, disk);
    }
    return disk;
  }

  #onDisk(disk: Disk, change: DiskChange): void {
    this.trace.add('disk', `${change.verb} ${disk.name} ${change.key}`);
    for (const observer of this.observers) observer.onDisk?.(disk, change);
  }

  #volumeOf(namespace: string, claim: string): Volume {
    const name = `${namespace}/${claim}`;
    let volume = this.volumes.get(name);
    if (!volume) this.volumes.set(name, (volume = new Volume(name, this.clock.now())));
    return volume;
  }
}
