/**
 * Keys of labels, annotations and finalizers. `kubestash.com/…` and their values are KubeStash's
 * (kubestash/apimachinery:apis/constant.go); `metastash.dev/…` are our own.
 */

export const LABEL = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** One of the `COMPONENT` values. */
  component: 'app.kubernetes.io/component',
  invokerName: 'kubestash.com/invoker-name',
  invokerNamespace: 'kubestash.com/invoker-namespace',
  invokerKind: 'kubestash.com/invoker-kind',
  sessionName: 'kubestash.com/session-name',
  repositoryName: 'kubestash.com/repo-name',
  appRefKind: 'kubestash.com/app-ref-kind',
  appRefNamespace: 'kubestash.com/app-ref-namespace',
  appRefName: 'kubestash.com/app-ref-name',
  /** Metacontroller's generated selector: children of one parent uid. */
  controllerUid: 'controller-uid',
  /** On Snapshots: the BackupSession that made it, so that the session finds them in one rule. */
  backupSession: 'metastash.dev/backup-session',
  /** On Jobs and TaskReports: the mover task. */
  task: 'metastash.dev/task',
  /** On Jobs and TaskReports: the target's component (`dump-pod-0`), where there is one. */
  targetComponent: 'metastash.dev/component',
} as const;

export const MANAGED_BY = 'kubestash.com';

export const COMPONENT = {
  backup: 'kubestash-backup',
  restore: 'kubestash-restore',
  initializer: 'kubestash-initializer',
  uploader: 'kubestash-uploader',
  cleaner: 'kubestash-cleaner',
  retentionPolicy: 'kubestash-retention-policy',
  hook: 'kubestash-hook',
  trigger: 'kubestash-trigger',
} as const;

export const ANNOTATION = {
  /** The object's own uid, stamped by `claims`; where it differs from metadata.uid the object is a copy and never runs (law 9). */
  uid: 'metastash.dev/uid',
  /** A Snapshot made from the backend: its stored status as JSON. Its hook derives status from this and desires no backup. */
  imported: 'metastash.dev/imported',
  /** On a Snapshot that is to be made: namespace/name of its Repository's BackupStorage, so that its hook sees that one alone. */
  storage: 'metastash.dev/storage',
  /** Set by a user to ask for a read of the backend; the handled value is echoed in status. */
  syncRequestedAt: 'metastash.dev/sync-requested-at',
  /** Set by a user on a Snapshot: no retention policy removes it while it is there with a value other than `false`. */
  pin: 'metastash.dev/pin',
  /**
   * How much less than the last good backup a new one may find before it is suspect: `true` for any amount, or a share such
   * as `80%`. On a BackupConfiguration or a BackupSession; `true` on a suspect Snapshot accepts that one.
   */
  allowShrink: 'metastash.dev/allow-shrink',
  /** `true` on a RestoreSession: `snapshot: latest` may be a suspect one. */
  allowSuspect: 'metastash.dev/allow-suspect',
  /** Set by a user on a session to end it. */
  cancel: 'metastash.dev/cancel',
} as const;
