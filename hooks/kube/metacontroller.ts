/**
 * The wire contract with Metacontroller v4.17, hook version v2 (metacontroller/metacontroller:
 * pkg/controller/composite/api/v2/hooks.go, pkg/controller/decorator/api/v2/hooks.go). Answers are closed types:
 * v2 decodes strictly, an unknown field fails the sync.
 */
import type { DesiredObject, KubeObject } from './objects.ts';

/** `"Job.batch/v1"` -> `"namespace/name"` (or `"name"` for cluster-scoped kinds) -> object. */
export type ObjectMap = Readonly<Record<string, Readonly<Record<string, KubeObject>>>>;

export interface SyncRequest<Parent extends KubeObject = KubeObject> {
  readonly parent: Parent;
  readonly children: ObjectMap;
  readonly related: ObjectMap;
  readonly finalizing: boolean;
}

export interface SyncResponse<Status = object> {
  /** Replaces the parent's whole status; Metacontroller adds observedGeneration. */
  readonly status: Status;
  /** Every child that should exist: an observed child left out is deleted. */
  readonly children: readonly DesiredObject[];
  readonly resyncAfterSeconds?: number;
  /** Only in answers to finalize, and only when nothing is left to do. */
  readonly finalized?: boolean;
}

export interface DecoratorRequest<Parent extends KubeObject = KubeObject> {
  readonly object: Parent;
  readonly attachments: ObjectMap;
  readonly related: ObjectMap;
  readonly finalizing: boolean;
}

export interface DecoratorResponse {
  /** Keys to set (or, with null, to delete); others stay. */
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly attachments: readonly DesiredObject[];
  readonly resyncAfterSeconds?: number;
  readonly finalized?: boolean;
}

export interface CustomizeRequest<Parent extends KubeObject = KubeObject> {
  readonly parent: Parent;
}

/** Which objects the next sync of this parent shall see. Either by names or by selector, never both. */
export interface RelatedRule {
  readonly apiVersion: string;
  /** Lower-case plural. */
  readonly resource: string;
  readonly namespace?: string;
  readonly names?: readonly string[];
  readonly labelSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
  };
}

export interface CustomizeResponse {
  readonly relatedResources: readonly RelatedRule[];
}

/** A point in time as the server hands it to a reconcile: milliseconds since the epoch. The only clock a hook has. */
export type Instant = number;
