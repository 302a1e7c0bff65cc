/**
 * createHost: Metacontroller in one process. It watches CompositeController and DecoratorController objects in the API
 * server and runs each as the real one does (conformance: docs/conformance.md). All its state but the API server's objects
 * is lost when it stops.
 */
import type { ApiReads, ApiServer, Resource, StoredObject } from '../api-server/api.ts';
import { everything, parsedSelector } from '../api-server/selectors.ts';
import { equal, listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import { SandboxClient, type Client } from './client.ts';
import { compositeController } from './composite.ts';
import { ParentController, type Environment } from './controller.ts';
import { decoratorController } from './decorator.ts';
import { webhookUrl } from './endpoints.ts';
import { EventRecorder, eventsIn, type EventListener, type EventWriter } from './events.ts';
import type { Resolve } from './hook.ts';
import { HostPanic, type HookCaller } from './hook-caller.ts';
import { Informers, type InformerOptions } from './informers.ts';
import { WorkQueue } from './work-queue.ts';

const GROUP_VERSION = 'metacontroller.k8s.io/v1alpha1';

export interface HostOptions {
  readonly hook: HookCaller;
  /** Syncs at a time of each controller; 5 as in the real host. */
  readonly workers?: number;
  /** The URL to call for a webhook; default as its spec says. */
  readonly resolve?: Resolve;
  /** Only controllers with these labels, as in `--target-label-selector`. */
  readonly targetLabelSelector?: string;
  /** Every cache is handed to its controllers again this often; 30 min as in the real host. */
  readonly cacheFlushMs?: number;
  /** How long the first list of a resource takes. */
  readonly listDelayMs?: number;
  /** How long one request to the API server takes; 0 keeps a sync inside one task. */
  readonly requestMs?: number;
  /** How long a controller leaves a woken key in its queue; what wakes it again meanwhile is part of the same sync. */
  readonly queueMs?: () => number;
  /** The order of objects of one kind within a phase, which Go leaves to chance. */
  readonly shuffled?: <Item>(items: readonly Item[]) => readonly Item[];
  readonly onEvent?: EventListener;
  /** The real process would have died, with this panic; the host has stopped. */
  readonly onPanic?: (message: string) => void;
}

/** The API server of a host: caches that are read at once, and requests. */
export interface Upstream {
  readonly reads: ApiReads;
  readonly listed: InformerOptions['listed'];
  readonly writeEvent: EventWriter;
  /** Requests fail once the host has stopped. */
  readonly client: (stopped: () => boolean) => Client;
}

export interface Host {
  /** Stops everything at once, in the middle of whatever it does, as a killed process would. */
  stop(): void;
}

const THIRTY_MINUTES_MS = 30 * 60 * 1000;

/** Starts a host on the sandbox's API server. */
export function createHost(api: ApiServer, clock: Clock, options: HostOptions): Host {
  const { listDelayMs = 1, requestMs = 0 } = options;
  const upstream: Upstream = {
    reads: api,
    listed: (_resource, then) => clock.after(listDelayMs, then),
    writeEvent: eventsIn(api),
    client: (stopped) => new SandboxClient(api, requestMs, stopped),
  };
  return createHostOn(upstream, clock, options);
}

/** Starts a host on any API server. */
export function createHostOn(upstream: Upstream, clock: Clock, options: HostOptions): Host {
  return new RunningHost(upstream, clock, options);
}

class RunningHost implements Host {
  readonly #api: ApiReads;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #options: HostOptions;
  readonly #informers: Informers;
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #controllers = new Map<string, ParentController>();
  readonly #stops: (() => void)[] = [];
  #stopped = false;

  constructor(upstream: Upstream, clock: Clock, options: HostOptions) {
    const api = upstream.reads;
    this.#api = api;
    this.#client = upstream.client(() => this.#stopped);
    this.#clock = clock;
    this.#options = options;
    this.#events = new EventRecorder(upstream.writeEvent, clock, options.onEvent);
    this.#informers = new Informers(api, clock, {
      listed: upstream.listed,
      resyncMs: options.cacheFlushMs ?? THIRTY_MINUTES_MS,
    });
    this.#queue = new WorkQueue(clock, () => clock.after(0, () => this.#reconcileNext()));
    const selects = options.targetLabelSelector ? parsedSelector(options.targetLabelSelector) : everything;
    for (const kind of ['CompositeController', 'DecoratorController']) {
      const changed = (object: StoredObject): void => {
        if (selects(object.metadata.labels)) this.#queue.add(`${kind} ${object.metadata.name}`);
      };
      this.#stops.push(api.watch(GROUP_VERSION, kind, ({ object }) => changed(object)));
      for (const object of api.list(GROUP_VERSION, kind)) changed(object);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    this.#queue.close();
    for (const controller of this.#controllers.values()) controller.abandon();
    this.#controllers.clear();
    this.#informers.closeAll();
  }

  #reconcileNext(): void {
    const key = this.#stopped ? undefined : this.#queue.take();
    if (key === undefined) return;
    const [kind = '', name = ''] = key.split(' ');
    const succeeded = this.#reconcile(kind, name, key);
    if (this.#stopped) return;
    if (succeeded) this.#queue.forget(key);
    else this.#queue.addRateLimited(key);
    this.#queue.done(key);
  }

  #reconcile(kind: string, name: string, key: string): boolean {
    const definition = this.#api.list(GROUP_VERSION, kind).find((one) => one.metadata.name === name);
    const running = this.#controllers.get(key);
    if (!definition) {
      if (running) this.#stopController(key, running, running.definition);
      return true;
    }
    if (kind === 'CompositeController') {
      const parent = this.#parentDefinition(definition);
      if (!parent) return false;
      if (!this.#hasStatus(parent, definition)) return true;
    }
    if (running && equal(running.definition['spec'], definition['spec'])) return true;
    if (running) this.#stopController(key, running, definition);
    return this.#startController(key, kind, definition);
  }

  /** A composite's parent must be a custom resource: the real host looks its CustomResourceDefinition up. */
  #parentDefinition(definition: StoredObject): StoredObject | undefined {
    const { apiVersion, resource } = mapOf(mapOf(definition['spec'])['parentResource']);
    const name = `${textOf(resource)}.${textOf(apiVersion).split('/')[0]}`;
    return this.#api
      .list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
      .find((one) => one.metadata.name === name);
  }

  #hasStatus(parent: StoredObject, definition: StoredObject): boolean {
    const wanted = textOf(mapOf(mapOf(definition['spec'])['parentResource'])['apiVersion']).split('/')[1];
    const versions = listOf(mapOf(parent['spec'])['versions']).map(mapOf);
    const version = versions.find((one) => one['name'] === wanted);
    if (version && mapOf(version['subresources'])['status'] !== undefined) return true;
    const what = 'CRD [apiextensions.k8s.io/v1, Kind=CustomResourceDefinition]';
    const message = `[${definition.metadata.name}] Sync error - ignoring, ${what} does not have subresource 'Status' enabled`;
    this.#events.record({ type: 'Warning', reason: 'SyncError', object: definition, message });
    return false;
  }

  #startController(key: string, kind: string, definition: StoredObject): boolean {
    const { name } = definition.metadata;
    try {
      const build = kind === 'CompositeController' ? compositeController : decoratorController;
      const controller = build(definition, this.#environment());
      this.#events.record({
        type: 'Normal',
        reason: 'Started',
        object: definition,
        message: `Started controller: ${name}`,
      });
      this.#controllers.set(key, controller);
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // A panic here is recovered, and only logged.
      if (!(error instanceof HostPanic)) {
        const message = `Cannot create new controller: ${error.message}`;
        this.#events.record({ type: 'Warning', reason: 'CreateError', object: definition, message });
      }
      return false;
    }
  }

  #stopController(key: string, controller: ParentController, object: StoredObject): void {
    this.#controllers.delete(key);
    controller.stop();
    this.#events.record({
      type: 'Normal',
      reason: 'Stopped',
      object,
      message: `Stopped controller: ${object.metadata.name}`,
    });
  }

  #environment(): Environment {
    const api = this.#api;
    const clock = this.#clock;
    const { hook, workers = 5, resolve = webhookUrl, shuffled = (items) => items, queueMs = () => 0 } = this.#options;
    const environment: Environment = {
      api,
      clock,
      informers: this.#informers,
      events: this.#events,
      hook,
      workers,
      client: this.#client,
      shuffled,
      queueMs,
      resourceOf: (rule) => resourceOf(api, rule),
      hookSurroundings: (endpointConfigs) => ({ api, clock, resolve, endpointConfigs }),
      controller: (plan) => new ParentController(plan, environment),
      panic: (error) => {
        this.stop();
        this.#options.onPanic?.(error.message);
      },
    };
    return environment;
  }
}

function resourceOf(api: ApiReads, rule: JsonMap): Resource {
  const apiVersion = textOf(rule['apiVersion']);
  const plural = textOf(rule['resource']);
  const resource = api.resource(apiVersion, plural);
  if (!resource) throw new Error(`discovery: can't find resource ${plural} in apiVersion ${apiVersion}`);
  return resource;
}
