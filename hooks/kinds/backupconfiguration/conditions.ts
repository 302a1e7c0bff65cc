/** Condition types and reasons of BackupConfigurations: what makes each appear, and what a user does next. */

export const CONDITION = {
  /** False: the spec cannot be carried out as it is. The message names the field; children stay as they were. */
  validationPassed: 'ValidationPassed',
  /** Per session. False: no CronJob yet; the message says what is missing. */
  schedulerEnsured: 'SchedulerEnsured',
  /** Per session. Whether the first backup was made at once instead of at the first tick. */
  initialBackupTriggered: 'InitialBackupTriggered',
  /** Per session. How the newest session ended; absent before the first. */
  lastBackupSucceeded: 'LastBackupSucceeded',
} as const;

export const REASON = {
  validationPassed: 'ResourceValidationPassed',
  validationFailed: 'ResourceValidationFailed',
  schedulerEnsured: 'SchedulerEnsured',
  schedulerNotEnsured: 'SchedulerNotEnsured',
  initialBackupTriggered: 'SuccessfullyTriggeredInitialBackup',
  /** It stands among the desired children and was not seen yet; if it stays, look for SyncError events. */
  initialBackupRequested: 'InitialBackupRequested',
  /** The directory held Snapshots, or a session was there before. */
  initialBackupNotNeeded: 'InitialBackupNotNeeded',
  /** Unpausing does not make it up: the schedule does. */
  initialBackupPaused: 'PausedWhenFirstReady',
  backupSucceeded: 'BackupSucceeded',
  /** The session's own conditions say why. */
  backupFailed: 'BackupFailed',
  /** All is well, and nothing starts because the spec says so. */
  paused: 'Paused',
} as const;
