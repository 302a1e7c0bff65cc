// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { TypedLocalObjectReference } from './shared.ts';

/** BackupVerificationSession is one proof of one Snapshot. */
export interface BackupVerificationSession extends KubeObject<
  BackupVerificationSessionSpec,
  BackupVerificationSessionStatus
> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupVerificationSession';
  readonly spec: BackupVerificationSessionSpec;
}
/**
 * What is wanted.
 */
export interface BackupVerificationSessionSpec {
  /**
   * The BackupConfiguration or BackupBatch whose Snapshot is proved.
   */
  readonly invoker?: TypedLocalObjectReference;
  /**
   * Name of the session in the invoker.
   */
  readonly session?: string;
  /**
   * Repository that holds the Snapshot.
   */
  readonly repository?: string;
  /**
   * Name of the Snapshot.
   */
  readonly snapshot?: string;
  /**
   * How many more times a failure is tried again.
   */
  readonly retryLeft?: number;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface BackupVerificationSessionStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Succeeded, Failed and Skipped are final.
   */
  readonly phase?: 'Running' | 'Succeeded' | 'Failed' | 'Skipped';
  /**
   * How long it took.
   */
  readonly duration?: string;
  /**
   * Whether another session was made to try again.
   */
  readonly retried?: boolean;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
