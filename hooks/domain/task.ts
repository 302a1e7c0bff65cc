/**
 * The task document: everything a mover needs to know beside its argv, handed over in env `METASTASH_TASK` as JSON.
 * It holds names and places, never a Secret's bytes. Hooks write it, movers read it; `version` guards the pair.
 */
import type { Reference } from './shrinkage.ts';

export const TASK_VERSION = 1;
export const TASK_ENV = 'METASTASH_TASK';

export type TaskName =
  | 'init-storage'
  | 'init-repository'
  | 'trigger'
  | 'locate'
  | 'backup'
  | 'restore'
  | 'upload'
  | 'diagnose'
  | 'scan'
  | 'forget'
  | 'prune'
  | 'check'
  | 'sync'
  | 'wipe'
  | 'hook';

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Where a BackupStorage keeps its bytes, provider by provider as in its spec; `prefix` without outer slashes. */
export type StoragePlace =
  | { readonly provider: 'local'; readonly mountPath: string }
  | {
      readonly provider: 's3';
      readonly endpoint?: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly region?: string;
      readonly insecureTLS?: boolean;
      readonly maxConnections?: number;
    }
  | { readonly provider: 'gcs'; readonly bucket: string; readonly prefix: string; readonly maxConnections?: number }
  | {
      readonly provider: 'azure';
      readonly storageAccount: string;
      readonly container: string;
      readonly prefix: string;
      readonly maxConnections?: number;
    };

/**
 * How the mover gets a Secret: mounted at `mountPath` (one file per key), or, with no mount, read with its own token.
 * A mount is optional in the Pod, so that a missing Secret is the mover's `SecretNotFound` and not a Pod that never starts.
 */
export interface SecretSource extends ObjectName {
  readonly mountPath?: string;
}

export interface StorageAccess extends ObjectName {
  readonly place: StoragePlace;
  readonly secret?: SecretSource;
}

export interface RepositoryAccess extends ObjectName {
  /** Directory below the storage's prefix, normalised: no outer slashes, no `..`. */
  readonly directory: string;
  readonly encryptionSecret?: SecretSource;
}

/** Who owns a directory on the backend: the cluster (uid of Namespace kube-system) and the Repository's namespace/name. */
export interface DirectoryOwner extends ObjectName {
  readonly clusterUid: string;
}

interface TaskBase<Name extends TaskName> {
  readonly version: typeof TASK_VERSION;
  readonly task: Name;
  /** The TaskReport to write; absent for `trigger`, whose result is the object it creates. */
  readonly report?: ObjectName;
}

export interface InitStorageTask extends TaskBase<'init-storage'> {
  readonly storage: StorageAccess;
  readonly clusterUid: string;
}

export interface InitRepositoryTask extends TaskBase<'init-repository'> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  readonly owner: DirectoryOwner;
  /** The Repository object as it shall stand in `repository.yaml`. */
  readonly manifest: object;
}

/** Creates one BackupSession named `<invoker>-<session>-<unix seconds of the tick>`; AlreadyExists is success. */
export interface TriggerTask extends TaskBase<'trigger'> {
  readonly invoker: string;
  readonly session: string;
  /** The BackupSession without metadata.name. */
  readonly manifest: object;
}

/** Lists Pods and claims of a target and reports its components with node and claims. */
export interface LocateTask extends TaskBase<'locate'> {
  readonly namespace: string;
  readonly target: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  /** The workload's label selector (matchLabels), where it has one. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Claims by name, or, for a StatefulSet at zero, `<template>-<name>-` prefixes. */
  readonly claims?: readonly string[];
  readonly claimPrefixes?: readonly string[];
}

export interface BackupTask extends TaskBase<'backup'> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  /** `repository/v1/<session>/<component>`, below the directory. */
  readonly resticPath: string;
  readonly component: string;
  readonly session: string;
  readonly backupSession: string;
  readonly snapshot: ObjectName & { readonly uid: string };
  /** Mount paths in the mover's Pod; used where argv names no path. */
  readonly mountPaths: readonly string[];
  /** restic `--host`: stable per target, so that parents are found across Pods. */
  readonly host: string;
  /** restic tags; `metastash.dev/snapshot=<uid>` and `metastash.dev/component=<name>` are always among them. */
  readonly tags: readonly string[];
  /** Attempt number of this component, from 0: earlier attempts' snapshots are looked up by tag first. */
  readonly run: number;
  /** uid of Namespace kube-system, where the hook knows it: the directory must be claimed by this cluster. */
  readonly clusterUid?: string;
  /** With a single component: the Snapshot object to store as `snapshots/<name>.yaml` once components are filled in. */
  readonly manifest?: object;
  /** With `manifest`: by what it is told whether the Snapshot is suspect (domain/shrinkage.ts). */
  readonly judgement?: { readonly allowedShrinkPercent: number; readonly reference?: Reference };
}

/** One restic snapshot to bring back. */
export interface RestorePoint {
  readonly id: string;
  /** Absolute path that was backed up. */
  readonly hostPath: string;
}

export interface RestoreTask extends TaskBase<'restore'> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  /** Stored component path, taken literally from the Snapshot. */
  readonly resticPath: string;
  readonly component: string;
  readonly points: readonly RestorePoint[];
  /** Mount paths of the target in the mover's Pod: every restored path must lie below one. */
  readonly mountPaths: readonly string[];
}

/** Stores finished Snapshots of several components as `snapshots/<name>.yaml`. */
export interface UploadTask extends TaskBase<'upload'> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  readonly manifests: readonly object[];
}

/** One Snapshot whose data shall go: its restic snapshots, per restic repository. */
export interface ForgetTarget {
  readonly name: string;
  /** What its restic snapshots are tagged with; of an imported Snapshot the ids alone are known. */
  readonly uid: string;
  readonly components: readonly { readonly resticPath: string; readonly ids: readonly string[] }[];
}

interface MaintenanceTask<Name extends TaskName> extends TaskBase<Name> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  /** The directory must be this Repository's: nothing of anybody else is ever removed. */
  readonly owner: DirectoryOwner;
}

/** Removes the restic snapshots and the stored manifests of these Snapshots; what is gone already counts as removed. */
export interface ForgetTask extends MaintenanceTask<'forget'> {
  readonly snapshots: readonly ForgetTarget[];
}

/** Frees the space that no restic snapshot needs any more, in each of these restic repositories. */
export interface PruneTask extends MaintenanceTask<'prune'> {
  readonly resticPaths: readonly string[];
}

/** Looks for damage in each of these restic repositories; damage is a result, not a failure. */
export interface CheckTask extends MaintenanceTask<'check'> {
  readonly resticPaths: readonly string[];
}

/** Removes everything below one Repository's directory or, without one, below every directory of this cluster. */
export interface WipeTask extends TaskBase<'wipe'> {
  readonly storage: StorageAccess;
  readonly clusterUid: string;
  readonly repository?: RepositoryAccess;
}

/** Lists everything below a storage's prefix, adds it up, and brings `metadata.yaml` up to date. */
export interface ScanTask extends TaskBase<'scan'> {
  readonly storage: StorageAccess;
  readonly clusterUid: string;
}

/** Reads one page of the Snapshots that a Repository's directory holds; touches nothing. */
export interface SyncTask extends TaskBase<'sync'> {
  readonly storage: StorageAccess;
  readonly repository: RepositoryAccess;
  /** The page begins behind this file name. */
  readonly after?: string;
}

/** Reads the Pod of a Job that never claimed its report, its events and termination message, and says why. */
export interface DiagnoseTask extends TaskBase<'diagnose'> {
  readonly namespace: string;
  readonly jobName: string;
}

/** Which Pods a hook acts on. */
export interface PodChoice {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid?: string };
  /** Every Pod that is found, or the first one that is ready. */
  readonly all: boolean;
  /** Its first container where this is absent. */
  readonly container?: string;
}

/** What a hook does, with every parameter and template replaced. A host that is absent is the Pod's address. */
export type HookAction =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'http';
      readonly method: 'GET' | 'POST';
      readonly scheme: 'http' | 'https';
      readonly host?: string;
      readonly port: number | string;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly body?: string;
    }
  | { readonly kind: 'tcp'; readonly host?: string; readonly port: number | string };

/** Runs one hook of a session: in Pods where `pods` says so, else from the mover itself. */
export interface HookTask extends TaskBase<'hook'> {
  readonly hook: string;
  readonly action: HookAction;
  readonly pods?: PodChoice;
  /** Tries before it has failed, at least one. */
  readonly attempts: number;
  /** How long one try may take. */
  readonly timeoutSeconds: number;
}

export type Task =
  | InitStorageTask
  | InitRepositoryTask
  | TriggerTask
  | LocateTask
  | BackupTask
  | RestoreTask
  | UploadTask
  | ForgetTask
  | PruneTask
  | CheckTask
  | WipeTask
  | ScanTask
  | SyncTask
  | DiagnoseTask
  | HookTask;
