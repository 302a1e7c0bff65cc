// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { ObjectReference, TypedObjectReference, Volume } from './shared.ts';

/** Repository is one directory of a BackupStorage with the backups of one target. BackupConfigurations make it; it outlives them unless their deletionPolicy says otherwise. */
export interface Repository extends KubeObject<RepositorySpec, RepositoryStatus> {
  readonly apiVersion: 'storage.kubestash.com/v1alpha1';
  readonly kind: 'Repository';
  readonly spec: RepositorySpec;
}
/**
 * What is wanted.
 */
export interface RepositorySpec {
  /**
   * The target whose backups are kept here.
   */
  readonly appRef?: TypedObjectReference;
  /**
   * The BackupStorage that holds the directory.
   */
  readonly storageRef: ObjectReference;
  /**
   * Directory below the storage's prefix. It cannot change.
   */
  readonly path: string;
  /**
   * What happens to the data when this object is deleted. Delete leaves it (a Repository of the same name and path finds it again), WipeOut removes it.
   */
  readonly deletionPolicy?: 'Delete' | 'WipeOut';
  /**
   * Secret whose key RESTIC_PASSWORD encrypts the data. Volume snapshots need none.
   */
  readonly encryptionSecret?: ObjectReference;
  /**
   * Stops work on this Repository: retention, checks and reading from the storage.
   */
  readonly paused?: boolean;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface RepositoryStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Ready when the directory on the storage is claimed and prepared.
   */
  readonly phase?: 'NotReady' | 'Ready';
  /**
   * Whether the last check of the data passed, over all its Snapshots.
   */
  readonly integrity?: boolean;
  /**
   * How many Snapshots have ended and are still there.
   */
  readonly snapshotCount?: number;
  /**
   * Size of the data on the storage, for example 1.203 GiB.
   */
  readonly size?: string;
  /**
   * When the newest good Snapshot was taken.
   */
  readonly lastBackupTime?: string;
  /**
   * The five newest Snapshots that have ended, newest first.
   */
  readonly recentSnapshots?: readonly RecentSnapshot[];
  /**
   * Directories of the restic repositories below path.
   */
  readonly componentPaths?: readonly string[];
  /**
   * How many Snapshots the directory held when this Repository was prepared. Above 0 there is no first backup.
   */
  readonly snapshotsFound?: number;
  readonly firstBackup?: FirstBackup;
  /**
   * Snapshots that retention will remove, published before the removal starts.
   */
  readonly retentionPlan?: readonly PlannedRemoval[];
  /**
   * Snapshots whose data was removed from the storage; their objects may go.
   */
  readonly forgotten?: readonly ForgottenSnapshot[];
  /**
   * When space that no Snapshot needs was last freed on the storage.
   */
  readonly lastPruneTime?: string;
  /**
   * When the data was last looked through for damage.
   */
  readonly lastCheckTime?: string;
  /**
   * The value of annotation metastash.dev/sync-requested-at that was last carried out.
   */
  readonly lastSyncRequest?: string;
  /**
   * When Snapshots were last read from the storage.
   */
  readonly lastSyncTime?: string;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One Snapshot in short.
 */
export interface RecentSnapshot {
  /**
   * Name of the Snapshot.
   */
  readonly name?: string;
  /**
   * Its phase.
   */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /**
   * The session that made it.
   */
  readonly session?: string;
  /**
   * Size of the data that it holds.
   */
  readonly size?: string;
  /**
   * When it was taken.
   */
  readonly snapshotTime?: string;
}
/**
 * One Snapshot to be removed.
 */
export interface PlannedRemoval {
  /**
   * Name of the Snapshot.
   */
  readonly snapshot?: string;
  /**
   * Unique id of the Snapshot object.
   */
  readonly uid?: string;
  /**
   * The session that made it.
   */
  readonly session?: string;
  /**
   * What lets it go: maxRetentionPeriod, successfulSnapshots or failedSnapshots of the RetentionPolicy, or wipeOut where it was deleted by hand with deletionPolicy WipeOut.
   */
  readonly rule?: string;
  /**
   * Why it goes.
   */
  readonly reason?: string;
  /**
   * When this was published.
   */
  readonly plannedAt?: string;
  /**
   * Not before this its data is removed. Pin the Snapshot until then to keep it.
   */
  readonly removeAt?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One removed Snapshot.
 */
export interface ForgottenSnapshot {
  /**
   * Name of the Snapshot.
   */
  readonly snapshot?: string;
  /**
   * Unique id of the Snapshot object.
   */
  readonly uid?: string;
  /**
   * When its data was removed.
   */
  readonly forgottenAt?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * Whether a first backup starts by itself when a session is first ready.
 */
export interface FirstBackup {
  /**
   * True when the directory held no Snapshot of this target.
   */
  readonly wanted?: boolean;
  /**
   * CamelCase word for why.
   */
  readonly reason?: string;
  /**
   * The same as a sentence.
   */
  readonly message?: string;
}
