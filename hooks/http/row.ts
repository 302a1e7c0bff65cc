/**
 * What the service knows about a kind: which parent it takes, which groups of children it must be shown, and its pure
 * functions. hooks/routes.ts is the list; nothing else in http/ knows a kind by name.
 */
import type {
  CustomizeRequest,
  CustomizeResponse,
  DecoratorRequest,
  DecoratorResponse,
  Instant,
  SyncRequest,
  SyncResponse,
} from '../kube/metacontroller.ts';
import type { KubeObject } from '../kube/objects.ts';

export type HookName = 'sync' | 'customize' | 'finalize';
export type ControllerKind = 'CompositeController' | 'DecoratorController';

/** A decoded request on its way to a hook; which of its forms it has follows from row and hook. */
export type HookRequest = SyncRequest | DecoratorRequest | CustomizeRequest;
export type HookAnswer = SyncResponse | DecoratorResponse | CustomizeResponse;
export type HookFunction = (request: HookRequest, now: Instant) => HookAnswer;

export interface HookRow {
  /** Path segment, file name in metacontroller/ and the controller's name there. */
  readonly kind: string;
  readonly controllerKind: ControllerKind;
  readonly parent: { readonly apiVersion: string; readonly kind: string };
  /** A cluster-scoped parent may have children in any namespace; a namespaced one only in its own. */
  readonly isClusterScoped: boolean;
  /** `Job.batch/v1`: the groups that the manifest declares, so that a missing one is never read as «no children». */
  readonly children: readonly string[];
  readonly hooks: { readonly sync: HookFunction } & Partial<Record<HookName, HookFunction>>;
}

interface Described {
  readonly kind: string;
  readonly apiVersion: string;
  readonly parentKind: string;
  readonly isClusterScoped?: boolean;
  readonly children: readonly string[];
}

interface CompositeHooks<Parent extends KubeObject, Status> {
  readonly sync: (request: SyncRequest<Parent>, now: Instant) => SyncResponse<Status>;
  readonly customize?: (request: CustomizeRequest<Parent>, now: Instant) => CustomizeResponse;
  readonly finalize?: (request: SyncRequest<Parent>, now: Instant) => SyncResponse<Status>;
}

interface DecoratorHooks<Parent extends KubeObject> {
  readonly sync: (request: DecoratorRequest<Parent>, now: Instant) => DecoratorResponse;
  readonly customize?: (request: CustomizeRequest<Parent>) => CustomizeResponse;
  readonly finalize?: (request: DecoratorRequest<Parent>, now: Instant) => DecoratorResponse;
}

/** The row of a CompositeController. */
export function composite<Parent extends KubeObject, Status>(
  described: Described,
  hooks: CompositeHooks<Parent, Status>,
): HookRow {
  return rowOf('CompositeController', described, hooks);
}

/** The row of a DecoratorController, whose requests carry `object` and `attachments`. */
export function decorator<Parent extends KubeObject>(described: Described, hooks: DecoratorHooks<Parent>): HookRow {
  return rowOf('DecoratorController', described, hooks);
}

/**
 * A decode edge: decode checks apiVersion, kind and metadata of the parent against the row before it calls, so each
 * function is only ever given its own parent. Its spec is still whatever a user wrote; the kinds check that.
 */
function rowOf(controllerKind: ControllerKind, described: Described, hooks: object): HookRow {
  const { kind, apiVersion, parentKind, isClusterScoped = false, children } = described;
  const present = Object.entries(hooks).filter(([, hook]) => hook !== undefined);
  return {
    kind,
    controllerKind,
    parent: { apiVersion, kind: parentKind },
    isClusterScoped,
    children,
    hooks: Object.fromEntries(present) as HookRow['hooks'],
  };
}
