// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type {
  TypedObjectReference,
  BackendReference,
  Session,
  ResourceFoundStatus,
  BackendStatus,
  RepositoryStatusEntry,
  SessionStatusEntry,
} from './shared.ts';

/** BackupConfiguration says what is backed up, when, how and where to. It makes the Repositories and a schedule per session; every run of a session is a BackupSession. */
export interface BackupConfiguration extends KubeObject<BackupConfigurationSpec, BackupConfigurationStatus> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupConfiguration';
  readonly spec: BackupConfigurationSpec;
}
/**
 * What is wanted.
 */
export interface BackupConfigurationSpec {
  /**
   * What is backed up: a Deployment, StatefulSet, DaemonSet, ReplicaSet or PersistentVolumeClaim of this namespace. Only backups of cluster resources have none.
   */
  readonly target?: TypedObjectReference;
  /**
   * Storages that the sessions write to. Left out, the default BackupStorage and RetentionPolicy are used.
   */
  readonly backends?: readonly BackendReference[];
  /**
   * Schedules, each with what it does and where it writes to.
   */
  readonly sessions: readonly Session[];
  /**
   * Stops new runs of all sessions; those under way finish.
   */
  readonly paused?: boolean;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface BackupConfigurationStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Ready when target and backends are found and every session is scheduled; Invalid when the spec contradicts itself.
   */
  readonly phase?: 'NotReady' | 'Ready' | 'Invalid';
  /**
   * Whether the target exists; true where there is none to look for.
   */
  readonly targetFound?: boolean;
  /**
   * State of each backend.
   */
  readonly backends?: readonly BackendStatus[];
  /**
   * State of each Repository.
   */
  readonly repositories?: readonly RepositoryStatusEntry[];
  /**
   * Other objects that are needed, for example Addons and Secrets.
   */
  readonly dependencies?: readonly ResourceFoundStatus[];
  /**
   * State of each session.
   */
  readonly sessions?: readonly SessionStatusEntry[];
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
