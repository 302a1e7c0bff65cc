/** Related objects of parents: asks the customize hook, remembers its rules, wakes parents when what they select changes. */
import type { ApiReads, StoredObject } from '../api-server/api.ts';
import type { JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import type { Hook } from './hook.ts';
import type { Steps } from './hook-caller.ts';
import type { Informer, Informers, Subscriber } from './informers.ts';
import { ObjectMap } from './object-map.ts';
import { concerns, resourceOf, rulesOf, selected, type Rules } from './related-rules.ts';

/** The first list of a related kind has not come back yet: try again soon, silently. */
export class RelatedNotSynced extends Error {}

const REMEMBERED_MS = 20 * 60 * 1000;

export interface CustomizeSurroundings {
  readonly api: ApiReads;
  readonly clock: Clock;
  readonly informers: Informers;
  readonly controller: JsonMap;
  readonly hook: Hook | undefined;
  readonly parents: readonly Informer[];
  readonly enqueue: (parent: StoredObject) => void;
  /** Runs steps outside any sync. */
  readonly run: (steps: Steps<void>) => void;
}

export class Customize {
  readonly #around: CustomizeSurroundings;
  readonly #rules = new Map<string, { readonly rules: Rules; readonly until: number }>();
  readonly #related = new Map<string, Informer>();
  readonly #namespaces: Informer;
  readonly #subscriber: Subscriber;

  constructor(around: CustomizeSurroundings) {
    this.#around = around;
    this.#namespaces = around.informers.open('v1', 'namespaces');
    const changed = (...objects: readonly StoredObject[]): void => around.run(this.#wakeParents(objects));
    this.#subscriber = {
      onAdd: (object) => changed(object),
      onUpdate: (previous, object) => {
        if (previous.metadata.resourceVersion !== object.metadata.resourceVersion) changed(previous, object);
      },
      onDelete: (object) => changed(object),
    };
  }

  /** Everything the parent's rules select, by kind; kinds that select nothing are there, empty. */
  *relatedTo(parent: StoredObject): Steps<ObjectMap<StoredObject>> {
    const map = new ObjectMap<StoredObject>();
    if (!this.#around.hook) return map;
    const rules = yield* this.#rulesFor(parent);
    for (const rule of rules.list) {
      const related = resourceOf(this.#around.api, rule);
      const informer = this.#informerOf(rule.apiVersion, rule.plural);
      if (!informer.synced) throw new RelatedNotSynced(`${rule.apiVersion} ${rule.plural}`);
      const objects = selected(rule, informer, {
        version: rules.version,
        parent,
        related,
        namespaces: this.#namespaces,
      });
      const group = map.openFor(related);
      for (const object of objects) group.objects.set(keyOf(object), object);
    }
    return map;
  }

  close(): void {
    for (const informer of [...this.#related.values()]) {
      informer.unsubscribe(this.#subscriber);
      this.#around.informers.close(informer);
    }
    this.#around.informers.close(this.#namespaces);
  }

  *#rulesFor(parent: StoredObject): Steps<Rules> {
    const { hook, controller, clock } = this.#around;
    if (!hook) return { version: 'v2', list: [] };
    const key = `${parent.metadata.uid} ${parent.metadata.generation ?? 0}`;
    const known = this.#rules.get(key);
    if (known && clock.now() < known.until) return known.rules;
    const rules = rulesOf(yield* hook.call({ controller, parent }, parent), hook.version);
    this.#forgetExpired();
    this.#rules.delete(key);
    this.#rules.set(key, { rules, until: clock.now() + REMEMBERED_MS });
    return rules;
  }

  /** Entries are in the order of their expiry. */
  #forgetExpired(): void {
    for (const [key, { until }] of this.#rules) {
      if (until > this.#around.clock.now()) return;
      this.#rules.delete(key);
    }
  }

  #informerOf(apiVersion: string, plural: string): Informer {
    const key = `${apiVersion}/${plural}`;
    let informer = this.#related.get(key);
    if (!informer) {
      informer = this.#around.informers.open(apiVersion, plural);
      this.#related.set(key, informer);
      informer.subscribe(this.#subscriber);
    }
    return informer;
  }

  /** Every cached parent is asked for its rules, also those that the controller's own selector leaves out. */
  *#wakeParents(objects: readonly StoredObject[]): Steps<void> {
    for (const parents of this.#around.parents) {
      for (const parent of parents.list()) {
        const rules = yield* this.#rulesOrNone(parent);
        if (rules && this.#anyConcerns(rules, objects, parent)) this.#around.enqueue(parent);
      }
    }
  }

  *#rulesOrNone(parent: StoredObject): Steps<Rules | undefined> {
    try {
      return yield* this.#rulesFor(parent);
    } catch {
      // The parent's own sync reports what is wrong with its rules.
      return undefined;
    }
  }

  #anyConcerns(rules: Rules, objects: readonly StoredObject[], parent: StoredObject): boolean {
    return rules.list.some((rule) => {
      const related = this.#around.api.resource(rule.apiVersion, rule.plural);
      if (!related) return false;
      const context = { version: rules.version, parent, related, namespaces: this.#namespaces };
      return objects.some((object) => concerns(rule, object, context));
    });
  }
}

function keyOf(object: StoredObject): string {
  const { name, namespace } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
