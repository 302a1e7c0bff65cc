/** The API server as the host sees it during a replay: every request is noted, other writers act just before some. */
import {
  ApiError,
  type ApiServer,
  type DeleteOptions,
  type ObjectKey,
  type Resource,
  type StoredObject,
  type WatchEvent,
} from '../api-server/api.ts';
import { qualifiedResource } from '../api-server/errors.ts';
import { mapOf, sealed, textOf, type JsonMap } from '../api-server/values.ts';

/** One request of the host, in the terms of a recording. */
export interface Call {
  readonly verb: string;
  readonly resource: string;
  readonly object: string;
  readonly body?: JsonMap;
  readonly code: number;
  /** The stored object, or what was refused. */
  readonly response?: unknown;
  /** A write that left the object as it was. */
  readonly unchanged: boolean;
}

export type BeforeWrite = (resource: Resource, subresource: string, verb: string) => void;

export class ObservedApi implements ApiServer {
  readonly #api: ApiServer;
  readonly #note: (call: Call) => void;
  readonly #beforeWrite: BeforeWrite;

  constructor(api: ApiServer, note: (call: Call) => void, beforeWrite: BeforeWrite) {
    this.#api = api;
    this.#note = note;
    this.#beforeWrite = beforeWrite;
  }

  resource(apiVersion: string, kindOrPlural: string): Resource | undefined {
    return this.#api.resource(apiVersion, kindOrPlural);
  }

  resources(): readonly Resource[] {
    return this.#api.resources();
  }

  list(apiVersion: string, kind: string, namespace?: string): readonly StoredObject[] {
    return this.#api.list(apiVersion, kind, namespace);
  }

  watch(apiVersion: string, kind: string, listener: (event: WatchEvent) => void): () => void {
    return this.#api.watch(apiVersion, kind, listener);
  }

  get(key: ObjectKey): StoredObject | undefined {
    const found = this.#api.get(key);
    if (key.kind !== 'Event') this.#note({ ...this.#target('get', '', key), code: found ? 200 : 404, unchanged: true });
    return found;
  }

  create(object: object): StoredObject {
    return this.#write('create', '', object, () => this.#api.create(object));
  }

  update(object: object): StoredObject {
    return this.#write('update', '', object, () => this.#api.update(object));
  }

  updateStatus(object: object): StoredObject {
    return this.#write('update', 'status', object, () => this.#api.updateStatus(object));
  }

  patch(key: ObjectKey, patch: object, subresource?: 'status'): StoredObject {
    return this.#api.patch(key, patch, subresource);
  }

  delete(key: ObjectKey, options: DeleteOptions = {}): void {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid: options.uid },
      propagationPolicy: options.propagation,
    };
    const resource = this.#api.resource(key.apiVersion, key.kind);
    if (resource) this.#beforeWrite(resource, '', 'delete');
    this.#noting({ ...this.#target('delete', '', key), body: sealed(body) }, undefined, () => {
      this.#api.delete(key, options);
      return undefined;
    });
  }

  #write(verb: string, subresource: string, object: object, run: () => StoredObject): StoredObject {
    const body: JsonMap = sealed(object as JsonMap);
    const metadata = mapOf(body['metadata']);
    const namespace = textOf(metadata['namespace']);
    const key = {
      apiVersion: textOf(body['apiVersion']),
      kind: textOf(body['kind']),
      name: textOf(metadata['name']),
      ...(namespace === '' ? {} : { namespace }),
    };
    if (key.kind === 'Event') return run();
    const resource = this.#api.resource(key.apiVersion, key.kind);
    if (resource) this.#beforeWrite(resource, subresource, verb);
    const before = textOf(metadata['resourceVersion']);
    return this.#noting({ ...this.#target(verb, subresource, key), body }, before === '' ? undefined : before, run);
  }

  #noting<Result extends StoredObject | undefined>(
    call: Pick<Call, 'verb' | 'resource' | 'object'> & { body: JsonMap },
    before: string | undefined,
    run: () => Result,
  ): Result {
    try {
      const response = run();
      const unchanged = before !== undefined && response?.metadata.resourceVersion === before;
      const made =
        call.verb === 'create' && response
          ? {
              object:
                response.metadata.namespace === undefined
                  ? response.metadata.name
                  : `${response.metadata.namespace}/${response.metadata.name}`,
            }
          : {};
      this.#note({
        ...call,
        ...made,
        code: call.verb === 'create' ? 201 : 200,
        unchanged,
        ...(response ? { response } : {}),
      });
      return response;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#note({
        ...call,
        code: error.code,
        unchanged: false,
        response: { reason: error.reason, message: error.message },
      });
      throw error;
    }
  }

  #target(verb: string, subresource: string, key: ObjectKey): Pick<Call, 'verb' | 'resource' | 'object'> {
    const resource = this.#api.resource(key.apiVersion, key.kind);
    const base = resource ? qualifiedResource(resource) : key.kind;
    const namespace = resource?.namespaced === false ? undefined : key.namespace;
    return {
      verb,
      resource: subresource === '' ? base : `${base}/${subresource}`,
      object: namespace === undefined ? key.name : `${namespace}/${key.name}`,
    };
  }
}
