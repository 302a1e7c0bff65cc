// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type {
  RuntimeSettings,
  TypedObjectReference,
  SchedulerSpec,
  AddonInfo,
  RetryConfig,
  Volume,
  VolumeMount,
} from './shared.ts';

/** BackupVerifier says how Snapshots are proved by restoring them, and how often. */
export interface BackupVerifier extends KubeObject<BackupVerifierSpec, undefined> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupVerifier';
  readonly spec: BackupVerifierSpec;
}
/**
 * What is wanted.
 */
export interface BackupVerifierSpec {
  /**
   * Where a Snapshot is restored to for the proof.
   */
  readonly restoreOption: {
    /**
     * What is restored into.
     */
    readonly target?: TypedObjectReference;
    /**
     * Which Addon restores it.
     */
    readonly addonInfo: AddonInfo;
  };
  /**
   * When Snapshots are proved.
   */
  readonly scheduler: SchedulerSpec;
  /**
   * Name of the Function that runs queries or the script.
   */
  readonly function?: string;
  /**
   * RestoreOnly is content when the restore ends well, Script runs a script on the data, Query asks a database.
   */
  readonly type: 'RestoreOnly' | 'Query' | 'Script';
  /**
   * Questions to a database, with the answers expected. Accepted; MetaStash reports that it cannot ask them.
   */
  readonly query?: Readonly<Record<string, unknown>>;
  /**
   * The script that looks at the restored data.
   */
  readonly script?: {
    /**
     * Path of the script in the container.
     */
    readonly location?: string;
    /**
     * Its arguments.
     */
    readonly args?: readonly string[];
  };
  /**
   * Further volumes of the verifying Pod, for example with the script.
   */
  readonly volumes?: readonly Volume[];
  /**
   * Where those volumes appear.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  readonly retryConfig?: RetryConfig;
  /**
   * How many finished BackupVerificationSessions are kept.
   */
  readonly sessionHistoryLimit?: number;
  /**
   * Settings of the verifying Job.
   */
  readonly runtimeSettings?: RuntimeSettings;
}
