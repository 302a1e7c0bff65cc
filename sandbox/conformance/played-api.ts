/** An API server that answers requests as a recording did, and keeps track of whether they were the recorded ones. */
import {
  ApiError,
  type ApiServer,
  type DeleteOptions,
  type ObjectKey,
  type Resource,
  type StoredObject,
} from '../api-server/api.ts';
import { qualifiedResource } from '../api-server/errors.ts';
import { isMap, mapOf, sealed, textOf, type JsonMap } from '../api-server/values.ts';
import { Tokens } from './tokens.ts';
import { identity, parentOf, type CallEntry, type Entry } from './trace.ts';

export class PlayedApi implements ApiServer {
  readonly #kinds: ApiServer;
  readonly #window: readonly Entry[];
  readonly #live = new Map<string, JsonMap>();
  readonly #consumed: number[] = [];
  #reached = 0;
  #fault: string | undefined;

  constructor(kinds: ApiServer, before: readonly Entry[], window: readonly Entry[]) {
    this.#kinds = kinds;
    this.#window = window;
    for (const entry of before) this.#happen(entry);
  }

  /** What differs between the requests made and the recorded ones. */
  difference(parent: StoredObject): string | undefined {
    if (this.#fault !== undefined) return this.#fault;
    for (const [place, index] of this.#consumed.entries()) {
      const previous = this.#consumed[place - 1] ?? -1;
      if (index < previous && !this.#sameGroup(index, previous))
        return `${this.#said(index)} came after ${this.#said(previous)}`;
    }
    // With another controller at work on the same parent, what is left may be its doing.
    if (this.#window.some((entry) => entry.type === 'hook' && parentOf(entry.request) === identity(parent)))
      return undefined;
    const left = this.#window.findIndex(
      (entry, index) => !this.#consumed.includes(index) && this.#isOwed(entry, parent),
    );
    return left < 0 ? undefined : `missing ${this.#said(left)}`;
  }

  resource(apiVersion: string, kindOrPlural: string): Resource | undefined {
    return this.#kinds.resource(apiVersion, kindOrPlural);
  }

  resources(): readonly Resource[] {
    return this.#kinds.resources();
  }

  list(): readonly StoredObject[] {
    return [];
  }

  watch(): () => void {
    return () => undefined;
  }

  get(key: ObjectKey): StoredObject | undefined {
    const entry = this.#take('get', '', key, undefined);
    if (entry?.code !== 200) return undefined;
    return this.#live.get(identity({ kind: key.kind, metadata: { name: key.name, namespace: key.namespace } })) as
      StoredObject | undefined;
  }

  create(object: object): StoredObject {
    return this.#write('create', '', object);
  }

  update(object: object): StoredObject {
    return this.#write('update', '', object);
  }

  updateStatus(object: object): StoredObject {
    return this.#write('update', 'status', object);
  }

  patch(): StoredObject {
    throw new Error('the host does not patch');
  }

  delete(key: ObjectKey, options: DeleteOptions = {}): void {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid: options.uid },
      propagationPolicy: options.propagation,
    };
    this.#answered(this.#take('delete', '', key, sealed(body)));
  }

  #write(verb: string, subresource: string, object: object): StoredObject {
    const body: JsonMap = sealed(object as JsonMap);
    const metadata = mapOf(body['metadata']);
    const namespace = textOf(metadata['namespace']);
    const key = {
      apiVersion: textOf(body['apiVersion']),
      kind: textOf(body['kind']),
      name: textOf(metadata['name']),
      ...(namespace === '' ? {} : { namespace }),
    };
    const entry = this.#take(verb, subresource, key, body);
    this.#answered(entry);
    return (isMap(entry?.response) ? entry.response : body) as StoredObject;
  }

  #answered(entry: CallEntry | undefined): void {
    if (!entry || entry.code < 400) return;
    const { reason, message } = mapOf(entry.response);
    throw new ApiError(entry.code, textOf(reason), textOf(message));
  }

  /** The recorded request that this one is; everything recorded before it has happened then. */
  #take(verb: string, subresource: string, key: ObjectKey, body: JsonMap | undefined): CallEntry | undefined {
    const wanted = {
      verb,
      ...this.#placeOf(key, subresource),
      prefix: textOf(mapOf(mapOf(body)['metadata'])['generateName']),
    };
    const said = `${verb} ${wanted.resource} ${wanted.object}`;
    const index = this.#window.findIndex((entry, at) => !this.#consumed.includes(at) && isCall(entry, wanted));
    const entry = this.#window[index];
    if (entry?.type !== 'call') {
      this.#fault ??= `unexpected ${said}`;
      return undefined;
    }
    this.#consumed.push(index);
    const difference = body === undefined ? undefined : new Tokens().difference(entry.body, body, '/body');
    if (difference !== undefined) this.#fault ??= `${said}: ${difference}`;
    for (const past of this.#window.slice(this.#reached, index + 1)) this.#happen(past);
    this.#reached = Math.max(this.#reached, index + 1);
    return entry;
  }

  #placeOf(key: ObjectKey, subresource: string): { readonly resource: string; readonly object: string } {
    const resource = this.#kinds.resource(key.apiVersion, key.kind);
    const base = resource ? qualifiedResource(resource) : key.kind;
    const namespaced = resource?.namespaced !== false && key.namespace !== undefined;
    return {
      resource: subresource === '' ? base : `${base}/${subresource}`,
      object: namespaced ? `${key.namespace}/${key.name}` : key.name,
    };
  }

  #happen(entry: Entry): void {
    if (entry.type === 'hook') {
      this.#learnDeletion(mapOf(entry.request['parent'] ?? entry.request['object']));
      return;
    }
    const code = Number(entry['code'] ?? 0);
    if (code >= 400) return;
    const response = mapOf(entry['response']);
    if (isMap(response['metadata'])) this.#remember(response);
    const isDelete = entry['verb'] === 'delete' || entry['op'] === 'delete';
    if (isDelete && !isMap(response['metadata'])) this.#forget(entry);
  }

  /** Deletions of whole namespaces are recorded without their objects; the next request shows them. */
  #learnDeletion(parent: JsonMap): void {
    const live = this.#live.get(identity(parent));
    const terminating = mapOf(parent['metadata'])['deletionTimestamp'] !== undefined;
    if (live && terminating && mapOf(live['metadata'])['deletionTimestamp'] === undefined) this.#remember(parent);
  }

  #remember(object: JsonMap): void {
    if (object['kind'] === 'PartialObjectMetadata') {
      const { name, namespace } = mapOf(object['metadata']);
      for (const [key, live] of this.#live) {
        const own = mapOf(live['metadata']);
        if (own['name'] === name && own['namespace'] === namespace)
          this.#live.set(key, { ...live, metadata: object['metadata'] });
      }
      return;
    }
    this.#live.set(identity(object), object);
  }

  #forget(entry: Entry): void {
    const target = mapOf(entry['target']);
    const place =
      textOf(entry['object']) || `${textOf(target['namespace'])}/${textOf(target['name'])}`.replace(/^\//, '');
    for (const key of this.#live.keys())
      if (key.endsWith(` ${place}`) && (target['kind'] === undefined || key.startsWith(`${textOf(target['kind'])} `)))
        this.#live.delete(key);
  }

  #sameGroup(left: number, right: number): boolean {
    const one = this.#window[left];
    const other = this.#window[right];
    return one?.type === 'call' && other?.type === 'call' && one.verb === other.verb && one.resource === other.resource;
  }

  /** A write that only this transition can have made: of the parent's status, or of a child the request showed. */
  #isOwed(entry: Entry, parent: StoredObject): boolean {
    if (entry.type !== 'call' || entry.verb === 'get') return false;
    const { namespace, name, uid } = parent.metadata;
    if (entry.resource.endsWith('/status'))
      return entry.object === (namespace === undefined ? name : `${namespace}/${name}`);
    if (entry.verb !== 'create') return false;
    const owners = mapOf(mapOf(entry.body)['metadata'])['ownerReferences'];
    return Array.isArray(owners) && owners.some((owner) => mapOf(owner)['uid'] === uid);
  }

  #said(index: number): string {
    const entry = this.#window[index];
    return entry?.type === 'call' ? `${entry.verb} ${entry.resource} ${entry.object}` : 'nothing';
  }
}

interface Wanted {
  readonly verb: string;
  readonly resource: string;
  readonly object: string;
  /** Of a generated name, which is known only to the server. */
  readonly prefix: string;
}

function isCall(entry: Entry, wanted: Wanted): entry is CallEntry {
  if (entry.type !== 'call' || entry.verb !== wanted.verb || entry.resource !== wanted.resource) return false;
  return entry.object === wanted.object || (wanted.prefix !== '' && entry.object.includes(wanted.prefix));
}
