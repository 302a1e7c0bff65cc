/**
 * The sandbox's API server as its clients see it: the host, the controllers, the nodes and the demo all go through this.
 * It promises what reference behaviour a Kubernetes 1.36 API server has for one object at a time: optimistic concurrency,
 * status isolation, generation, finalizers, defaults and pruning from CRD schemas. Objects handed out are frozen.
 */

export interface StoredMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
    readonly blockOwnerDeletion?: boolean;
  }[];
}

export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMeta;
  readonly [field: string]: unknown;
}

/** One API resource: a built-in kind or a CRD's version. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Lower-case plural. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly statusSubresource: boolean;
}

export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: Propagation;
  /** Of a Pod; 0 removes it at once, as its node does after it has stopped it. */
  readonly gracePeriodSeconds?: number;
}

/** A refusal with the API's own code and reason: 404 NotFound, 409 AlreadyExists or Conflict, 422 Invalid, 403 Forbidden. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
  }
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED'; readonly object: StoredObject }
  | { readonly type: 'DELETED'; readonly object: StoredObject };

/** What can be read at once: the server's own store, or caches of one that is far away. */
export type ApiReads = Pick<ApiServer, 'resource' | 'list' | 'watch'>;

export interface ApiServer {
  /** The resource of a group/version and kind, or of a group/version and plural; undefined while no CRD defines it. */
  resource(apiVersion: string, kindOrPlural: string): Resource | undefined;
  resources(): readonly Resource[];
  get(key: ObjectKey): StoredObject | undefined;
  list(apiVersion: string, kind: string, namespace?: string): readonly StoredObject[];
  /** Throws ApiError as the real server would. Input is plain JSON without server-set metadata. */
  create(object: object): StoredObject;
  /** Full replacement of the main resource; `metadata.resourceVersion` must match, and only built-in kinds may leave it out. Status is ignored where a subresource. */
  update(object: object): StoredObject;
  updateStatus(object: object): StoredObject;
  /** JSON merge patch (RFC 7396) of the main resource or of its status subresource. */
  patch(key: ObjectKey, patch: object, subresource?: 'status'): StoredObject;
  delete(key: ObjectKey, options?: DeleteOptions): void;
  /** Calls back for every later change of the kind, in revision order, after the write has returned; returns the stop function. */
  watch(apiVersion: string, kind: string, listener: (event: WatchEvent) => void): () => void;
}
