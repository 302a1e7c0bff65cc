/**
 * Shared informers: one cache per resource, fed by the watch and indexed by controller uid, that tells its subscribers what
 * changed (pkg/dynamic/informer). A cache is empty until its first list has come back.
 */
import type { ApiReads, Resource, StoredObject, WatchEvent } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';

export interface Subscriber {
  readonly onAdd: (object: StoredObject) => void;
  /** `previous` is the same object where this is a resync and nothing changed. */
  readonly onUpdate: (previous: StoredObject, object: StoredObject) => void;
  readonly onDelete: (object: StoredObject) => void;
}

export interface InformerOptions {
  /** Calls back once the first list of the resource has come; returns what cancels that. */
  readonly listed: (resource: Resource, then: () => void) => () => void;
  /** Every subscriber gets its whole cache again this often. */
  readonly resyncMs: number;
}

const NO_CONTROLLER = '';

export class Informer {
  readonly #api: ApiReads;
  readonly #clock: Clock;
  readonly #apiVersion: string;
  readonly #kind: string;
  readonly #resyncMs: number;
  readonly #byNamespace = new Map<string, Map<string, StoredObject>>();
  readonly #byController = new Map<string, Map<string, StoredObject>>();
  readonly #subscribers = new Map<Subscriber, () => void>();
  readonly #cancels: (() => void)[] = [];
  #synced = false;
  users = 0;

  constructor(api: ApiReads, clock: Clock, resource: Resource, options: InformerOptions) {
    this.#api = api;
    this.#clock = clock;
    this.#apiVersion = resource.apiVersion;
    this.#kind = resource.kind;
    this.#resyncMs = options.resyncMs;
    this.#cancels.push(options.listed(resource, () => this.#start()));
    this.#resyncLater();
  }

  get synced(): boolean {
    return this.#synced;
  }

  get(namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#byNamespace.get(namespace ?? '')?.get(name);
  }

  list(namespace?: string): readonly StoredObject[] {
    if (namespace !== undefined) return [...(this.#byNamespace.get(namespace)?.values() ?? [])];
    return [...this.#byNamespace.values()].flatMap((names) => [...names.values()]);
  }

  /** Objects whose controller has this uid; of one namespace where it is given. */
  controlledBy(uid: string, namespace: string | undefined): readonly StoredObject[] {
    const objects = [...(this.#byController.get(uid)?.values() ?? [])];
    return namespace === undefined ? objects : objects.filter((object) => object.metadata.namespace === namespace);
  }

  /** Objects without a controller. */
  orphans(namespace: string | undefined): readonly StoredObject[] {
    return this.controlledBy(NO_CONTROLLER, namespace);
  }

  /** The subscriber gets the cache at once, as updates, then every change; `resyncMs` asks for the cache more often. */
  subscribe(subscriber: Subscriber, resyncMs = Infinity): void {
    for (const object of this.list()) subscriber.onUpdate(object, object);
    let cancel = (): void => undefined;
    const again = (): void => {
      cancel = this.#clock.after(resyncMs, () => {
        for (const object of this.list()) subscriber.onUpdate(object, object);
        again();
      });
    };
    if (resyncMs < this.#resyncMs) again();
    this.#subscribers.set(subscriber, () => cancel());
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.get(subscriber)?.();
    this.#subscribers.delete(subscriber);
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    for (const cancel of this.#subscribers.values()) cancel();
    this.#subscribers.clear();
  }

  #start(): void {
    this.#synced = true;
    this.#cancels.push(this.#api.watch(this.#apiVersion, this.#kind, (event) => this.#apply(event)));
    for (const object of this.#api.list(this.#apiVersion, this.#kind)) this.#apply({ type: 'ADDED', object });
  }

  #apply(event: WatchEvent): void {
    const { object } = event;
    const namespace = object.metadata.namespace ?? '';
    const previous = this.get(namespace, object.metadata.name);
    if (event.type === 'DELETED') {
      this.#drop(previous ?? object);
      for (const subscriber of [...this.#subscribers.keys()]) subscriber.onDelete(object);
      return;
    }
    if (previous) this.#drop(previous);
    this.#keep(object);
    for (const subscriber of [...this.#subscribers.keys()]) {
      if (previous) subscriber.onUpdate(previous, object);
      else subscriber.onAdd(object);
    }
  }

  #keep(object: StoredObject): void {
    inner(this.#byNamespace, object.metadata.namespace ?? '').set(object.metadata.name, object);
    inner(this.#byController, controllerUid(object)).set(object.metadata.uid, object);
  }

  #drop(object: StoredObject): void {
    remove(this.#byNamespace, object.metadata.namespace ?? '', object.metadata.name);
    remove(this.#byController, controllerUid(object), object.metadata.uid);
  }

  #resyncLater(): void {
    if (this.#resyncMs === Infinity) return;
    const index = this.#cancels.length;
    this.#cancels[index] = this.#clock.after(this.#resyncMs, () => {
      this.#cancels.splice(index, 1);
      for (const object of this.list())
        for (const subscriber of [...this.#subscribers.keys()]) subscriber.onUpdate(object, object);
      this.#resyncLater();
    });
  }
}

function controllerUid(object: StoredObject): string {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid ?? NO_CONTROLLER;
}

function inner(index: Map<string, Map<string, StoredObject>>, key: string): Map<string, StoredObject> {
  let found = index.get(key);
  if (!found) index.set(key, (found = new Map()));
  return found;
}

function remove(index: Map<string, Map<string, StoredObject>>, key: string, id: string): void {
  const found = index.get(key);
  found?.delete(id);
  if (found?.size === 0) index.delete(key);
}

/** The informers of one host, shared by its controllers and closed when nobody uses them. */
export class Informers {
  readonly #api: ApiReads;
  readonly #clock: Clock;
  readonly #options: InformerOptions;
  readonly #informers = new Map<string, Informer>();

  constructor(api: ApiReads, clock: Clock, options: InformerOptions) {
    this.#api = api;
    this.#clock = clock;
    this.#options = options;
  }

  /** Each `open` needs its `close`. Throws where no such resource exists. */
  open(apiVersion: string, plural: string): Informer {
    const key = `${apiVersion}/${plural}`;
    let informer = this.#informers.get(key);
    if (!informer) {
      const resource = this.#api.resource(apiVersion, plural);
      if (!resource) throw new Error(`discovery: can't find resource ${plural} in apiVersion ${apiVersion}`);
      this.#informers.set(key, (informer = new Informer(this.#api, this.#clock, resource, this.#options)));
    }
    informer.users++;
    return informer;
  }

  close(informer: Informer): void {
    informer.users--;
    if (informer.users > 0) return;
    informer.close();
    for (const [key, one] of this.#informers) if (one === informer) this.#informers.delete(key);
  }

  closeAll(): void {
    for (const informer of this.#informers.values()) informer.close();
    this.#informers.clear();
  }
}
