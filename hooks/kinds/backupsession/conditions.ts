/** Condition types and reasons of a BackupSession: KubeStash's where it has them, with what makes ours appear. */

export const CONDITION = {
  skipped: 'BackupSkipped',
  snapshotsEnsured: 'SnapshotsEnsured',
  executorEnsured: 'BackupExecutorEnsured',
  preHooks: 'PreBackupHooksExecutionSucceeded',
  postHooks: 'PostBackupHooksExecutionSucceeded',
  cleanupIncomplete: 'SnapshotCleanupIncomplete',
  historyCleaned: 'SessionHistoryCleaned',
  /** The closing condition: only a session that has it is Succeeded or Failed. */
  metricsPushed: 'MetricsPushed',
} as const;

export const REASON = {
  skipped: 'PreRequisitesNotSatisfied',
  snapshotsEnsured: 'SuccessfullyEnsuredSnapshots',
  snapshotsNotEnsured: 'FailedToEnsureSnapshots',
  executorEnsured: 'SuccessfullyEnsuredBackupExecutor',
  executorNotEnsured: 'FailedToEnsureBackupExecutor',
  preHooksExecuted: 'SuccessfullyExecutedPreBackupHooks',
  preHooksFailed: 'FailedToExecutePreBackupHooks',
  postHooksExecuted: 'SuccessfullyExecutedPostBackupHooks',
  postHooksFailed: 'FailedToExecutePostBackupHooks',
  /** Hooks before or after the backup are at work. */
  executingHooks: 'ExecutingHooks',
  historyCleaned: 'SuccessfullyCleanedSessionHistory',
  metricsPushed: 'SuccessfullyPushedMetrics',

  /** Snapshots are listed in status, their Repositories have yet to make some of them. */
  creatingSnapshots: 'CreatingSnapshots',
  /** Snapshots exist, some have not started a mover yet. */
  startingExecutor: 'StartingBackupExecutor',
  running: 'BackupRunning',
  succeeded: 'BackupSucceeded',

  /** The object is a copy made by another tool (design law 9). Delete it; a new BackupSession will run. */
  copied: 'CopiedObject',
  /** Annotation `metastash.dev/cancel` was set. */
  cancelled: 'Cancelled',
  /** Only a BackupConfiguration can invoke. */
  invokerUnsupported: 'InvokerKindUnsupported',
  /** `spec.backupTimeout` cannot be read. */
  timeoutUnreadable: 'InvalidBackupTimeout',
  /** `spec.backupTimeout` has passed. */
  timedOut: 'BackupTimeout',
  /** A RestoreSession is at work on the target and lists its backups in `status.pausedBackups`. */
  targetBeingRestored: 'TargetIsBeingRestored',
  invokerDeleting: 'BackupConfigurationDeleting',
  invokerPaused: 'BackupConfigurationPaused',
  invokerInvalid: 'BackupConfigurationInvalid',
  invokerNotReady: 'BackupConfigurationNotReady',
  invokerNotFound: 'BackupConfigurationNotFound',
  /** The invoker has no session of that name. */
  sessionNotFound: 'SessionNotFound',
  /** A HookTemplate of the session is missing, does not admit the namespace, or cannot do what it says. */
  hookUnusable: 'HookUnusable',
  waitingForHookTemplate: 'WaitingForHookTemplate',
  /** The object was deleted while it ran. */
  deleted: 'Deleted',
  /** The session names no Repository. */
  noRepositories: 'NoRepositories',
  repositoryNotFound: 'RepositoryNotFound',
  repositoryNotReady: 'RepositoryNotReady',
  /** Another BackupSession of the same session runs. */
  sessionRunning: 'SessionAlreadyRunning',
  /** The invoker has one turn, another session holds it. */
  waitingForTurn: 'WaitingForTurn',
  /** The invoker did not give the turn, and nobody else held it. */
  turnNotGiven: 'TurnNotGiven',
  waitingForConfiguration: 'WaitingForBackupConfiguration',
  waitingForSession: 'WaitingForSession',
  waitingForRepository: 'WaitingForRepository',
  /** A Snapshot was listed, and nobody made it in time. */
  snapshotNotMade: 'SnapshotNotCreated',
  /** A Snapshot was seen and is gone, or is being deleted, before it ended. */
  snapshotLost: 'SnapshotLost',
  /** A Snapshot of that name is older than this session. */
  snapshotTaken: 'SnapshotNameTaken',
  /** A Snapshot exists, and nothing of it started in time. */
  snapshotNotStarted: 'SnapshotNotStarted',
  snapshotFailed: 'SnapshotFailed',
} as const;
