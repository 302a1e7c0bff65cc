/** Requests of a sync to the API server. Each may take time, in which others act. */
import type { ApiServer, DeleteOptions, ObjectKey, Resource, StoredObject } from '../api-server/api.ts';
import type { Steps } from './hook-caller.ts';

export interface Client {
  resource(apiVersion: string, kindOrPlural: string): Resource | undefined;
  get(key: ObjectKey): Steps<StoredObject | undefined>;
  create(object: object): Steps<StoredObject>;
  update(object: object, subresource?: 'status'): Steps<StoredObject>;
  delete(key: ObjectKey, options: DeleteOptions): Steps<void>;
}

export class SandboxClient implements Client {
  readonly #api: ApiServer;
  readonly #requestMs: number;
  readonly #stopped: () => boolean;

  /** `requestMs` passes before a request arrives; at 0 a sync without slow hooks is one task. A stopped host sends none. */
  constructor(api: ApiServer, requestMs: number, stopped: () => boolean) {
    this.#api = api;
    this.#requestMs = requestMs;
    this.#stopped = stopped;
  }

  resource(apiVersion: string, kindOrPlural: string): Resource | undefined {
    return this.#api.resource(apiVersion, kindOrPlural);
  }

  *get(key: ObjectKey): Steps<StoredObject | undefined> {
    yield* this.#travel();
    return this.#api.get(key);
  }

  *create(object: object): Steps<StoredObject> {
    yield* this.#travel();
    return this.#api.create(object);
  }

  *update(object: object, subresource?: 'status'): Steps<StoredObject> {
    yield* this.#travel();
    return subresource ? this.#api.updateStatus(object) : this.#api.update(object);
  }

  *delete(key: ObjectKey, options: DeleteOptions): Steps<void> {
    yield* this.#travel();
    this.#api.delete(key, options);
  }

  *#travel(): Steps<void> {
    if (this.#requestMs > 0) yield { wait: 'time', ms: this.#requestMs };
    if (this.#stopped()) throw new Error('the host has stopped');
  }
}
