// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type {
  ObjectReference,
  TypedObjectReference,
  TypedLocalObjectReference,
  AddonInfo,
  HookInfo,
  ResourceFoundStatus,
  HookStatus,
  Volume,
} from './shared.ts';

/** RestoreSession brings a Snapshot back into a target, once. Files that the Snapshot holds are written over; others stay. To restore again, make another RestoreSession. */
export interface RestoreSession extends KubeObject<RestoreSessionSpec, RestoreSessionStatus> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'RestoreSession';
  readonly spec: RestoreSessionSpec;
}
/**
 * What is wanted.
 */
export interface RestoreSessionSpec {
  /**
   * What is restored into; of this namespace. Restores of cluster resources and of volume snapshots have none.
   */
  readonly target?: TypedObjectReference;
  readonly dataSource: RestoreDataSource;
  readonly addon: AddonInfo;
  readonly hooks?: RestoreHooks;
  /**
   * How long the restore may take from its creation. Left out, there is no total limit.
   */
  readonly restoreTimeout?: string;
  readonly manifestOptions?: ManifestOptions;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface RestoreSessionStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Succeeded when every file that was asked for is back with its owner and mode.
   */
  readonly phase?: 'Pending' | 'Running' | 'Failed' | 'Succeeded' | 'Invalid' | 'Unknown';
  /**
   * Whether the target exists.
   */
  readonly targetFound?: boolean;
  /**
   * How long it took, for example 25s.
   */
  readonly duration?: string;
  /**
   * When it fails for taking too long, if restoreTimeout is set.
   */
  readonly restoreDeadline?: string;
  /**
   * How many components are restored.
   */
  readonly totalComponents?: number;
  /**
   * What became of each component.
   */
  readonly components?: {
    readonly [k: string]: RestoreComponent;
  };
  readonly hooks?: HookStatus;
  /**
   * Objects that are needed, for example the Snapshot, its storage and the Addon.
   */
  readonly dependencies?: readonly ResourceFoundStatus[];
  /**
   * BackupConfigurations of the same target. Their new sessions are Skipped until the restore has ended; the list stays as a record.
   */
  readonly pausedBackups?: readonly TypedObjectReference[];
  /**
   * The Snapshot that is restored; chosen once and then kept.
   */
  readonly snapshot?: string;
  /**
   * When the first Job was made.
   */
  readonly startedAt?: string;
  /**
   * When it reached its final phase.
   */
  readonly finishedAt?: string;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * What runs before and after the restore.
 */
export interface RestoreHooks {
  /**
   * Hooks that run before the restore. If one fails there is no restore.
   */
  readonly preRestore?: readonly HookInfo[];
  /**
   * Hooks that run after the restore, by their executionPolicy.
   */
  readonly postRestore?: readonly HookInfo[];
}
/**
 * What is restored.
 */
export interface RestoreDataSource {
  /**
   * Namespace of the Repository and its Snapshots. Left out, it is this one.
   */
  readonly namespace?: string;
  /**
   * Name of the Repository. Needed with snapshot: latest.
   */
  readonly repository?: string;
  /**
   * Name of a Snapshot, or latest for the newest good one.
   */
  readonly snapshot?: string;
  /**
   * Restores a database to a point in time. Accepted; MetaStash has no Addon that can do it.
   */
  readonly pitr?: {
    /**
     * The point in time.
     */
    readonly targetTime?: string;
    /**
     * Stops just before that point instead of at it.
     */
    readonly exclusive?: boolean;
  };
  /**
   * Components to restore, for example dump-pod-0. Left out, all of them.
   */
  readonly components?: readonly string[];
  /**
   * Secret whose key RESTIC_PASSWORD opens the data. Volume snapshots need none.
   */
  readonly encryptionSecret?: ObjectReference;
}
/**
 * One component of the restore.
 */
export interface RestoreComponent {
  /**
   * What became of it.
   */
  readonly phase?: 'Pending' | 'Running' | 'Failed' | 'Succeeded' | 'Invalid' | 'Unknown';
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
    readonly restoreDone?: string;
  };
  /**
   * How long it took.
   */
  readonly duration?: string;
  /**
   * Why it failed.
   */
  readonly error?: string;
  /**
   * Directory of the restic repository that it comes from.
   */
  readonly path?: string;
  /**
   * Node that it runs on.
   */
  readonly nodeName?: string;
  /**
   * Pod of the target that it belongs to.
   */
  readonly podName?: string;
  /**
   * PersistentVolumeClaims that it is restored into.
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
 * How objects are changed when their manifests are restored. MetaStash uses workload; the databases are KubeStash's.
 */
export interface ManifestOptions {
  /**
   * Manifests of workloads.
   */
  readonly workload?: {
    /**
     * Namespace that they are restored into.
     */
    readonly restoreNamespace?: string;
  };
  /**
   * Manifests of MongoDB.
   */
  readonly mongoDB?: ArchivedDatabaseOptions;
  /**
   * Manifests of Postgres.
   */
  readonly postgres?: ArchivedDatabaseOptions;
  /**
   * Manifests of MySQL.
   */
  readonly mySQL?: ArchivedDatabaseOptions;
  /**
   * Manifests of ClickHouse.
   */
  readonly clickhouse?: ArchivedDatabaseOptions;
  /**
   * Manifests of MariaDB.
   */
  readonly mariaDB?: ArchivedDatabaseOptions;
  /**
   * Manifests of ZooKeeper.
   */
  readonly zooKeeper?: ArchivedDatabaseOptions;
  /**
   * Manifests of SingleStore.
   */
  readonly singlestore?: ArchivedDatabaseOptions;
  /**
   * Manifests of Redis.
   */
  readonly redis?: ArchivedDatabaseOptions;
  readonly msSQLServer?: MsSqlServerOptions;
  readonly druid?: DruidOptions;
  readonly redisSentinel?: RedisSentinelOptions;
}
/**
 * What of a database is restored.
 */
export interface DatabaseOptions {
  /**
   * Namespace to restore into.
   */
  readonly restoreNamespace?: string;
  /**
   * Restores the database object.
   */
  readonly db?: boolean;
  /**
   * Its new name.
   */
  readonly dbName?: string;
  /**
   * Restores the Secret with its credentials.
   */
  readonly authSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly authSecretName?: string;
}
/**
 * What of the configuration is restored.
 */
export interface ConfigSecretOptions {
  /**
   * Restores the Secret with its configuration.
   */
  readonly configSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly configSecretName?: string;
}
/**
 * What of archiver, scripts and issuer is restored.
 */
export interface ArchiverOptions {
  /**
   * Restores the archiver.
   */
  readonly archiver?: boolean;
  /**
   * Archiver to use instead.
   */
  readonly archiverRef?: ObjectReference;
  /**
   * Restores the script that first fills it.
   */
  readonly initScript?: boolean;
  /**
   * Issuer of its certificates.
   */
  readonly tlsIssuerRef?: TypedLocalObjectReference;
}
/**
 * What of a database is restored.
 */
export interface ArchivedDatabaseOptions {
  /**
   * Namespace to restore into.
   */
  readonly restoreNamespace?: string;
  /**
   * Restores the database object.
   */
  readonly db?: boolean;
  /**
   * Its new name.
   */
  readonly dbName?: string;
  /**
   * Restores the Secret with its credentials.
   */
  readonly authSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly authSecretName?: string;
  /**
   * Restores the Secret with its configuration.
   */
  readonly configSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly configSecretName?: string;
  /**
   * Restores the archiver.
   */
  readonly archiver?: boolean;
  /**
   * Archiver to use instead.
   */
  readonly archiverRef?: ObjectReference;
  /**
   * Restores the script that first fills it.
   */
  readonly initScript?: boolean;
  /**
   * Issuer of its certificates.
   */
  readonly tlsIssuerRef?: TypedLocalObjectReference;
}
/**
 * Manifests of Microsoft SQL Server.
 */
export interface MsSqlServerOptions {
  /**
   * Namespace to restore into.
   */
  readonly restoreNamespace?: string;
  /**
   * Restores the database object.
   */
  readonly db?: boolean;
  /**
   * Its new name.
   */
  readonly dbName?: string;
  /**
   * Restores the Secret with its credentials.
   */
  readonly authSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly authSecretName?: string;
  /**
   * Restores the archiver.
   */
  readonly archiver?: boolean;
  /**
   * Archiver to use instead.
   */
  readonly archiverRef?: ObjectReference;
  /**
   * Restores the script that first fills it.
   */
  readonly initScript?: boolean;
  /**
   * Issuer of its certificates.
   */
  readonly tlsIssuerRef?: TypedLocalObjectReference;
}
/**
 * Manifests of Druid.
 */
export interface DruidOptions {
  /**
   * Namespace to restore into.
   */
  readonly restoreNamespace?: string;
  /**
   * Restores the database object.
   */
  readonly db?: boolean;
  /**
   * Its new name.
   */
  readonly dbName?: string;
  /**
   * Restores the Secret with its credentials.
   */
  readonly authSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly authSecretName?: string;
  /**
   * Restores the Secret with its configuration.
   */
  readonly configSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly configSecretName?: string;
  /**
   * Restores the Secret of its deep storage.
   */
  readonly deepStorageSecret?: boolean;
}
/**
 * Manifests of Redis Sentinel.
 */
export interface RedisSentinelOptions {
  /**
   * Namespace to restore into.
   */
  readonly restoreNamespace?: string;
  /**
   * Restores the Sentinel object.
   */
  readonly sentinel?: boolean;
  /**
   * Its new name.
   */
  readonly SentinelName?: string;
  /**
   * Restores the Secret with its credentials.
   */
  readonly authSecret?: boolean;
  /**
   * New name of that Secret.
   */
  readonly authSecretName?: string;
  /**
   * Issuer of its certificates.
   */
  readonly tlsIssuerRef?: TypedLocalObjectReference;
}
