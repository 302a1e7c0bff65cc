/**
 * What a mover reports: `TaskReport.status` (metastash.dev/v1alpha1). The mover is its only writer; hooks fold it into
 * the status of their parent. The CRD is crds/metastash.dev_taskreports.yaml.
 *
 * Life: (absent) -> Running, podUID set once, heartbeatAt moves -> Succeeded | Failed, immutable from then on.
 */

export const REPORT_SCHEMA_VERSION = 1;

export type ReportPhase = 'Running' | 'Succeeded' | 'Failed';

export interface ReportError {
  /** CamelCase reason that becomes a condition's reason: `WrongPassword`, `RepositoryLocked`, `SourceUnreadable`, … */
  readonly code: string;
  /** One sentence: what was wrong, where, what to do next. Never a Secret's value. */
  readonly message: string;
  /** Whether another attempt without human help can end better. */
  readonly retryable: boolean;
}

export interface ReportProgress {
  readonly percent: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly secondsElapsed: number;
  readonly secondsRemaining?: number;
}

/** Names are cut to a bounded list; the count is whole. */
export interface NamedCount {
  readonly count: number;
  readonly names: readonly string[];
}

/** One restic snapshot that was made and read back. */
export interface BackedUpPath {
  readonly hostPath: string;
  readonly snapshotID: string;
  readonly snapshotTime: string;
  /** Bytes read from the source. */
  readonly sizeBytes: number;
  /** Bytes newly stored in the repository. */
  readonly uploadedBytes: number;
  readonly files: number;
  readonly directories: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** No file at all below the path. */
  readonly empty?: boolean;
}

export interface BackupResult {
  readonly paths: readonly BackedUpPath[];
  /** Raw size of the restic repository after the backup. */
  readonly repositoryBytes?: number;
  /** Result of `restic check`, where it ran. */
  readonly integrity?: boolean;
  readonly manifestUploaded?: boolean;
  readonly unreadable?: NamedCount;
}

export interface RestoredPath {
  readonly hostPath: string;
  readonly snapshotID: string;
  readonly filesExpected: number;
  readonly filesRestored: number;
  readonly bytesRestored: number;
}

export interface RestoreResult {
  readonly paths: readonly RestoredPath[];
  /** Files that did not come back, or came back with another owner or mode. */
  readonly missing?: NamedCount;
  readonly ownership?: NamedCount;
}

export interface LocatedComponent {
  /** `dump`, `dump-pod-0`, `dump-<node>`. */
  readonly component: string;
  readonly node?: string;
  readonly pod?: string;
  readonly claims?: readonly string[];
}

export interface CheckResult {
  /** restic repositories that were looked through. */
  readonly resticPaths: readonly string[];
  /** Those in which something is missing or broken, with restic's first words about it. */
  readonly damaged: readonly { readonly resticPath: string; readonly message: string }[];
}

/** One Snapshot as the backend describes it: only fields that our CRD knows, none of them trusted yet. */
export interface StoredSnapshot {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  /** restic snapshots that its components name and the backend does not hold, as `<path>: <id>`. */
  readonly lost?: readonly string[];
}

/** One page of what a Repository's directory holds; as much as one report can carry. */
export interface StoredSnapshots {
  /** By the name of their file. */
  readonly snapshots: readonly StoredSnapshot[];
  /** Manifests that could not be read, each with the reason. */
  readonly unreadable?: NamedCount;
  /** How many manifests the directory holds, this page and all others together. */
  readonly total: number;
  /** The last file name of this page, where another page follows. */
  readonly next?: string;
}

/** A directory on the backend that holds a `repository.yaml`. */
export interface ScannedRepository {
  readonly directory: string;
  /** Of the Repository object in `repository.yaml`; absent where that cannot be read. */
  readonly name?: string;
  readonly namespace?: string;
  readonly sizeBytes: number;
  readonly snapshots: number;
  /** The cluster that its owner file names: the one that asked, another one, or none. */
  readonly claimedBy: 'here' | 'elsewhere' | 'nobody';
  /** The Repository as it can be applied again. */
  readonly manifest?: object;
  /** Why `repository.yaml` cannot be used. */
  readonly error?: string;
}

export interface ScanResult {
  /** By directory; at most as many as a report can carry. */
  readonly repositories: readonly ScannedRepository[];
  /** How many Repositories there are, with those that are not listed. */
  readonly count: number;
  readonly totalBytes: number;
  /** What belongs to no Repository, by directory. */
  readonly leftovers?: NamedCount & { readonly bytes: number };
}

export interface ReportResult {
  readonly storage?: { readonly created: boolean; readonly repositories: readonly string[] };
  /** `snapshotsFound`: manifests already in the directory (the first-backup rule); `takenOver`: claimed after a rebuild. */
  readonly repository?: { readonly created: boolean; readonly takenOver: boolean; readonly snapshotsFound: number };
  readonly backup?: BackupResult;
  readonly restore?: RestoreResult;
  readonly located?: { readonly components: readonly LocatedComponent[] };
  readonly uploaded?: { readonly snapshots: readonly string[] };
  /** Uids of the Snapshots of which nothing is left on the storage, and how many restic snapshots were removed for it. */
  readonly forgotten?: { readonly snapshots: readonly string[]; readonly removed: number };
  readonly pruned?: { readonly resticPaths: readonly string[]; readonly freedBytes: number };
  readonly checked?: CheckResult;
  readonly wiped?: { readonly objects: number; readonly bytes: number };
  /** A hook that did what it should, after so many tries; `pods` are those that it acted on. */
  readonly hook?: { readonly attempts: number; readonly pods?: readonly string[] };
  readonly stored?: StoredSnapshots;
  readonly scanned?: ScanResult;
  /** Why the Job's Pod did not report: `Unschedulable`, `ImagePullBackOff`, `OOMKilled`, `QuotaExceeded`, … */
  readonly diagnosis?: { readonly reason: string; readonly message: string; readonly pod?: string };
}

export interface ReportStatus {
  readonly schemaVersion: number;
  readonly phase: ReportPhase;
  readonly podUID: string;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly finishedAt?: string;
  readonly progress?: ReportProgress;
  readonly result?: ReportResult;
  readonly error?: ReportError;
}

export interface ReportSpec {
  readonly task: string;
  readonly jobName: string;
  readonly run: number;
  readonly component?: string;
}
