/** A cache of one resource of a real API server: one list, then its watch; listed anew when the watch is too old. */
import type { Resource, StoredObject, WatchEvent } from '../api-server/api.ts';
import { isMap, listOf, mapOf, sealed, textOf, type JsonMap } from '../api-server/values.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { collectionPath } from './paths.ts';

const RETRY_MS = 500;
const WATCH_SECONDS = 600;
/** Anything else is an error in the stream, or the Status of a refusal: 429 while a new resource's storage is made ready. */
const EVENTS: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];

export class Mirror {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #resource: Resource;
  readonly #objects = new Map<string, StoredObject>();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  #whenListed: (() => void)[] = [];
  #listed = false;
  #stopped = false;
  #stopWatch: () => void = () => undefined;

  constructor(connection: Connection, clock: Clock, resource: Resource) {
    this.#connection = connection;
    this.#clock = clock;
    this.#resource = resource;
    void this.#list();
  }

  list(namespace?: string): readonly StoredObject[] {
    const all = [...this.#objects.values()];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  /** Every later change; those of a first list that has not come yet are changes too. */
  listen(listener: (event: WatchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back after the first list, at the earliest in the next task. */
  whenListed(then: () => void): () => void {
    let wanted = true;
    const call = (): void => {
      if (wanted) then();
    };
    if (this.#listed) this.#clock.after(0, call);
    else this.#whenListed.push(call);
    return () => (wanted = false);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatch();
  }

  async #list(): Promise<void> {
    if (this.#stopped) return;
    try {
      const list = await this.#connection.request('GET', collectionPath(this.#resource));
      this.#replace(listOf(list['items']).filter(isMap));
      this.#listed = true;
      for (const call of this.#whenListed.splice(0)) call();
      this.#watch(textOf(mapOf(list['metadata'])['resourceVersion']));
    } catch (error) {
      // The API server is away, or the resource's definition is gone: asked again until somebody stops us.
      if (!(error instanceof Error) || error instanceof TypeError) throw error;
      this.#again();
    }
  }

  #again(): void {
    if (!this.#stopped) this.#clock.after(RETRY_MS, () => void this.#list());
  }

  #watch(since: string): void {
    if (this.#stopped) return;
    let version = since;
    let tooOld = false;
    const query = (): string =>
      `watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${encodeURIComponent(version)}`;
    this.#stopWatch = this.#connection.watch(
      `${collectionPath(this.#resource)}?${query()}`,
      (event) => {
        if (EVENTS.includes(textOf(event['type']))) version = this.#apply(event);
        else tooOld = true;
      },
      () => {
        if (tooOld || version === since) this.#again();
        else this.#watch(version);
      },
    );
  }

  #apply(event: JsonMap): string {
    const object = this.#stored(mapOf(event['object']));
    const { resourceVersion } = object.metadata;
    const { type } = event;
    if (type === 'DELETED') this.#remove(object);
    else if (type === 'ADDED' || type === 'MODIFIED') this.#put(object);
    return resourceVersion;
  }

  #replace(items: readonly JsonMap[]): void {
    const found = items.map((item) => this.#stored(item));
    const names = new Set(found.map(nameOf));
    for (const object of [...this.#objects.values()]) if (!names.has(nameOf(object))) this.#remove(object);
    for (const object of found) {
      const known = this.#objects.get(nameOf(object));
      if (known && known.metadata.uid !== object.metadata.uid) this.#remove(known);
      if (known?.metadata.resourceVersion !== object.metadata.resourceVersion) this.#put(object);
    }
  }

  #put(object: StoredObject): void {
    const type = this.#objects.has(nameOf(object)) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(nameOf(object), object);
    this.#tell({ type, object });
  }

  #remove(object: StoredObject): void {
    this.#objects.delete(nameOf(object));
    this.#tell({ type: 'DELETED', object });
  }

  #tell(event: WatchEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Items of a list lack what the list says for all of them. */
  #stored(item: JsonMap): StoredObject {
    return sealed({ ...item, apiVersion: this.#resource.apiVersion, kind: this.#resource.kind }) as StoredObject;
  }
}

function nameOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
