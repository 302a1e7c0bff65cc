/** Condition types and reasons of a Repository: KubeStash's where it has them, with what makes ours appear. */
import { STORAGE_NOT_ALLOWED } from '../../jobs/storage-admission.ts';

export const CONDITION = {
  /** The directory on the storage is claimed for this Repository and holds its `repository.yaml`. */
  initialized: 'RepositoryInitialized',
  /** True: nothing waits to be removed. Unknown: status.retentionPlan lists what does. False: it cannot be removed, see why. */
  retention: 'RetentionApplied',
  /** What the last check of the data found; absent before the first. */
  intact: 'DataIntact',
  /** The Snapshots that the directory held are objects here. False while they are being read; snapshot: latest waits for it. */
  synced: 'SnapshotsSynced',
} as const;

export const REASON = {
  initialized: 'RepositoryInitializationSucceeded',
  notInitialized: 'RepositoryInitializationFailed',
  /** The init Job has not ended yet. */
  initializing: 'RepositoryInitializing',
  ready: 'RepositoryReady',
  /** `spec.storageRef` names no BackupStorage. */
  noStorage: 'StorageRefMissing',
  /** The BackupStorage's usagePolicy does not admit this namespace. */
  storageNotAllowed: STORAGE_NOT_ALLOWED,
  storageDeleting: 'BackupStorageDeleting',
  namespaceTerminating: 'NamespaceTerminating',
  /** The directory is new, so a session that is first ready starts a backup. */
  directoryEmpty: 'DirectoryEmpty',
  /** The directory held Snapshots: restore them first, or start a backup yourself. */
  snapshotsFound: 'SnapshotsFound',
  retentionApplied: 'RetentionApplied',
  /** status.retentionPlan lists Snapshots that will be removed. */
  retentionPlanned: 'RetentionPlanned',
  /** No session of a BackupConfiguration names this Repository, so no policy is in force. */
  notReferenced: 'NotReferenced',
  /** The RetentionPolicy is missing or not permitted, or there is no default: nothing is removed. */
  policyNotFound: 'RetentionPolicyNotFound',
  /** The RetentionPolicy cannot be read; the message names the field: nothing is removed. */
  policyUnreadable: 'RetentionPolicyUnreadable',
  /** Two BackupConfigurations give one session of this Repository different policies: nothing is removed. */
  policyAmbiguous: 'RetentionPolicyAmbiguous',
  /** The BackupConfiguration is paused: nothing is removed while no new backups come. */
  configurationPaused: 'BackupConfigurationPaused',
  /** The last check found damage: nothing is removed until one passes. */
  damaged: 'DataDamaged',
  checkPassed: 'CheckPassed',
  /** A sync Job reads the directory, or its Snapshots are being made. */
  syncing: 'SnapshotsAreBeingRead',
  synced: 'SnapshotsRead',
} as const;
