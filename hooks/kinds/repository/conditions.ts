/** Condition types and reasons of a Repository: KubeStash's where it has them, with what makes ours appear. */

export const CONDITION = {
  /** The directory on the storage is claimed for this Repository and holds its `repository.yaml`. */
  initialized: 'RepositoryInitialized',
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
  storageNotAllowed: 'StorageNotAllowed',
  storageDeleting: 'BackupStorageDeleting',
  namespaceTerminating: 'NamespaceTerminating',
  /** The host has not shown everything that customize asked for. */
  incompleteView: 'WaitingForRelatedObjects',
  /** The directory is new, so a session that is first ready starts a backup. */
  directoryEmpty: 'DirectoryEmpty',
  /** The directory held Snapshots: restore them first, or start a backup yourself. */
  snapshotsFound: 'SnapshotsFound',
} as const;
