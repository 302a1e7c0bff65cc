/** The kinds that have a status, and what their phases mean for health. The one source of all three forms in this folder. */

export interface HealthKind {
  readonly group: string;
  readonly kind: string;
  /** Phases that mean: done, or in order. Consulted only where no Ready condition stands, as under KubeStash itself. */
  readonly healthyPhases: readonly string[];
  /** Phases that mean: failed for good, or the user has to change something. Any other phase is under way. */
  readonly failedPhases: readonly string[];
  /** Whether `spec.paused` exists. */
  readonly pausable: boolean;
  /** Condition whose False is told in the message of a healthy object, since children's health is not inherited. */
  readonly warning?: string;
}

/** Version of every group of `HEALTH_KINDS`. */
export const HEALTH_VERSION = 'v1alpha1';

const CORE = 'core.kubestash.com';
const STORAGE = 'storage.kubestash.com';

export const HEALTH_KINDS: readonly HealthKind[] = [
  {
    group: CORE,
    kind: 'BackupConfiguration',
    healthyPhases: ['Ready'],
    failedPhases: ['Invalid'],
    pausable: true,
    warning: 'LastBackupSucceeded',
  },
  {
    group: CORE,
    kind: 'BackupSession',
    healthyPhases: ['Succeeded'],
    failedPhases: ['Failed', 'Skipped'],
    pausable: false,
  },
  {
    group: CORE,
    kind: 'RestoreSession',
    healthyPhases: ['Succeeded'],
    failedPhases: ['Failed', 'Invalid'],
    pausable: false,
  },
  { group: STORAGE, kind: 'BackupStorage', healthyPhases: ['Ready'], failedPhases: [], pausable: false },
  { group: STORAGE, kind: 'Repository', healthyPhases: ['Ready'], failedPhases: [], pausable: true },
  { group: STORAGE, kind: 'Snapshot', healthyPhases: ['Succeeded'], failedPhases: ['Failed'], pausable: true },
];
