/** What the API server knows of one built-in kind, and what admission is given and answers. */
import type { JsonMap } from './values.ts';

/** An object after defaulting, and what is wrong with it. */
export interface Prepared {
  readonly body: JsonMap;
  readonly faults: readonly string[];
}

export interface BuiltIn {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly statusSubresource: boolean;
  readonly generation: boolean;
  /** Top-level fields beside apiVersion, kind, metadata and, with the subresource, status. */
  readonly fields: readonly string[];
  readonly prepare?: (source: JsonMap, context: PrepareContext) => Prepared;
  /** Faults of a change; given the prepared object and the stored one. */
  readonly changeFaults?: (next: JsonMap, previous: JsonMap) => readonly string[];
  /** Status of a new object. */
  readonly initialStatus?: JsonMap;
}

export interface PrepareContext {
  readonly uid: string;
  readonly name: string;
  /** The stored object, where this is an update. */
  readonly previous?: JsonMap | undefined;
  /** A number that no other object got, for addresses. */
  readonly serial: number;
}
