// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { ObjectReference, TypedObjectReference, TypedLocalObjectReference, HookStatus } from './shared.ts';

/** BackupSession is one run of one session. Schedules make it; create one by hand to back up now. It waits for its turn, takes a Snapshot per Repository, and never runs twice. */
export interface BackupSession extends KubeObject<BackupSessionSpec, BackupSessionStatus> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupSession';
  readonly spec: BackupSessionSpec;
}
/**
 * What is wanted.
 */
export interface BackupSessionSpec {
  /**
   * The BackupConfiguration or BackupBatch that this is a run of.
   */
  readonly invoker: TypedLocalObjectReference;
  /**
   * Name of the session in the invoker.
   */
  readonly session?: string;
  /**
   * How many more times a failure is tried again.
   */
  readonly retryLeft?: number;
  /**
   * How long it may take from its creation, taken from the session.
   */
  readonly backupTimeout?: string;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface BackupSessionStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Succeeded, Failed and Skipped are final.
   */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Skipped';
  /**
   * How long it took, for example 25s.
   */
  readonly duration?: string;
  /**
   * When it fails for taking too long, if backupTimeout is set.
   */
  readonly backupDeadline?: string;
  /**
   * How many Snapshots it makes.
   */
  readonly totalSnapshots?: number;
  /**
   * Snapshots to be made, first as Pending, then with what became of them.
   */
  readonly snapshots?: readonly SessionSnapshot[];
  readonly hooks?: HookStatus;
  /**
   * What became of the clean-up of old Snapshots, per Repository.
   */
  readonly retentionPolicy?: readonly RetentionOutcome[];
  /**
   * Whether another BackupSession was made to try again.
   */
  readonly retried?: boolean;
  /**
   * When that will be.
   */
  readonly nextRetry?: string;
  /**
   * When it got its turn.
   */
  readonly startedAt?: string;
  /**
   * When it reached its final phase.
   */
  readonly finishedAt?: string;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly metastash?: Readonly<Record<string, unknown>>;
  readonly conditions?: readonly Condition[];
}
/**
 * One Snapshot of the session.
 */
export interface SessionSnapshot {
  /**
   * Name of the Snapshot.
   */
  readonly name?: string;
  /**
   * Its phase.
   */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /**
   * The target.
   */
  readonly appRef?: TypedObjectReference;
  /**
   * Repository that it is written to.
   */
  readonly repository?: string;
  /**
   * Unique id of the Snapshot once it exists.
   */
  readonly uid?: string;
  /**
   * First error of its components.
   */
  readonly message?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * Clean-up of one Repository.
 */
export interface RetentionOutcome {
  /**
   * The RetentionPolicy.
   */
  readonly ref?: ObjectReference;
  /**
   * The Repository.
   */
  readonly repository?: string;
  /**
   * What became of it.
   */
  readonly phase?: 'Pending' | 'Applied' | 'FailedToApply';
  /**
   * Why it failed.
   */
  readonly error?: string;
}
