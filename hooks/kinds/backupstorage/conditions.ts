/** Condition types and reasons of BackupStorages: what makes each appear, and what a user does next. */

export const CONDITION = {
  /** False: the spec cannot be carried out as it is. The message names the field. */
  validationPassed: 'ValidationPassed',
  /** True once a mover wrote to the place and found `metadata.yaml` there. Unknown while the first attempt is on its way. */
  backendInitialized: 'BackendInitialized',
  /** False: create or correct the Secret that the spec names; the next attempt finds it. */
  backendSecretFound: 'BackendSecretFound',
} as const;

export const REASON = {
  validationPassed: 'ResourceValidationPassed',
  validationFailed: 'ResourceValidationFailed',
  initialized: 'BackendInitializationSucceeded',
  initializationFailed: 'BackendInitializationFailed',
  initializing: 'BackendInitializationRunning',
  secretAvailable: 'BackendSecretAvailable',
  secretNotAvailable: 'BackendSecretNotAvailable',
} as const;
