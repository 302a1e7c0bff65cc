/** The five things a mover does with Kubernetes, in one interface with two forms: API server and files. */
import type { JsonObject } from '../decode.ts';
import type { ExecOutcome } from '../hooks/exec-outcome.ts';

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export const TASK_REPORTS: Resource = { group: 'metastash.dev', version: 'v1alpha1', plural: 'taskreports' };
export const BACKUP_SESSIONS: Resource = { group: 'core.kubestash.com', version: 'v1alpha1', plural: 'backupsessions' };
export const PODS: Resource = { group: '', version: 'v1', plural: 'pods' };
export const CLAIMS: Resource = { group: '', version: 'v1', plural: 'persistentvolumeclaims' };
export const EVENTS: Resource = { group: '', version: 'v1', plural: 'events' };
export const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets' };

/** A command for one container: program and arguments. */
export interface ExecOrder {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export interface Kube {
  /** The object, or undefined when it is not there. */
  get(resource: Resource, namespace: string, name: string): Promise<JsonObject | undefined>;
  /** The objects of a namespace that carry all these labels. */
  list(
    resource: Resource,
    namespace: string,
    labels?: Readonly<Record<string, string>>,
  ): Promise<readonly JsonObject[]>;
  /** Creates the object under its own name; one that is already there is left alone. */
  create(resource: Resource, namespace: string, object: JsonObject): Promise<'created' | 'exists'>;
  /** Merges into `.status` (JSON merge patch). Refused as `invalid` when a rule of the kind forbids the change. */
  patchStatus(resource: Resource, namespace: string, name: string, status: object): Promise<void>;
  /** Runs the command and waits for its end, or for the signal. */
  exec(order: ExecOrder, signal: AbortSignal): Promise<ExecOutcome>;
}

/** `taskreports.metastash.dev`, or `pods` for the core group. */
export function resourceName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}
