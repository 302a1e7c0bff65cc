/** Where objects live: one table per kind, one revision counter, indexes by uid and by owner, and the change feed. */
import type { Clock } from '../clock.ts';
import type { StoredObject, WatchEvent } from './api.ts';

/** All objects of one group and kind, whatever version they are asked for in. */
export interface Table {
  readonly byNamespace: Map<string, Map<string, StoredObject>>;
  readonly watchers: Set<Watcher>;
}

interface Watcher {
  readonly since: number;
  readonly notify: (event: WatchEvent) => void;
}

interface Change {
  readonly table: Table;
  readonly revision: number;
  readonly event: WatchEvent;
}

export function newTable(): Table {
  return { byNamespace: new Map(), watchers: new Set() };
}

export class Store {
  #revision = 0;
  readonly #clock: Clock;
  readonly #watchDelayMs: number;
  readonly #byUid = new Map<string, StoredObject>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #everything: Table = newTable();
  #changes: Change[] = [];

  constructor(clock: Clock, watchDelayMs: number) {
    this.#clock = clock;
    this.#watchDelayMs = watchDelayMs;
  }

  nextRevision(): string {
    return String(++this.#revision);
  }

  find(table: Table, namespace: string, name: string): StoredObject | undefined {
    return table.byNamespace.get(namespace)?.get(name);
  }

  list(table: Table, namespace: string | undefined): readonly StoredObject[] {
    if (namespace !== undefined) return [...(table.byNamespace.get(namespace)?.values() ?? [])];
    return [...table.byNamespace.values()].flatMap((names) => [...names.values()]);
  }

  withUid(uid: string): StoredObject | undefined {
    return this.#byUid.get(uid);
  }

  dependentsOf(uid: string): readonly StoredObject[] {
    const uids = this.#dependents.get(uid);
    return uids ? [...uids].flatMap((one) => this.#byUid.get(one) ?? []) : [];
  }

  put(table: Table, object: StoredObject): void {
    const namespace = object.metadata.namespace ?? '';
    let names = table.byNamespace.get(namespace);
    if (!names) table.byNamespace.set(namespace, (names = new Map()));
    const previous = names.get(object.metadata.name);
    names.set(object.metadata.name, object);
    this.#byUid.set(object.metadata.uid, object);
    this.#indexOwners(previous, object);
    this.#announce(table, { type: previous ? 'MODIFIED' : 'ADDED', object });
  }

  /** Removes the object; `last` is its final version, as watchers get it. */
  remove(table: Table, last: StoredObject): void {
    const namespace = last.metadata.namespace ?? '';
    const names = table.byNamespace.get(namespace);
    const previous = names?.get(last.metadata.name);
    names?.delete(last.metadata.name);
    if (names?.size === 0) table.byNamespace.delete(namespace);
    this.#byUid.delete(last.metadata.uid);
    this.#indexOwners(previous, undefined);
    this.#announce(table, { type: 'DELETED', object: last });
  }

  watch(table: Table | undefined, notify: (event: WatchEvent) => void): () => void {
    const watched = table ?? this.#everything;
    const watcher: Watcher = { since: this.#revision, notify };
    watched.watchers.add(watcher);
    return () => watched.watchers.delete(watcher);
  }

  #indexOwners(previous: StoredObject | undefined, next: StoredObject | undefined): void {
    const before = ownersOf(previous);
    const after = ownersOf(next);
    if (before === after) return;
    if (previous) for (const owner of before) this.#forgetDependent(owner.uid, previous.metadata.uid);
    if (next) for (const owner of after) this.#learnDependent(owner.uid, next.metadata.uid);
  }

  #forgetDependent(owner: string, uid: string): void {
    const uids = this.#dependents.get(owner);
    uids?.delete(uid);
    if (uids?.size === 0) this.#dependents.delete(owner);
  }

  #learnDependent(owner: string, uid: string): void {
    const uids = this.#dependents.get(owner);
    if (uids) uids.add(uid);
    else this.#dependents.set(owner, new Set([uid]));
  }

  #announce(table: Table, event: WatchEvent): void {
    if (table.watchers.size === 0 && this.#everything.watchers.size === 0) return;
    const change = { table, revision: this.#revision, event };
    if (this.#watchDelayMs > 0) {
      this.#clock.after(this.#watchDelayMs, () => notify(change, this.#everything));
      return;
    }
    this.#changes.push(change);
    if (this.#changes.length === 1) this.#clock.after(0, () => this.#deliver());
  }

  #deliver(): void {
    const changes = this.#changes;
    this.#changes = [];
    for (const change of changes) notify(change, this.#everything);
  }
}

const NO_OWNERS: NonNullable<StoredObject['metadata']['ownerReferences']> = [];

function ownersOf(object: StoredObject | undefined): typeof NO_OWNERS {
  return object?.metadata.ownerReferences ?? NO_OWNERS;
}

function notify({ table, revision, event }: Change, everything: Table): void {
  for (const watcher of [...table.watchers, ...everything.watchers])
    if (watcher.since < revision) watcher.notify(event);
}
