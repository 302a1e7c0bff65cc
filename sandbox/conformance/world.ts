/** A cluster for one replay: virtual clock, API server with its controllers, the host under test, the scripted hooks. */
import { ApiError, type ObjectKey, type Resource, type StoredObject } from '../api-server/api.ts';
import { createApiServer, type SandboxApiServer } from '../api-server/server.ts';
import { listOf, mapOf, textOf, type JsonMap } from '../api-server/values.ts';
import { virtualClock, type VirtualClock } from '../clocks/virtual.ts';
import { startGarbageCollector } from '../controllers/garbage-collector.ts';
import { startNamespaceController } from '../controllers/namespace.ts';
import { timeoutMs } from '../metacontroller/endpoints.ts';
import type { HostEvent } from '../metacontroller/events.ts';
import type { HookAnswer, HookOptions, LaterAnswer } from '../metacontroller/hook-caller.ts';
import { createHost, type Host } from '../metacontroller/host.ts';
import { ObservedApi, type Call } from './observed-api.ts';
import { Script } from './script.ts';

export interface HookCall {
  readonly hook: string;
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: JsonMap;
}

/** What a hook call and the collector's reaction take here; anything small will do. */
const HOOK_LATENCY_MS = 3;
const COLLECTOR_DELAY_MS = 5;
const REQUEST_MS = 1;
const WATCH_DELAY_MS = 1;
const SYNC_MS = 20;
const NAMESPACE_GRACE_MS = 5;

const CORE_KINDS: Readonly<Record<string, string>> = {
  CompositeController: 'metacontroller.k8s.io/v1alpha1',
  DecoratorController: 'metacontroller.k8s.io/v1alpha1',
  ControllerRevision: 'metacontroller.k8s.io/v1alpha1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
};

export class World {
  readonly clock: VirtualClock = virtualClock(Date.parse('2026-01-01T00:00:00Z'));
  readonly api: SandboxApiServer;
  readonly calls: Call[] = [];
  readonly hooks: HookCall[] = [];
  readonly events: HostEvent[] = [];
  readonly namespace: string;
  /** When anything last happened. */
  lastActivity = 0;
  panic: string | undefined;
  script = new Script([]);
  refusing = false;
  #host: Host | undefined;
  #interferences: { readonly rule: JsonMap; left: number }[] = [];
  #sequence = 0;
  #open = 0;
  #answeredAt = 0;

  constructor(namespace: string, definitions: readonly object[], flags: readonly string[]) {
    this.namespace = namespace;
    this.api = createApiServer(this.clock, { watchDelayMs: WATCH_DELAY_MS });
    startGarbageCollector(this.api, this.clock, { delayMs: COLLECTOR_DELAY_MS });
    startNamespaceController(this.api, this.clock, { graceMs: NAMESPACE_GRACE_MS });
    for (const definition of definitions) this.api.create(definition);
    for (const name of ['default', 'kube-system'])
      this.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    this.api.watchAll(({ object }) => {
      if (object.kind !== 'Event') this.lastActivity = this.clock.now();
    });
    this.startHost(flags);
  }

  startHost(flags: readonly string[]): void {
    const observed = new ObservedApi(
      this.api,
      (call) => this.#noteCall(call),
      (resource, subresource, verb) => this.#interfereBefore(resource, subresource, verb),
    );
    const selector = flags
      .find((flag) => flag.startsWith('--target-label-selector='))
      ?.slice('--target-label-selector='.length);
    const flush = flags
      .find((flag) => flag.startsWith('--cache-flush-interval='))
      ?.slice('--cache-flush-interval='.length);
    this.#host = createHost(observed, this.clock, {
      hook: (url, body, options) => this.#answer(url, body, options),
      workers: 1,
      requestMs: REQUEST_MS,
      ...(selector === undefined ? {} : { targetLabelSelector: selector }),
      ...(flush === undefined ? {} : { cacheFlushMs: timeoutMs(flush) }),
      onEvent: (event) => this.events.push(event),
      onPanic: (message) => (this.panic = message),
    });
  }

  stopHost(): void {
    this.#host?.stop();
    this.#host = undefined;
  }

  interfere(rules: readonly JsonMap[]): void {
    this.#interferences = rules.map((rule) => ({ rule, left: Number(rule['times'] ?? 1) }));
  }

  /** No hook call is open, and the writes of the last one had time to be made. */
  get idle(): boolean {
    return this.#open === 0 && this.clock.now() >= this.#answeredAt + SYNC_MS;
  }

  /** Runs until nothing has happened for a while; gives up after `limitMs`. */
  runUntilQuiet(silenceMs: number, limitMs: number): void {
    const limit = this.clock.now() + limitMs;
    this.lastActivity = this.clock.now();
    while (this.clock.now() < limit) {
      const quietAt = this.lastActivity + silenceMs;
      if (!this.clock.step(Math.min(quietAt, limit))) {
        this.clock.runUntil(Math.min(quietAt, limit));
        if (this.clock.now() >= this.lastActivity + silenceMs) return;
      }
    }
  }

  /** Runs until the condition holds; false when it did not within the limit. */
  runUntil(condition: () => boolean, limitMs: number): boolean {
    const limit = this.clock.now() + limitMs;
    while (!condition()) {
      if (!this.clock.step(limit)) {
        this.clock.runUntil(limit);
        return condition();
      }
    }
    return true;
  }

  /** The key of a step's target, in the scenario's namespace unless it says another. */
  keyOf(target: JsonMap): ObjectKey {
    const kind = textOf(target['kind']);
    const apiVersion = textOf(target['apiVersion']) || this.#apiVersionOf(kind);
    const namespaced = this.api.resource(apiVersion, kind)?.namespaced ?? true;
    const namespace = textOf(target['namespace']) || this.namespace;
    return { apiVersion, kind, name: textOf(target['name']), ...(namespaced ? { namespace } : {}) };
  }

  /** A user action inside a hook call or before a write. */
  playInner(step: JsonMap): void {
    try {
      if (step['create'] !== undefined) this.api.create(this.#placed(mapOf(step['create'])));
      else if (step['delete'] !== undefined)
        this.api.delete(this.keyOf(mapOf(step['delete'])), { propagation: 'Background' });
      else if (step['patch'] !== undefined) {
        this.api.patch(this.keyOf(mapOf(step['patch'])), numbered(mapOf(step['with']), ++this.#sequence) as JsonMap);
      }
    } catch (error) {
      // A refusal is part of the scenario.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #placed(body: JsonMap): JsonMap {
    const resource = this.api.resource(textOf(body['apiVersion']), textOf(body['kind']));
    const metadata = mapOf(body['metadata']);
    if (resource?.namespaced !== true || metadata['namespace'] !== undefined) return body;
    return { ...body, metadata: { ...metadata, namespace: this.namespace } };
  }

  #apiVersionOf(kind: string): string {
    const resource = this.api.resources().find((one) => one.kind === kind);
    return CORE_KINDS[kind] ?? resource?.apiVersion ?? 'v1';
  }

  #noteCall(call: Call): void {
    this.lastActivity = this.clock.now();
    this.calls.push(call);
  }

  #interfereBefore(resource: Resource, subresource: string, verb: string): void {
    const found = this.#interferences.find(
      ({ rule, left }) =>
        left > 0 &&
        rule['resource'] === resource.plural &&
        rule['verb'] === verb &&
        textOf(rule['subresource']) === subresource,
    );
    if (!found) return;
    found.left--;
    for (const step of listOf(found.rule['do'])) this.playInner(mapOf(step));
  }

  #answer(url: string, body: JsonMap, options: HookOptions): LaterAnswer {
    this.lastActivity = this.clock.now();
    if (this.refusing) throw new Error('dial tcp hook: connect: connection refused');
    const hook = new URL(url).pathname.slice(1);
    const request = JSON.parse(JSON.stringify(body)) as JsonMap;
    this.hooks.push({ hook, at: this.clock.now(), headers: options.headers, request });
    const scripted = this.script.answer(hook, request);
    for (const step of scripted.steps) this.playInner(step);
    const { answer } = scripted;
    if (answer.code === 307) return this.#answer(new URL(answer.headers['location'] ?? '', url).href, body, options);
    this.#open++;
    return (settle: (value: HookAnswer) => void): void => {
      this.clock.after(HOOK_LATENCY_MS + scripted.delayMs, () => {
        this.#open--;
        this.#answeredAt = this.clock.now();
        settle(answer);
      });
    };
  }
}

function numbered(value: unknown, sequence: number): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('$seq', String(sequence)));
}

/** Every object of the cluster, Events left out. */
export function everythingIn(api: SandboxApiServer): readonly StoredObject[] {
  const seen = new Set<string>();
  return api
    .resources()
    .flatMap((resource) => (resource.kind === 'Event' ? [] : api.list(resource.apiVersion, resource.kind)))
    .filter((object) => !seen.has(object.metadata.uid) && seen.add(object.metadata.uid));
}
