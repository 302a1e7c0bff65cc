/** Condition types and reasons of a Snapshot. The first three types and their reasons are KubeStash's (kubestash-api.md §1.4). */

export const CONDITION = {
  /** The manifest stands on the backend. Unknown while it is on its way, which does not hold up the phase. */
  metadataUploaded: 'SnapshotMetadataUploaded',
  /** Never said here: who copies KubeStash's False must still see the Snapshot Failed. */
  recentListUpdated: 'RecentSnapshotListUpdated',
  /** True is bad: nothing ran, or it ended without completing. Its reason says why. */
  incomplete: 'BackupIncomplete',
  /** True: at least one saved path held no file at all. Whether that makes the Snapshot suspect is said by `Suspect`. */
  sourceEmpty: 'SourceEmpty',
  /** True: what was found is nothing, or much less than before. False: a user has accepted it. */
  suspect: 'Suspect',
  /** Of a Snapshot that was deleted with WipeOut: Unknown while its data is being removed, False where that was given up. */
  wipedOut: 'WipedOut',
} as const;

export const REASON = {
  uploaded: 'SuccessfullyUploadedSnapshotMetadata',
  /** The Repository's housekeeping Job will store the manifest. */
  uploadPending: 'UploadPending',
  /** Nothing to store: the backup failed. */
  notUploaded: 'BackupFailed',
  /** A mover ended, or was ended, before its component was complete; the component says why. */
  terminated: 'BackupExecutorTerminatedBeforeCompletion',
  emptySource: 'SourceEmpty',
  /** Files or bytes are fewer than half (or what the annotation allows) of the newest good Snapshot's. */
  sourceShrunk: 'SourceShrunk',
  /** A user has said that a suspect Snapshot is as it should be. */
  accepted: 'AcceptedByUser',

  preparing: 'PreparingBackup',
  running: 'BackupRunning',
  succeeded: 'BackupSucceeded',
  imported: 'ReadFromStorage',
  failed: 'BackupFailed',

  /** The object is a copy of another (design law 9). Delete it. */
  copied: 'CopiedObject',
  /** No BackupSession is named. Delete it; create a BackupSession to back up. */
  handMade: 'MadeByHand',
  /** The named BackupSession asked for no Snapshot of this name and uid. */
  notListed: 'NotListedByBackupSession',
  paused: 'Paused',
  deleting: 'Deleting',
  namespaceTerminating: 'NamespaceTerminating',
  repositoryNotReady: 'RepositoryNotReady',
  /** Between the making of the Snapshot and its Job the Repository got another storage. */
  repositoryMoved: 'RepositoryMoved',
  /** The invoker has no session of that name any more. */
  sessionUnknown: 'SessionNotFound',
  /** A session with several tasks; this version runs one. */
  severalTasks: 'SeveralTasksUnsupported',
  targetElsewhere: 'TargetInOtherNamespace',

  /** Nothing could be started within the limit; the message holds what it waited for. */
  nothingStarted: 'NothingStarted',
  cancelled: 'Cancelled',
  timedOut: 'BackupTimeout',
  sessionOver: 'BackupSessionEnded',
  sessionGone: 'BackupSessionNotFound',
  /** Listed components cannot be read back from status: somebody else wrote into it. */
  recordTorn: 'RecordTorn',
  /** A status that this hook never writes: Succeeded without restic snapshots that could be restored. */
  noEvidence: 'NoEvidence',
  /** A stored Snapshot names restic snapshots that the storage does not hold. */
  dataLost: 'DataLost',
  /** The object waits for its Repository to remove the data. */
  wipingOut: 'WipeOutRequested',
  /** The data is still on the storage: remove the object's restic snapshots there yourself, or let its Repository be wiped out. */
  wipeTimedOut: 'WipeOutTimedOut',
  /** The stored status of a Snapshot made from the backend cannot be read. */
  importUnreadable: 'ImportUnreadable',
} as const;
