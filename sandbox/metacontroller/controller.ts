/** What composite and decorator controllers share: queue, workers, informers, who gets woken by what. */
import type { ApiReads, Resource, StoredObject } from '../api-server/api.ts';
import { equal, mapOf, type JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import { controllerOf } from './claims.ts';
import type { Client } from './client.ts';
import { Customize, RelatedNotSynced } from './customize.ts';
import type { EventRecorder } from './events.ts';
import type { Hook, HookSurroundings } from './hook.ts';
import { HostPanic, TooManyRequests, type HookCaller, type Steps } from './hook-caller.ts';
import type { Informer, Informers, Subscriber } from './informers.ts';
import type { ObjectMap } from './object-map.ts';
import { run } from './steps.ts';
import { WorkQueue } from './work-queue.ts';
import { groupOf } from '../api-server/errors.ts';

/** What a controller may use of its host. */
export interface Environment {
  readonly api: ApiReads;
  readonly clock: Clock;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly hook: HookCaller;
  readonly workers: number;
  /** How long a woken key stays in the queue. */
  readonly queueMs: () => number;
  readonly client: Client;
  readonly shuffled: <Item>(items: readonly Item[]) => readonly Item[];
  /** The resource of a rule. Throws Error where there is none. */
  readonly resourceOf: (rule: JsonMap) => Resource;
  readonly hookSurroundings: (endpointConfigs: unknown) => HookSurroundings;
  readonly controller: (plan: Plan) => ParentController;
  /** The process of the real host would end here. */
  readonly panic: (error: HostPanic) => void;
}

export interface Plan {
  readonly definition: StoredObject;
  readonly view: JsonMap;
  readonly parents: readonly { readonly resource: Resource; readonly ignoreStatusChanges: boolean }[];
  readonly children: readonly Resource[];
  readonly customize: Hook | undefined;
  /** Whether the parent is this controller's business. */
  readonly cares: (parent: StoredObject) => boolean;
  readonly wantsOrphan?: (parent: StoredObject, child: StoredObject) => boolean;
  readonly sync: (parent: StoredObject, wiring: Wiring) => Steps<void>;
  /** The part of a sync that follows the hook's decoded answer. */
  readonly apply: (
    parent: StoredObject,
    observed: ObjectMap<StoredObject>,
    answer: JsonMap,
    wiring: Wiring,
  ) => Steps<void>;
}

/** What a sync may use of its controller. */
export interface Wiring {
  readonly childInformer: (resource: Resource) => Informer;
  readonly relatedTo: (parent: StoredObject) => Steps<ObjectMap<StoredObject>>;
  /** Another sync after so many seconds, unless an earlier one is due. */
  readonly resyncAfter: (parent: StoredObject, seconds: number) => void;
}

/** Client-go polls this often until its caches are filled. */
const CACHE_POLL_MS = 100;

export class ParentController {
  readonly definition: StoredObject;
  readonly #environment: Environment;
  readonly #plan: Plan;
  readonly #queue: WorkQueue;
  readonly #parents: { readonly resource: Resource; readonly informer: Informer; readonly subscriber: Subscriber }[] =
    [];
  readonly #children = new Map<string, { readonly informer: Informer; readonly subscriber: Subscriber }>();
  readonly #customize: Customize;
  readonly #wiring: Wiring;
  #busy = 0;
  #pumping = false;
  #ready = false;
  #stopped = false;

  constructor(plan: Plan, environment: Environment) {
    this.definition = plan.definition;
    this.#plan = plan;
    this.#environment = environment;
    this.#queue = new WorkQueue(environment.clock, () => this.#pumpSoon());
    this.#subscribe();
    this.#customize = this.#newCustomize();
    this.#wiring = {
      childInformer: (resource) => this.#childInformer(resource),
      relatedTo: (parent) => this.#customize.relatedTo(parent),
      resyncAfter: (parent, seconds) => {
        if (seconds > 0) this.#queue.addAfter(keyOf(parent), seconds * 1000);
      },
    };
    this.#event('Starting', `Starting controller: ${this.definition.metadata.name}`);
    this.#startWhenFilled();
  }

  /** What a killed process does: nothing more. */
  abandon(): void {
    this.#stopped = true;
    this.#queue.close();
  }

  /** Ends the controller; a sync under way is cut where it is. */
  stop(): void {
    this.abandon();
    const { informers } = this.#environment;
    for (const { informer, subscriber } of [...this.#parents, ...this.#children.values()]) {
      informer.unsubscribe(subscriber);
      informers.close(informer);
    }
    this.#customize.close();
    this.#event('Stopping', `Stopping controller: ${this.definition.metadata.name}`);
  }

  #subscribe(): void {
    const { informers } = this.#environment;
    const seconds = mapOf(this.definition['spec'])['resyncPeriodSeconds'];
    const resyncMs = typeof seconds === 'number' ? Math.max(1, seconds) * 1000 : Infinity;
    for (const { resource, ignoreStatusChanges } of this.#plan.parents) {
      const informer = informers.open(resource.apiVersion, resource.plural);
      const subscriber = this.#parentSubscriber(ignoreStatusChanges);
      this.#parents.push({ resource, informer, subscriber });
      informer.subscribe(subscriber, resyncMs);
    }
    for (const resource of this.#plan.children) {
      const key = `${resource.apiVersion} ${resource.plural}`;
      if (this.#children.has(key)) continue;
      const informer = informers.open(resource.apiVersion, resource.plural);
      const subscriber = this.#childSubscriber();
      this.#children.set(key, { informer, subscriber });
      informer.subscribe(subscriber);
    }
  }

  #newCustomize(): Customize {
    const { api, clock, informers, hook } = this.#environment;
    const runner = { clock, hook, stopped: () => this.#stopped };
    return new Customize({
      api,
      clock,
      informers,
      controller: this.#plan.view,
      hook: this.#plan.customize,
      parents: this.#parents.map(({ informer }) => informer),
      enqueue: (parent) => this.#enqueue(parent),
      run: (steps) => run(steps, runner, () => undefined),
    });
  }

  #parentSubscriber(ignoreStatusChanges: boolean): Subscriber {
    return {
      onAdd: (parent) => this.#enqueue(parent),
      onUpdate: (previous, parent) => {
        if (!ignoreStatusChanges || previous === parent || isMoreThanStatus(previous, parent)) this.#enqueue(parent);
      },
      onDelete: (parent) => this.#enqueue(parent),
    };
  }

  #childSubscriber(): Subscriber {
    const changed = (child: StoredObject): void => {
      if (!controllerOf(child) && child.metadata.deletionTimestamp === undefined) this.#enqueueWanting(child);
      else this.#enqueueControllerOf(child);
    };
    return {
      onAdd: changed,
      onUpdate: (previous, child) => {
        if (previous.metadata.resourceVersion !== child.metadata.resourceVersion) changed(child);
      },
      onDelete: (child) => this.#enqueueControllerOf(child),
    };
  }

  #enqueue(parent: StoredObject): void {
    if (this.#plan.cares(parent)) this.#queue.add(keyOf(parent));
  }

  #enqueueControllerOf(child: StoredObject): void {
    const controller = controllerOf(child);
    if (!controller) return;
    for (const { resource, informer } of this.#parents) {
      if (controller.kind !== resource.kind || groupOf(controller.apiVersion) !== groupOf(resource.apiVersion))
        continue;
      const parent = informer.get(resource.namespaced ? child.metadata.namespace : undefined, controller.name);
      if (parent?.metadata.uid === controller.uid) this.#enqueue(parent);
    }
  }

  #enqueueWanting(child: StoredObject): void {
    const { wantsOrphan } = this.#plan;
    if (!wantsOrphan) return;
    for (const { resource, informer } of this.#parents) {
      const parents = informer.list(resource.namespaced ? (child.metadata.namespace ?? '') : undefined);
      for (const parent of parents) if (wantsOrphan(parent, child)) this.#enqueue(parent);
    }
  }

  #childInformer(resource: Resource): Informer {
    const found = this.#children.get(`${resource.apiVersion} ${resource.plural}`);
    if (!found) throw new Error(`no informer for resource "${resource.plural}" in apiVersion "${resource.apiVersion}"`);
    return found.informer;
  }

  #startWhenFilled(): void {
    if (this.#stopped) return;
    const filled = [...this.#parents, ...this.#children.values()].every(({ informer }) => informer.synced);
    if (filled) {
      this.#ready = true;
      this.#pumpSoon();
    } else {
      this.#environment.clock.after(CACHE_POLL_MS, () => this.#startWhenFilled());
    }
  }

  #pumpSoon(): void {
    if (this.#pumping || !this.#ready || this.#stopped) return;
    this.#pumping = true;
    this.#environment.clock.after(this.#environment.queueMs(), () => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#stopped && this.#busy < this.#environment.workers) {
      const key = this.#queue.take();
      if (key === undefined) return;
      this.#busy++;
      this.#work(key);
    }
  }

  #work(key: string): void {
    const { clock, hook } = this.#environment;
    const parent = this.#cached(key);
    const steps = parent ? this.#plan.sync(parent, this.#wiring) : nothing();
    run(steps, { clock, hook, stopped: () => this.#stopped }, (error) => {
      this.#busy--;
      if (this.#stopped) return;
      this.#conclude(key, parent, error);
      this.#queue.done(key);
      this.#pumpSoon();
    });
  }

  #conclude(key: string, parent: StoredObject | undefined, error: Error | undefined): void {
    if (!error) return this.#queue.forget(key);
    if (error instanceof HostPanic) return this.#environment.panic(error);
    if (error instanceof TooManyRequests) return this.#queue.addAfter(key, error.afterSeconds * 1000);
    if (parent && !(error instanceof RelatedNotSynced)) {
      this.#environment.events.record({
        type: 'Warning',
        reason: 'SyncError',
        object: parent,
        message: `Sync error: ${error.message}`,
      });
    }
    this.#queue.addRateLimited(key);
  }

  #cached(key: string): StoredObject | undefined {
    const [apiVersion, kind, namespace = '', name = ''] = key.split(' ');
    const found = this.#parents.find(({ resource }) => resource.apiVersion === apiVersion && resource.kind === kind);
    return found?.informer.get(namespace, name);
  }

  #event(reason: 'Starting' | 'Stopping', message: string): void {
    this.#environment.events.record({ type: 'Normal', reason, object: this.definition, message });
  }
}

function* nothing(): Steps<void> {
  // The parent is gone: there is nothing to do and no hook to call.
}

function keyOf(parent: StoredObject): string {
  return `${parent.apiVersion} ${parent.kind} ${parent.metadata.namespace ?? ''} ${parent.metadata.name}`;
}

function isMoreThanStatus(previous: StoredObject, current: StoredObject): boolean {
  const before = previous.metadata;
  const after = current.metadata;
  if (before.generation !== after.generation || after.deletionTimestamp !== undefined) return true;
  return !equal(before.labels, after.labels) || !equal(before.annotations, after.annotations);
}
