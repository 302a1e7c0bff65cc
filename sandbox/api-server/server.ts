/** createApiServer: the sandbox's API server, in memory. See api.ts for what it promises. */
import type { Clock } from '../clock.ts';
import {
  ApiError,
  type ApiServer,
  type DeleteOptions,
  type ObjectKey,
  type Resource,
  type StoredMeta,
  type StoredObject,
  type WatchEvent,
} from './api.ts';
import { deletion, finished } from './deletion.ts';
import {
  alreadyExists,
  groupOf,
  invalid,
  methodNotAllowed,
  modified,
  notFound,
  preconditionFailed,
  qualifiedResource,
  terminatingNamespace,
  unknownResource,
} from './errors.ts';
import { identifiers, type Identifiers } from './identifiers.ts';
import { checkMeta, writtenMeta } from './metadata.ts';
import { METACONTROLLER_DEFINITIONS } from './metacontroller-definitions.ts';
import { ResourceTypes, type ResourceType } from './resource-types.ts';
import { Store } from './store.ts';
import { bodyOf, changesGeneration, generateName, newMeta, writtenOver } from './writes.ts';
import { equal, mapOf, mergePatched, sealed, textOf, type JsonMap } from './values.ts';

export interface ApiServerOptions {
  /** Makes uids and generated names; the default counts, so that two runs get the same ones. */
  readonly identifiers?: Identifiers;
  /** How long a change takes to reach its watchers. */
  readonly watchDelayMs?: number;
}

/** What the sandbox's own controllers need beyond ApiServer; no client of a real cluster could have it. */
export interface SandboxApiServer extends ApiServer {
  /** Every change of every kind. */
  watchAll(listener: (event: WatchEvent) => void): () => void;
  withUid(uid: string): StoredObject | undefined;
  /** Objects that name this uid in their ownerReferences. */
  dependentsOf(uid: string): readonly StoredObject[];
  /** Lets an emptied, terminating namespace go. */
  finalizeNamespace(name: string): void;
}

/** An empty cluster: built-in kinds, Metacontroller's own kinds, no namespaces. Controllers are started apart. */
export function createApiServer(clock: Clock, options: ApiServerOptions = {}): SandboxApiServer {
  const server = new MemoryApiServer(clock, options.identifiers ?? identifiers('sandbox'), options.watchDelayMs ?? 0);
  for (const definition of METACONTROLLER_DEFINITIONS) server.create(definition);
  return server;
}

class MemoryApiServer implements SandboxApiServer {
  readonly #clock: Clock;
  readonly #identifiers: Identifiers;
  readonly #types = new ResourceTypes();
  readonly #store: Store;
  readonly #renderings = new WeakMap<StoredObject, StoredObject>();

  constructor(clock: Clock, names: Identifiers, watchDelayMs: number) {
    this.#clock = clock;
    this.#identifiers = names;
    this.#store = new Store(clock, watchDelayMs);
  }

  resource(apiVersion: string, kindOrPlural: string): Resource | undefined {
    return this.#types.find(apiVersion, kindOrPlural);
  }

  resources(): readonly Resource[] {
    return this.#types.all();
  }

  get(key: ObjectKey): StoredObject | undefined {
    const type = this.#types.find(key.apiVersion, key.kind);
    const found = type && this.#find(type, key);
    return found && this.#as(type, found);
  }

  list(apiVersion: string, kind: string, namespace?: string): readonly StoredObject[] {
    const type = this.#types.find(apiVersion, kind);
    if (!type) return [];
    const objects = this.#store.list(type.table, namespace);
    return type.storedAs === type.apiVersion ? objects : objects.map((object) => this.#as(type, object));
  }

  create(object: object): StoredObject {
    const input: JsonMap = sealed(object as JsonMap);
    const type = this.#typeOf(input);
    const written = mapOf(input['metadata']);
    if (written['resourceVersion'] !== undefined && written['resourceVersion'] !== '') {
      throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    }
    const namespace = type.namespaced ? textOf(written['namespace']) : '';
    if (type.namespaced && namespace === '') throw methodNotAllowed();
    const name = textOf(written['name']) || this.#generatedName(written);
    this.#checkNamespace(type, namespace, name);
    const uid = this.#identifiers.uid();
    const metadata = newMeta(type, this.#clock.now(), {
      ...writtenMeta(written),
      ...generateName(written),
      name,
      namespace,
      uid,
    });
    checkMeta(type, metadata, undefined);
    const { serial } = this.#identifiers;
    const body = { ...bodyOf(input) };
    if (type.statusSubresource) delete body['status'];
    const admitted = type.admit({ body, name, uid, serial });
    if (this.#store.find(type.table, namespace, name)) throw alreadyExists(type, name);
    const status = type.initialStatus === undefined ? {} : { status: admitted['status'] ?? type.initialStatus };
    return this.#stored(type, { metadata, ...admitted, ...status });
  }

  update(object: object): StoredObject {
    const input: JsonMap = sealed(object as JsonMap);
    const type = this.#typeOf(input);
    const { current, metadata: written } = this.#currentOf(type, input);
    const metadata = writtenOver(current.metadata, written);
    checkMeta(type, metadata, current.metadata);
    const body = { ...bodyOf(input) };
    if (type.statusSubresource) {
      delete body['status'];
      if (current['status'] !== undefined) body['status'] = current['status'];
    }
    const admitted = type.admit({
      body,
      name: metadata.name,
      uid: metadata.uid,
      serial: this.#identifiers.serial,
      previous: current,
    });
    return this.#replace(type, current, metadata, admitted);
  }

  updateStatus(object: object): StoredObject {
    const input: JsonMap = sealed(object as JsonMap);
    const type = this.#typeOf(input);
    if (!type.statusSubresource) throw unknownResource();
    const { current } = this.#currentOf(type, input);
    return this.#replaceStatus(type, current, input['status']);
  }

  patch(key: ObjectKey, patch: object, subresource?: 'status'): StoredObject {
    const type = this.#types.find(key.apiVersion, key.kind);
    if (!type || (subresource && !type.statusSubresource)) throw unknownResource();
    const current = this.#find(type, key);
    if (!current) throw notFound(type, key.name);
    const patched = mapOf(mergePatched(this.#as(type, current), patch));
    const metadata = { ...mapOf(patched['metadata']), name: key.name, namespace: current.metadata.namespace };
    const next = { ...patched, apiVersion: key.apiVersion, kind: type.kind, metadata };
    return subresource ? this.updateStatus(next) : this.update(next);
  }

  delete(key: ObjectKey, options: DeleteOptions = {}): void {
    const type = this.#types.find(key.apiVersion, key.kind);
    if (!type) throw unknownResource();
    const current = this.#find(type, key);
    if (!current) throw notFound(type, key.name);
    const { uid, resourceVersion } = current.metadata;
    const subject = `${type.kind} "${key.name}"`;
    if (options.uid !== undefined && options.uid !== uid) throw preconditionFailed(subject, 'UID', options.uid, uid);
    if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
      throw preconditionFailed(subject, 'ResourceVersion', options.resourceVersion, resourceVersion);
    }
    const next = deletion(type, current, options, this.#clock.now());
    if (next === 'gone') this.#remove(type, current);
    else if (next !== current) this.#settle(type, current, next);
  }

  watch(apiVersion: string, kind: string, listener: (event: WatchEvent) => void): () => void {
    const type = this.#types.find(apiVersion, kind);
    if (!type) throw unknownResource();
    const convert = (event: WatchEvent): WatchEvent => ({ type: event.type, object: this.#as(type, event.object) });
    return this.#store.watch(
      type.table,
      type.storedAs === type.apiVersion ? listener : (event) => listener(convert(event)),
    );
  }

  watchAll(listener: (event: WatchEvent) => void): () => void {
    return this.#store.watch(undefined, listener);
  }

  withUid(uid: string): StoredObject | undefined {
    return this.#store.withUid(uid);
  }

  dependentsOf(uid: string): readonly StoredObject[] {
    return this.#store.dependentsOf(uid);
  }

  finalizeNamespace(name: string): void {
    const type = this.#types.find('v1', 'Namespace');
    const current = type && this.#store.find(type.table, '', name);
    if (type && current?.metadata.deletionTimestamp !== undefined)
      this.#settle(type, current, { ...current, spec: {} });
  }

  #find(type: ResourceType, key: ObjectKey): StoredObject | undefined {
    return this.#store.find(type.table, type.namespaced ? (key.namespace ?? '') : '', key.name);
  }

  #typeOf(input: JsonMap): ResourceType {
    const type = this.#types.find(textOf(input['apiVersion']), textOf(input['kind']));
    if (!type) throw unknownResource();
    return type;
  }

  #checkNamespace(type: ResourceType, namespace: string, name: string): void {
    if (!type.namespaced) return;
    const namespaces = this.#types.find('v1', 'Namespace');
    const found = namespaces && this.#store.find(namespaces.table, '', namespace);
    if (!namespaces || !found) throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (found.metadata.deletionTimestamp !== undefined) throw terminatingNamespace(type, name, namespace);
  }

  #generatedName(written: JsonMap): string {
    const prefix = textOf(written['generateName']);
    return prefix === '' ? '' : `${prefix}${this.#identifiers.suffix()}`;
  }

  /** The stored object that an update names; throws where name, uid or version do not fit. */
  #currentOf(type: ResourceType, input: JsonMap): { current: StoredObject; metadata: JsonMap } {
    const metadata = mapOf(input['metadata']);
    const name = textOf(metadata['name']);
    const current = this.#store.find(type.table, type.namespaced ? textOf(metadata['namespace']) : '', name);
    if (!current) throw notFound(type, name);
    const uid = textOf(metadata['uid']);
    if (uid !== '' && uid !== current.metadata.uid)
      throw preconditionFailed(`${qualifiedResource(type)} "${name}"`, 'UID', uid, current.metadata.uid);
    const version = textOf(metadata['resourceVersion']);
    if (version === '' && type.custom)
      throw invalid(type, name, ['metadata.resourceVersion: Invalid value: 0: must be specified for an update']);
    if (version !== '' && version !== current.metadata.resourceVersion) throw modified(type, name);
    return { current, metadata };
  }

  #replaceStatus(type: ResourceType, current: StoredObject, status: unknown): StoredObject {
    const body: Record<string, unknown> = { ...bodyOf(current) };
    if (status === undefined || (status === null && !type.custom)) delete body['status'];
    else body['status'] = status;
    const { name, uid } = current.metadata;
    const admitted = type.admit({ body, name, uid, serial: this.#identifiers.serial, previous: current });
    const kept = type.initialStatus !== undefined && admitted['status'] === undefined ? { status: {} } : {};
    return this.#replace(type, current, current.metadata, { ...admitted, ...kept });
  }

  #replace(type: ResourceType, current: StoredObject, metadata: StoredMeta, body: JsonMap): StoredObject {
    const bumped = type.generation && changesGeneration(type, current, body);
    const next = { ...body, metadata: bumped ? { ...metadata, generation: (metadata.generation ?? 0) + 1 } : metadata };
    return this.#settle(type, current, { apiVersion: type.storedAs, kind: type.kind, ...next });
  }

  /** Stores a changed object, or lets it go where nothing holds a deleted one any more; a write without a change leaves no trace. */
  #settle(type: ResourceType, current: StoredObject, next: StoredObject): StoredObject {
    if (equal(current, next)) return this.#as(type, current);
    if (finished(type, next)) {
      this.#remove(type, next);
      return this.#as(type, sealed(next));
    }
    return this.#stored(type, next);
  }

  #stored(type: ResourceType, object: JsonMap & { metadata: StoredMeta }): StoredObject {
    const { metadata, ...body } = object;
    const stamped = { ...metadata, resourceVersion: this.#store.nextRevision() };
    const stored: StoredObject = sealed({ ...body, apiVersion: type.storedAs, kind: type.kind, metadata: stamped });
    this.#store.put(type.table, stored);
    if (type.kind === 'CustomResourceDefinition') this.#types.define(stored);
    return this.#as(type, stored);
  }

  #remove(type: ResourceType, current: StoredObject): void {
    const last = { ...current, metadata: { ...current.metadata, resourceVersion: this.#store.nextRevision() } };
    this.#store.remove(type.table, sealed(last));
    if (type.kind === 'CustomResourceDefinition') {
      const spec = mapOf(current['spec']);
      this.#types.undefine(textOf(spec['group']), textOf(mapOf(spec['names'])['plural']));
    }
  }

  /** The object in the version it is asked for in; without a conversion webhook only apiVersion differs. */
  #as(type: ResourceType, object: StoredObject): StoredObject {
    if (object.apiVersion === type.apiVersion || groupOf(object.apiVersion) !== groupOf(type.apiVersion)) return object;
    let rendering = this.#renderings.get(object);
    if (rendering?.apiVersion !== type.apiVersion) {
      rendering = Object.freeze({ ...object, apiVersion: type.apiVersion });
      this.#renderings.set(object, rendering);
    }
    return rendering;
  }
}
