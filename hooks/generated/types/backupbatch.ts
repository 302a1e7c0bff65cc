// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type {
  TypedObjectReference,
  BackendReference,
  RepositoryInfo,
  SchedulerSpec,
  AddonInfo,
  RetryConfig,
  SessionHooks,
  ResourceFoundStatus,
  BackendStatus,
  RepositoryStatusEntry,
  SessionStatusEntry,
} from './shared.ts';

/** BackupBatch backs up several targets together, under the same schedules. */
export interface BackupBatch extends KubeObject<BackupBatchSpec, BackupBatchStatus> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupBatch';
  readonly spec: BackupBatchSpec;
}
/**
 * What is wanted.
 */
export interface BackupBatchSpec {
  /**
   * Storages that the sessions write to. Left out, the default BackupStorage and RetentionPolicy are used.
   */
  readonly backends?: readonly BackendReference[];
  /**
   * What is backed up.
   *
   * Items: One target.
   */
  readonly targets: readonly {
    /**
     * Name that the sessions use for it.
     */
    readonly name: string;
    /**
     * The object.
     */
    readonly appRef: TypedObjectReference;
  }[];
  /**
   * Schedules.
   */
  readonly sessions: readonly BatchSession[];
  /**
   * Stops new runs of all sessions; those under way finish.
   */
  readonly paused?: boolean;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface BackupBatchStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * As for a BackupConfiguration with all targets found.
   */
  readonly phase?: 'NotReady' | 'Ready' | 'Invalid';
  /**
   * State of each backend.
   */
  readonly backends?: readonly BackendStatus[];
  /**
   * State of each Repository.
   */
  readonly repositories?: readonly RepositoryStatusEntry[];
  /**
   * Other objects that are needed.
   */
  readonly dependencies?: readonly ResourceFoundStatus[];
  /**
   * State of each session.
   */
  readonly sessions?: readonly SessionStatusEntry[];
  /**
   * Whether each target exists.
   */
  readonly targets?: readonly ResourceFoundStatus[];
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One schedule with what it does for which targets.
 */
export interface BatchSession {
  /**
   * Name of the session; unique in the object.
   */
  readonly name: string;
  readonly scheduler: SchedulerSpec;
  readonly hooks?: SessionHooks;
  readonly retryConfig?: RetryConfig;
  /**
   * How long a session may take from its creation. Left out, there is no total limit.
   */
  readonly backupTimeout?: string;
  /**
   * How many finished BackupSessions of each outcome are kept.
   */
  readonly sessionHistoryLimit?: number;
  /**
   * Targets of this session.
   *
   * Items: One target with its Addon and Repositories.
   */
  readonly targets: readonly {
    /**
     * Name of the target in spec.targets.
     */
    readonly name: string;
    readonly addon: AddonInfo;
    /**
     * Where the backups of this target are written to.
     */
    readonly repositories: readonly RepositoryInfo[];
  }[];
}
