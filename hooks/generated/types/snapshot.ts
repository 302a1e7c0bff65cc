// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { TypedObjectReference } from './shared.ts';

/** Snapshot is one backup of one target in one Repository, with a restic snapshot per component and path. Deleting the object leaves the data unless deletionPolicy is WipeOut. */
export interface Snapshot extends KubeObject<SnapshotSpec, SnapshotStatus> {
  readonly apiVersion: 'storage.kubestash.com/v1alpha1';
  readonly kind: 'Snapshot';
  readonly spec: SnapshotSpec;
}
/**
 * What is wanted.
 */
export interface SnapshotSpec {
  /**
   * Id of this Snapshot (a ULID).
   */
  readonly snapshotID?: string;
  /**
   * FullBackup or IncrementalBackup.
   */
  readonly type?: string;
  /**
   * Repository of this namespace that holds the data.
   */
  readonly repository: string;
  /**
   * Name of the session in its BackupConfiguration.
   */
  readonly session?: string;
  /**
   * BackupSession that made it.
   */
  readonly backupSession?: string;
  /**
   * Version of the layout on the storage; part of the path.
   */
  readonly version?: string;
  /**
   * The target that was backed up.
   */
  readonly appRef?: TypedObjectReference;
  /**
   * What happens to the data when this object is deleted: Delete leaves it, WipeOut removes it.
   */
  readonly deletionPolicy?: 'Delete' | 'WipeOut';
  /**
   * Stops work on this Snapshot.
   */
  readonly paused?: boolean;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface SnapshotStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Succeeded when every component has restic snapshots that were read back.
   */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /**
   * What the BackupVerifier found.
   */
  readonly verificationStatus?: 'Verified' | 'NotVerified' | 'VerificationFailed';
  /**
   * BackupVerificationSession that found it.
   */
  readonly verificationSession?: string;
  /**
   * When the data was taken.
   */
  readonly snapshotTime?: string;
  /**
   * When this status last changed.
   */
  readonly lastUpdateTime?: string;
  /**
   * Size of all components together, for example 12.044 MiB.
   */
  readonly size?: string;
  /**
   * Whether the data of every component passed its check.
   */
  readonly integrity?: boolean;
  /**
   * How many components there are.
   */
  readonly totalComponents?: number;
  /**
   * What became of each component: dump for a whole volume, dump-pod-<ordinal> for a replica, dump-<node> for a node.
   */
  readonly components?: {
    readonly [k: string]: SnapshotComponent;
  };
  /**
   * The data may be incomplete (for example an empty source); snapshot: latest passes it over.
   */
  readonly suspect?: boolean;
  /**
   * Why it is suspect.
   */
  readonly suspectReason?: string;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One component of the backup.
 */
export interface SnapshotComponent {
  /**
   * Directory of its restic repository below that of the Repository. Restores go by it.
   */
  readonly path?: string;
  /**
   * What became of it.
   */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /**
   * Size of its data.
   */
  readonly size?: string;
  /**
   * How long it took, for example 5.83s.
   */
  readonly duration?: string;
  /**
   * Whether its data passed the check.
   */
  readonly integrity?: boolean;
  /**
   * Why it failed.
   */
  readonly error?: string;
  /**
   * Program that moved the data.
   */
  readonly driver?: 'Restic' | 'WalG' | 'VolumeSnapshotter' | 'Solr' | 'Medusa' | 'ClickHouseBackup' | 'Neo4jAdmin';
  /**
   * One entry per path that was backed up.
   */
  readonly resticStats?: readonly ResticStats[];
  /**
   * One entry per claim that was snapshotted.
   */
  readonly volumeSnapshotterStats?: readonly VolumeSnapshotterStats[];
  readonly walGStats?: WalGStats;
  readonly logStats?: LogStats;
  /**
   * What Solr reported. Written by KubeStash only.
   */
  readonly solrStats?: readonly SolrStats[];
  readonly medusaStats?: MedusaStats;
  /**
   * What clickhouse-backup reported. Written by KubeStash only.
   */
  readonly clickHouseStats?: readonly ClickHouseStats[];
  /**
   * What neo4j-admin reported. Written by KubeStash only.
   */
  readonly neo4jStats?: readonly Neo4JStats[];
  /**
   * Node that it runs on.
   */
  readonly nodeName?: string;
  /**
   * Pod of the target that it belongs to.
   */
  readonly podName?: string;
  /**
   * PersistentVolumeClaims that it holds.
   */
  readonly claims?: readonly string[];
  /**
   * Job of the last attempt.
   */
  readonly jobName?: string;
  /**
   * How many Jobs were started for it, beginning with 1.
   */
  readonly attempts?: number;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One path, one restic snapshot.
 */
export interface ResticStats {
  /**
   * What restic stored.
   */
  readonly summary?: {
    /**
     * Id of the restic snapshot.
     */
    readonly id?: string;
    /**
     * Bytes that were new to the storage.
     */
    readonly uploaded?: string;
    /**
     * Path that was backed up.
     */
    readonly hostPath?: string;
    /**
     * Size of the path.
     */
    readonly size?: string;
    /**
     * When it began.
     */
    readonly startTime?: string;
    /**
     * When it ended.
     */
    readonly endTime?: string;
  };
  /**
   * How far it is.
   */
  readonly progress?: {
    /**
     * Seconds since the start.
     */
    readonly secondsElapsed?: number;
    /**
     * Share of the bytes done, for example 42.5%.
     */
    readonly percentDone?: string;
    /**
     * Files known so far.
     */
    readonly totalFiles?: number;
    /**
     * Files done.
     */
    readonly filesDone?: number;
    /**
     * Size known so far.
     */
    readonly total?: string;
    /**
     * Bytes per second as text.
     */
    readonly speed?: string;
    /**
     * Bytes done.
     */
    readonly backupDone?: string;
  };
}
/**
 * One VolumeSnapshot.
 */
export interface VolumeSnapshotterStats {
  /**
   * Claim that was snapshotted.
   */
  readonly pvcName?: string;
  /**
   * Path at which the target mounts it.
   */
  readonly hostPath?: string;
  /**
   * Name of the VolumeSnapshot.
   */
  readonly volumeSnapshotName?: string;
  /**
   * When it was taken.
   */
  readonly volumeSnapshotTime?: string;
}
/**
 * What WAL-G reported. Written by KubeStash only.
 */
export interface WalGStats {
  /**
   * Id of the backup.
   */
  readonly id?: string;
  /**
   * Databases in it.
   */
  readonly databases?: readonly string[];
  /**
   * When it began.
   */
  readonly startTime?: string;
  /**
   * When it ended.
   */
  readonly stopTime?: string;
}
/**
 * Continuous archiving of database logs. Written by KubeStash only.
 */
export interface LogStats {
  /**
   * Time of the oldest log.
   */
  readonly start?: string;
  /**
   * Time of the newest log.
   */
  readonly end?: string;
  /**
   * Log position.
   */
  readonly lsn?: string;
  /**
   * Uploads that failed.
   */
  readonly totalFailedCount?: number;
  /**
   * Uploads that succeeded.
   */
  readonly totalSucceededCount?: number;
  /**
   * Newest failed uploads.
   */
  readonly lastFailedStats?: readonly LogUpload[];
  /**
   * Newest successful uploads.
   */
  readonly lastSucceededStats?: readonly LogUpload[];
  /**
   * Newest clean-ups of logs.
   *
   * Items: One clean-up.
   */
  readonly lastLogRetentionStats?: readonly {
    /**
     * Logs that were deleted.
     */
    readonly deletedLogCount?: number;
    /**
     * Why it failed.
     */
    readonly error?: string;
    /**
     * When it ran.
     */
    readonly lastExecutionTime?: string;
    /**
     * Age beyond which logs were deleted.
     */
    readonly retentionPeriodApplied?: string;
  }[];
}
/**
 * One upload of logs.
 */
export interface LogUpload {
  /**
   * Time of its first log.
   */
  readonly start?: string;
  /**
   * Time of its last log.
   */
  readonly end?: string;
  /**
   * Why it failed.
   */
  readonly error?: string;
}
/**
 * One collection.
 */
export interface SolrStats {
  /**
   * Number of the backup.
   */
  readonly backupId?: number;
  /**
   * Name of the backup.
   */
  readonly backupName?: string;
  /**
   * Name of the collection.
   */
  readonly collection?: string;
  /**
   * Files of the index.
   */
  readonly indexFileCount?: number;
  /**
   * Size of the index.
   */
  readonly indexSizeMB?: number;
  /**
   * Where it is stored.
   */
  readonly location?: string;
  /**
   * When it began.
   */
  readonly startTime?: string;
  /**
   * Megabytes that were new.
   */
  readonly uploadedIndexFileMB?: number;
}
/**
 * What Medusa reported. Written by KubeStash only.
 */
export interface MedusaStats {
  /**
   * Name of the backup.
   */
  readonly backupName?: string;
  /**
   * Nodes in it.
   */
  readonly backupNodes?: readonly string[];
  /**
   * When it began.
   */
  readonly startTime?: string;
  /**
   * When it ended.
   */
  readonly finishTime?: string;
  /**
   * Its state.
   */
  readonly status?: string;
}
/**
 * One host.
 */
export interface ClickHouseStats {
  /**
   * Id of the backup.
   */
  readonly id?: string;
  /**
   * Name of the host.
   */
  readonly host?: string;
  /**
   * Its state.
   */
  readonly status?: string;
  /**
   * When it began.
   */
  readonly startTime?: string;
  /**
   * When it ended.
   */
  readonly finishTime?: string;
}
/**
 * One database.
 */
export interface Neo4JStats {
  /**
   * File of the backup.
   */
  readonly file?: string;
  /**
   * Name of the database.
   */
  readonly database?: string;
  /**
   * Id of the database.
   */
  readonly databaseID?: string;
  /**
   * When it was taken.
   */
  readonly time?: string;
  /**
   * Whether it is a full backup.
   */
  readonly full?: boolean;
  /**
   * Whether the file is compressed.
   */
  readonly compressed?: boolean;
  /**
   * Whether logs are applied already.
   */
  readonly recovered?: boolean;
  /**
   * First transaction in it.
   */
  readonly lowestTX?: number;
  /**
   * Last transaction in it.
   */
  readonly highestTX?: number;
  /**
   * Hash of the store's id.
   */
  readonly storeIDHash?: string;
}
