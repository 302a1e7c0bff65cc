/** Condition types and reasons of a RestoreSession. Types without `metastash` meaning beside them are KubeStash's (kubestash-api.md §1.9). */

export const CONDITION = {
  validationPassed: 'ValidationPassed',
  targetFound: 'RestoreTargetFound',
  executorEnsured: 'RestoreExecutorEnsured',
  preHooks: 'PreRestoreHooksExecutionSucceeded',
  postHooks: 'PostRestoreHooksExecutionSucceeded',
  /** True is bad: the restore ended before everything was back. Its reason says why. */
  incomplete: 'RestoreIncomplete',
  /** KubeStash's closing condition: nothing more will happen. Nothing is pushed; metrics are scraped. */
  metricsPushed: 'MetricsPushed',
} as const;

export const REASON = {
  valid: 'ResourceValidationPassed',
  targetFound: 'RestoreTargetFound',
  targetMissing: 'UnableToCheckTargetAvailability',
  executorEnsured: 'SuccessfullyEnsuredRestoreExecutor',
  executorPending: 'RestoreExecutorPending',
  preHooksExecuted: 'SuccessfullyExecutedPreRestoreHooks',
  preHooksFailed: 'FailedToExecutePreRestoreHooks',
  postHooksExecuted: 'SuccessfullyExecutedPostRestoreHooks',
  postHooksFailed: 'FailedToExecutePostRestoreHooks',
  /** Hooks before or after the restore are at work. */
  executingHooks: 'ExecutingHooks',
  metricsPushed: 'SuccessfullyPushedMetrics',
  terminated: 'RestoreExecutorTerminatedBeforeCompletion',
  timedOut: 'RestoreTimedOut',
  copied: 'CopiedObject',
  cancelled: 'RestoreCancelled',
  namespaceTerminating: 'NamespaceTerminating',
  /** Planned components cannot be read back from status: somebody else wrote into it. */
  recordTorn: 'RecordTorn',
  running: 'RestoreRunning',
  succeeded: 'RestoreSucceeded',
  failed: 'RestoreFailed',
} as const;
