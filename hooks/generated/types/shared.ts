// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';

/**
 * An environment variable of the container.
 */
export interface EnvVar {
  /**
   * Name of the variable.
   */
  readonly name: string;
  /**
   * Its value; $(OTHER) is replaced by variables that were defined before.
   */
  readonly value?: string;
  /**
   * Where the value comes from instead: secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef or fileKeyRef.
   */
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}
/**
 * A ConfigMap or Secret whose keys all become environment variables.
 */
export interface EnvFromSource {
  /**
   * Text that is put before every key.
   */
  readonly prefix?: string;
  /**
   * The ConfigMap.
   */
  readonly configMapRef?: OptionalReference;
  /**
   * The Secret.
   */
  readonly secretRef?: OptionalReference;
}
/**
 * Names an object that may be missing.
 */
export interface OptionalReference {
  /**
   * Name of the object.
   */
  readonly name?: string;
  /**
   * Whether the object may be missing.
   */
  readonly optional?: boolean;
}
/**
 * Names an object of the same namespace.
 */
export interface LocalObjectReference {
  /**
   * Name of the object.
   */
  readonly name?: string;
}
/**
 * CPU, memory and other resources that the container asks for.
 */
export interface ResourceRequirements {
  /**
   * The most it may use, by resource.
   */
  readonly limits?: {
    readonly [k: string]: number | string;
  };
  /**
   * What it needs at least, by resource; the scheduler goes by it.
   */
  readonly requests?: {
    readonly [k: string]: number | string;
  };
  /**
   * Dynamically allocated resources of the Pod that the container uses.
   *
   * Items: One resource.
   */
  readonly claims?: readonly {
    /**
     * Name of the resource in the Pod.
     */
    readonly name: string;
    /**
     * Name of the request in it; all of them when left out.
     */
    readonly request?: string;
  }[];
}
/**
 * A condition that must hold before the Pod counts as ready.
 */
export interface ReadinessGate {
  /**
   * Type of the condition.
   */
  readonly conditionType: string;
}
/**
 * User, group and privileges of the container. Set here, they win over those of the Pod and over MetaStash's own.
 */
export interface SecurityContext {
  /**
   * User id of the process.
   */
  readonly runAsUser?: number;
  /**
   * Group id of the process.
   */
  readonly runAsGroup?: number;
  /**
   * Refuses to start as user 0.
   */
  readonly runAsNonRoot?: boolean;
  /**
   * Gives the container the privileges of the node; hardly ever needed.
   */
  readonly privileged?: boolean;
  /**
   * Whether the process may gain privileges its parent lacks.
   */
  readonly allowPrivilegeEscalation?: boolean;
  /**
   * Mounts the image's own files read-only.
   */
  readonly readOnlyRootFilesystem?: boolean;
  /**
   * Linux capabilities added to and dropped from the container.
   */
  readonly capabilities?: {
    /**
     * Capabilities to add.
     */
    readonly add?: readonly string[];
    /**
     * Capabilities to drop; ALL drops every one.
     */
    readonly drop?: readonly string[];
  };
  readonly [k: string]: unknown;
}
/**
 * User and groups of every container of the Pod. Set here, they win over MetaStash's own choice.
 */
export interface PodSecurityContext {
  /**
   * User id of the processes.
   */
  readonly runAsUser?: number;
  /**
   * Group id of the processes.
   */
  readonly runAsGroup?: number;
  /**
   * Refuses to start as user 0.
   */
  readonly runAsNonRoot?: boolean;
  /**
   * Group that is given to the files of supported volumes.
   */
  readonly fsGroup?: number;
  /**
   * OnRootMismatch or Always.
   */
  readonly fsGroupChangePolicy?: string;
  /**
   * Further groups of the processes.
   */
  readonly supplementalGroups?: readonly number[];
  readonly [k: string]: unknown;
}
/**
 * A node taint that the Pod tolerates.
 */
export interface Toleration {
  /**
   * Key of the taint; empty with operator Exists tolerates all.
   */
  readonly key?: string;
  /**
   * Equal or Exists.
   */
  readonly operator?: string;
  /**
   * Value of the taint, with operator Equal.
   */
  readonly value?: string;
  /**
   * NoSchedule, PreferNoSchedule or NoExecute; empty means all of them.
   */
  readonly effect?: string;
  /**
   * How long a NoExecute taint is tolerated.
   */
  readonly tolerationSeconds?: number;
}
/**
 * How evenly Pods are spread over nodes or zones.
 */
export interface TopologySpreadConstraint {
  /**
   * Largest difference between two places.
   */
  readonly maxSkew: number;
  /**
   * Node label that names the place.
   */
  readonly topologyKey: string;
  /**
   * DoNotSchedule or ScheduleAnyway.
   */
  readonly whenUnsatisfiable: string;
  readonly [k: string]: unknown;
}
/**
 * Settings of the container that does the work.
 */
export interface ContainerRuntimeSettings {
  readonly resources?: ResourceRequirements;
  /**
   * Check after whose failures the container is restarted.
   */
  readonly livenessProbe?: Readonly<Record<string, unknown>>;
  /**
   * Check that says whether the container is ready.
   */
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  /**
   * Commands to run after the start and before the stop of the container.
   */
  readonly lifecycle?: Readonly<Record<string, unknown>>;
  readonly securityContext?: SecurityContext;
  /**
   * CPU priority of the process.
   */
  readonly nice?: {
    /**
     * From -20 (first) to 19 (last).
     */
    readonly adjustment?: number;
  };
  /**
   * Disk priority of the process.
   */
  readonly ionice?: {
    /**
     * 1 real time, 2 best effort, 3 only when idle.
     */
    readonly class?: number;
    /**
     * Priority inside the class, from 0 (first) to 7 (last).
     */
    readonly classData?: number;
  };
  /**
   * Further environment variables.
   */
  readonly env?: readonly EnvVar[];
  /**
   * ConfigMaps and Secrets whose keys become variables.
   */
  readonly envFrom?: readonly EnvFromSource[];
}
/**
 * Settings of the Pod that does the work.
 */
export interface PodRuntimeSettings {
  /**
   * Further labels of the Pod.
   */
  readonly podLabels?: {
    readonly [k: string]: string;
  };
  /**
   * Further annotations of the Pod.
   */
  readonly podAnnotations?: {
    readonly [k: string]: string;
  };
  /**
   * Labels of nodes that the Pod may run on.
   */
  readonly nodeSelector?: {
    readonly [k: string]: string;
  };
  /**
   * ServiceAccount to use instead of a generated one.
   */
  readonly serviceAccountName?: string;
  /**
   * Annotations of the generated ServiceAccount, for example for a cloud identity.
   */
  readonly serviceAccountAnnotations?: {
    readonly [k: string]: string;
  };
  /**
   * Whether the token is mounted.
   */
  readonly automountServiceAccountToken?: boolean;
  /**
   * Node that the Pod must run on; the scheduler is not asked.
   */
  readonly nodeName?: string;
  readonly securityContext?: PodSecurityContext;
  /**
   * Secrets for pulling images.
   */
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  /**
   * Which nodes and which neighbours the Pod wants or avoids. Set here, it wins over MetaStash's own placement.
   */
  readonly affinity?: Readonly<Record<string, unknown>>;
  /**
   * Scheduler to use.
   */
  readonly schedulerName?: string;
  /**
   * Taints that the Pod tolerates.
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * Priority class of the Pod.
   */
  readonly priorityClassName?: string;
  /**
   * Priority as a number; prefer priorityClassName.
   */
  readonly priority?: number;
  /**
   * Conditions that must hold before the Pod counts as ready.
   */
  readonly readinessGates?: readonly ReadinessGate[];
  /**
   * Runtime class of the Pod.
   */
  readonly runtimeClassName?: string;
  /**
   * Whether Services of the namespace appear as environment variables.
   */
  readonly enableServiceLinks?: boolean;
  /**
   * How Pods are spread over nodes or zones.
   */
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
}
/**
 * Settings of the Jobs that are run for this object.
 */
export interface RuntimeSettings {
  readonly pod?: PodRuntimeSettings;
  readonly container?: ContainerRuntimeSettings;
}
/**
 * Further labels and annotations.
 */
export interface ControllerMetadata {
  /**
   * Labels to add.
   */
  readonly labels?: {
    readonly [k: string]: string;
  };
  /**
   * Annotations to add.
   */
  readonly annotations?: {
    readonly [k: string]: string;
  };
}
/**
 * Template of the Job's Pod.
 */
export interface PodTemplate {
  /**
   * Labels and annotations of the Pod.
   */
  readonly metadata?: ControllerMetadata;
  /**
   * Labels and annotations of the Job.
   */
  readonly controller?: ControllerMetadata;
  readonly spec?: PodTemplateSpec;
}
/**
 * Settings of the Pod and of its one working container.
 */
export interface PodTemplateSpec {
  /**
   * ServiceAccount to use instead of a generated one.
   */
  readonly serviceAccountName?: string;
  /**
   * Labels of nodes that the Pod may run on.
   */
  readonly nodeSelector?: {
    readonly [k: string]: string;
  };
  /**
   * Which nodes and which neighbours the Pod wants or avoids. Set here, it wins over MetaStash's own placement.
   */
  readonly affinity?: Readonly<Record<string, unknown>>;
  /**
   * Taints that the Pod tolerates.
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * How Pods are spread over nodes or zones.
   */
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly securityContext?: PodSecurityContext;
  readonly containerSecurityContext?: SecurityContext;
  readonly resources?: ResourceRequirements;
  /**
   * Arguments added to the container's own.
   */
  readonly args?: readonly string[];
  /**
   * Further environment variables.
   */
  readonly env?: readonly EnvVar[];
  /**
   * Further volumes of the Pod.
   */
  readonly volumes?: readonly Volume[];
  /**
   * Where those volumes appear in the container.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  /**
   * Containers that run, one after the other, before the work.
   */
  readonly initContainers?: readonly InitContainer[];
  /**
   * Check after whose failures the container is restarted.
   */
  readonly livenessProbe?: Readonly<Record<string, unknown>>;
  /**
   * Check that says whether the container is ready.
   */
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  /**
   * Commands to run after the start and before the stop of the container.
   */
  readonly lifecycle?: Readonly<Record<string, unknown>>;
  /**
   * Seconds between the request to stop and the kill. MetaStash needs 90, so that restic can remove its lock.
   */
  readonly terminationGracePeriodSeconds?: number;
  /**
   * How names are resolved; ClusterFirst unless set.
   */
  readonly dnsPolicy?: string;
  /**
   * Name servers, search domains and options of the resolver.
   */
  readonly dnsConfig?: Readonly<Record<string, unknown>>;
  /**
   * Uses the node's network.
   */
  readonly hostNetwork?: boolean;
  /**
   * Sees the node's processes.
   */
  readonly hostPID?: boolean;
  /**
   * Shares the node's IPC.
   */
  readonly hostIPC?: boolean;
  /**
   * Lets the containers of the Pod see each other's processes.
   */
  readonly shareProcessNamespace?: boolean;
  /**
   * Secrets for pulling images.
   */
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  /**
   * Scheduler to use.
   */
  readonly schedulerName?: string;
  /**
   * Priority class of the Pod.
   */
  readonly priorityClassName?: string;
  /**
   * Priority as a number; prefer priorityClassName.
   */
  readonly priority?: number;
  /**
   * Runtime class of the Pod.
   */
  readonly runtimeClassName?: string;
  /**
   * Whether Services of the namespace appear as environment variables.
   */
  readonly enableServiceLinks?: boolean;
  /**
   * KubeStash's placement policy, by name. Accepted and not used; use affinity or topologySpreadConstraints.
   */
  readonly podPlacementPolicy?: LocalObjectReference;
}
/**
 * A container that must end well before the work starts.
 */
export interface InitContainer {
  /**
   * Name of the container.
   */
  readonly name: string;
  /**
   * Image to run.
   */
  readonly image?: string;
  /**
   * Program to run instead of the image's own.
   */
  readonly command?: readonly string[];
  /**
   * Arguments of the program.
   */
  readonly args?: readonly string[];
  /**
   * Environment variables.
   */
  readonly env?: readonly EnvVar[];
  /**
   * Where volumes appear in the container.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  readonly resources?: ResourceRequirements;
  readonly securityContext?: SecurityContext;
  readonly [k: string]: unknown;
}
/**
 * Names an object of a known kind.
 */
export interface ObjectReference {
  /**
   * Name of the object.
   */
  readonly name: string;
  /**
   * Namespace of the object. Left out, it is the namespace of the object that holds this reference.
   */
  readonly namespace?: string;
}
/**
 * Names an object of any kind.
 */
export interface TypedObjectReference {
  /**
   * API group of the kind, for example apps. Empty for core kinds such as PersistentVolumeClaim.
   */
  readonly apiGroup?: string;
  /**
   * Kind of the object, for example StatefulSet.
   */
  readonly kind?: string;
  /**
   * Name of the object.
   */
  readonly name: string;
  /**
   * Namespace of the object. Left out, it is the namespace of the object that holds this reference.
   */
  readonly namespace?: string;
}
/**
 * Names an object of any kind in the same namespace.
 */
export interface TypedLocalObjectReference {
  /**
   * API group of the kind, for example core.kubestash.com.
   */
  readonly apiGroup?: string;
  /**
   * Kind of the object, for example BackupConfiguration.
   */
  readonly kind: string;
  /**
   * Name of the object.
   */
  readonly name: string;
}
/**
 * Selects objects by their labels. All requirements must hold; an empty selector selects everything.
 */
export interface LabelSelector {
  /**
   * Labels that must be present with exactly these values.
   */
  readonly matchLabels?: {
    readonly [k: string]: string;
  };
  /**
   * Further requirements on labels.
   *
   * Items: One requirement on one label.
   */
  readonly matchExpressions?: readonly {
    /**
     * Key of the label.
     */
    readonly key: string;
    /**
     * One of In, NotIn, Exists, DoesNotExist.
     */
    readonly operator: string;
    /**
     * Values to compare with; needed by In and NotIn, and empty otherwise.
     */
    readonly values?: readonly string[];
  }[];
}
/**
 * Which namespaces may refer to this object. Left out, only its own namespace may.
 */
export interface UsagePolicy {
  /**
   * The namespaces whose objects may refer to this one.
   */
  readonly allowedNamespaces?: {
    /**
     * All admits every namespace, Same only this object's own, Selector those whose labels match selector.
     */
    readonly from?: 'All' | 'Selector' | 'Same';
    /**
     * Labels of the namespaces that are admitted; read only when from is Selector.
     */
    readonly selector?: LabelSelector;
  };
}
/**
 * A place to keep backups, with the rule for how long.
 */
export interface BackendReference {
  /**
   * Name that repositories refer to under backend.
   */
  readonly name?: string;
  /**
   * The BackupStorage.
   */
  readonly storageRef: ObjectReference;
  /**
   * The RetentionPolicy. Left out, the default RetentionPolicy is used.
   */
  readonly retentionPolicy?: ObjectReference;
}
/**
 * A Repository that a session writes to. It is made if it is missing.
 */
export interface RepositoryInfo {
  /**
   * Name of the Repository in this namespace. Sessions may share one.
   */
  readonly name: string;
  /**
   * Name of the entry of spec.backends. Left out or empty, it is the default backend.
   */
  readonly backend?: string;
  /**
   * Directory below the storage's prefix. One directory holds one Repository.
   */
  readonly directory: string;
  /**
   * Secret whose key RESTIC_PASSWORD encrypts the data. Without it the data cannot be read back; keep a copy outside the cluster.
   */
  readonly encryptionSecret?: ObjectReference;
  /**
   * BackupVerifier that proves the Snapshots by restoring them.
   */
  readonly backupVerifier?: ObjectReference;
  /**
   * What happens to the Repository when the object that declares it is deleted. Retain (and nothing set) keeps the Repository, Delete removes the object and leaves the data, WipeOut removes the data as well.
   */
  readonly deletionPolicy?: 'Delete' | 'WipeOut' | 'Retain';
}
/**
 * When the session runs.
 */
export interface SchedulerSpec {
  /**
   * Cron expression in UTC: minute, hour, day of month, month, day of week. For example 0 3 * * *.
   */
  readonly schedule: string;
  readonly jobTemplate: TriggerJobTemplate;
  /**
   * How late a missed run may still start.
   */
  readonly startingDeadlineSeconds?: number;
  /**
   * What happens when the trigger of the last run is still at work: Allow, Forbid or Replace.
   */
  readonly concurrencyPolicy?: string;
  /**
   * Stops new runs of this session.
   */
  readonly suspend?: boolean;
  /**
   * How many finished trigger Jobs are kept; 3 unless set.
   */
  readonly successfulJobsHistoryLimit?: number;
  /**
   * How many failed trigger Jobs are kept; 1 unless set.
   */
  readonly failedJobsHistoryLimit?: number;
}
/**
 * The Job that starts a run by making a BackupSession. May be empty; the work itself is shaped by addon.jobTemplate.
 */
export interface TriggerJobTemplate {
  /**
   * Pods at a time; leave it at 1.
   */
  readonly parallelism?: number;
  /**
   * Pods that must succeed; leave it at 1.
   */
  readonly completions?: number;
  /**
   * Seconds after which the trigger is stopped.
   */
  readonly activeDeadlineSeconds?: number;
  /**
   * How often a failed trigger is tried again.
   */
  readonly backoffLimit?: number;
  /**
   * Template of the trigger's Pod.
   */
  readonly template?: PodTemplate;
  /**
   * Seconds after which the finished trigger is deleted.
   */
  readonly ttlSecondsAfterFinished?: number;
  /**
   * NonIndexed or Indexed; leave it unset.
   */
  readonly completionMode?: string;
  /**
   * Makes the Job without starting it.
   */
  readonly suspend?: boolean;
}
/**
 * Which Addon does the work, and how.
 */
export interface AddonInfo {
  /**
   * Name of the Addon, for example workload-addon or pvc-addon.
   */
  readonly name: string;
  /**
   * Tasks of the Addon to run, in order.
   */
  readonly tasks: readonly TaskReference[];
  readonly containerRuntimeSettings?: ContainerRuntimeSettings;
  /**
   * Template of the Jobs that do the work.
   */
  readonly jobTemplate?: PodTemplate;
}
/**
 * A task of the Addon.
 */
export interface TaskReference {
  /**
   * Name of the task, for example logical-backup. Case and dashes do not matter.
   */
  readonly name: string;
  /**
   * Further environment variables of the task.
   */
  readonly variables?: readonly EnvVar[];
  /**
   * Values for the parameters of the task, for example paths, exclude or include.
   */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly targetVolumes?: TargetVolumes;
  /**
   * Volumes that take the place of those the Addon declares, for example for restic's cache.
   */
  readonly addonVolumes?: readonly AddonVolume[];
}
/**
 * Which volumes of the target the task works on. Left out, they are read from the target itself.
 */
export interface TargetVolumes {
  /**
   * Volumes of the target.
   */
  readonly volumes?: readonly Volume[];
  /**
   * Where they appear; the paths are those that are backed up.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  /**
   * Claims to be made per replica.
   */
  readonly volumeClaimTemplates?: readonly VolumeClaimTemplate[];
}
/**
 * A volume by the name under which the Addon declares it.
 */
export interface AddonVolume {
  /**
   * Name of the volume in the Addon's volumeTemplate.
   */
  readonly name?: string;
  readonly source?: AddonVolumeSource;
}
/**
 * Where the volume's files are.
 */
export interface AddonVolumeSource {
  /**
   * Mounts a PersistentVolumeClaim of the Pod's namespace.
   */
  readonly persistentVolumeClaim?: {
    /**
     * Name of the PersistentVolumeClaim.
     */
    readonly claimName: string;
    /**
     * Mounts the claim read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * Mounts a directory or file of the node.
   */
  readonly hostPath?: {
    /**
     * Path on the node.
     */
    readonly path: string;
    /**
     * What must be at the path, for example Directory or DirectoryOrCreate. Empty checks nothing.
     */
    readonly type?: string;
  };
  /**
   * Mounts a directory that an NFS server exports.
   */
  readonly nfs?: {
    /**
     * Host name or address of the NFS server.
     */
    readonly server: string;
    /**
     * Path that the server exports.
     */
    readonly path: string;
    /**
     * Mounts the export read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * An empty directory that lives as long as the Pod.
   */
  readonly emptyDir?: {
    /**
     * Memory keeps the files in RAM; empty uses the node's disk.
     */
    readonly medium?: string;
    /**
     * Most bytes the directory may hold.
     */
    readonly sizeLimit?: number | string;
  };
  /**
   * Mounts a volume through a CSI driver that supports inline volumes.
   */
  readonly csi?: {
    /**
     * Name of the CSI driver.
     */
    readonly driver: string;
    /**
     * Mounts the volume read-only.
     */
    readonly readOnly?: boolean;
    /**
     * File system to mount.
     */
    readonly fsType?: string;
    /**
     * What the driver wants to know.
     */
    readonly volumeAttributes?: {
      readonly [k: string]: string;
    };
    /**
     * Secret that the driver gets.
     */
    readonly nodePublishSecretRef?: LocalObjectReference;
  };
  /**
   * A claim that is made with the Pod and goes with it.
   */
  readonly ephemeral?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a ConfigMap as files.
   */
  readonly configMap?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a Secret as files.
   */
  readonly secret?: Readonly<Record<string, unknown>>;
  /**
   * Fields of the Pod itself as files.
   */
  readonly downwardAPI?: Readonly<Record<string, unknown>>;
  /**
   * Several sources (Secrets, ConfigMaps, tokens) in one directory.
   */
  readonly projected?: Readonly<Record<string, unknown>>;
  /**
   * A claim that is made for the Job.
   */
  readonly volumeClaimTemplate?: VolumeClaimTemplate;
  readonly [k: string]: unknown;
}
/**
 * A hook to run.
 */
export interface HookInfo {
  /**
   * Name of this use of the hook, as it appears in the status.
   */
  readonly name?: string;
  /**
   * The HookTemplate to run.
   */
  readonly hookTemplate: ObjectReference;
  /**
   * Values for the parameters of the HookTemplate.
   */
  readonly params?: Readonly<Record<string, unknown>>;
  /**
   * How often a failed hook is tried again.
   */
  readonly maxRetry?: number;
  /**
   * How long the hook may take.
   */
  readonly timeout?: string;
  /**
   * When a hook after the work runs: always, or only when the work succeeded or failed.
   */
  readonly executionPolicy?: 'Always' | 'OnSuccess' | 'OnFailure';
  /**
   * Further environment variables of the hook.
   */
  readonly variables?: readonly EnvVar[];
  /**
   * Further volumes of the hook's Pod.
   */
  readonly volumes?: readonly Volume[];
  /**
   * Where those volumes appear.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  /**
   * Settings of the hook's Job.
   */
  readonly runtimeSettings?: RuntimeSettings;
}
/**
 * Whether a failed session is tried again.
 */
export interface RetryConfig {
  /**
   * How many times a failed session is tried again.
   */
  readonly maxRetry?: number;
  /**
   * How long to wait before. Left out, at once.
   */
  readonly delay?: string;
}
/**
 * What runs before and after the backup.
 */
export interface SessionHooks {
  /**
   * Hooks that run before the backup. If one fails there is no backup.
   */
  readonly preBackup?: readonly HookInfo[];
  /**
   * Hooks that run after the backup, by their executionPolicy.
   */
  readonly postBackup?: readonly HookInfo[];
}
/**
 * When and how a session runs.
 */
export interface SessionConfig {
  /**
   * Name of the session; unique in the object.
   */
  readonly name?: string;
  readonly scheduler?: SchedulerSpec;
  readonly hooks?: SessionHooks;
  readonly retryConfig?: RetryConfig;
  /**
   * How long a session may take from its creation. Left out, there is no total limit.
   */
  readonly backupTimeout?: string;
  /**
   * How many finished BackupSessions of each outcome are kept.
   */
  readonly sessionHistoryLimit?: number;
}
/**
 * One schedule with what it backs up and where to.
 */
export interface Session {
  /**
   * Name of the session; unique in the object.
   */
  readonly name: string;
  readonly scheduler: SchedulerSpec;
  readonly hooks?: SessionHooks;
  readonly retryConfig?: RetryConfig;
  /**
   * How long a session may take from its creation. Left out, there is no total limit.
   */
  readonly backupTimeout?: string;
  /**
   * How many finished BackupSessions of each outcome are kept.
   */
  readonly sessionHistoryLimit?: number;
  readonly addon: AddonInfo;
  /**
   * Where the session writes to; each gets a Snapshot of its own.
   */
  readonly repositories: readonly RepositoryInfo[];
}
/**
 * An object that is needed, and whether it is there.
 */
export interface ResourceFoundStatus {
  /**
   * API group of the kind, for example apps. Empty for core kinds such as PersistentVolumeClaim.
   */
  readonly apiGroup?: string;
  /**
   * Kind of the object, for example StatefulSet.
   */
  readonly kind?: string;
  /**
   * Name of the object.
   */
  readonly name: string;
  /**
   * Namespace of the object. Left out, it is the namespace of the object that holds this reference.
   */
  readonly namespace?: string;
  /**
   * Whether the object exists and may be used.
   */
  readonly found?: boolean;
}
/**
 * What became of the hooks.
 */
export interface HookStatus {
  /**
   * Hooks that run before.
   */
  readonly preHooks?: readonly HookExecution[];
  /**
   * Hooks that run after.
   */
  readonly postHooks?: readonly HookExecution[];
}
/**
 * One hook.
 */
export interface HookExecution {
  /**
   * Name of the hook in the spec.
   */
  readonly name?: string;
  /**
   * Pending until the hook has ended.
   */
  readonly phase?: 'Succeeded' | 'Failed' | 'Pending';
  /**
   * Why it failed, or what it waits for.
   */
  readonly message?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * Whether one backend can be used.
 */
export interface BackendStatus {
  /**
   * Name of the backend in the spec.
   */
  readonly name?: string;
  /**
   * Whether storage and retention policy are there and usable.
   */
  readonly ready?: boolean;
  /**
   * State of the BackupStorage.
   */
  readonly storage?: {
    /**
     * The BackupStorage.
     */
    readonly ref?: ObjectReference;
    /**
     * Its phase.
     */
    readonly phase?: string;
    /**
     * Why it cannot be used.
     */
    readonly reason?: string;
  };
  /**
   * State of the RetentionPolicy.
   */
  readonly retentionPolicy?: {
    /**
     * The RetentionPolicy.
     */
    readonly ref?: ObjectReference;
    /**
     * Whether it exists and may be used.
     */
    readonly found?: boolean;
    /**
     * Why it cannot be used.
     */
    readonly reason?: string;
  };
}
/**
 * State of one Repository that the sessions write to.
 */
export interface RepositoryStatusEntry {
  /**
   * Name of the Repository.
   */
  readonly name?: string;
  /**
   * Its phase.
   */
  readonly phase?: 'NotReady' | 'Ready';
  /**
   * Why it is not Ready.
   */
  readonly reason?: string;
  /**
   * Whether a BackupVerifier checks it.
   */
  readonly verificationConfigured?: boolean;
}
/**
 * State of one session of the spec.
 */
export interface SessionStatusEntry {
  /**
   * Name of the session.
   */
  readonly name?: string;
  /**
   * When it runs next, as RFC 3339 text.
   */
  readonly nextSchedule?: string;
  readonly conditions?: readonly Condition[];
  /**
   * Its newest BackupSession that has ended.
   */
  readonly lastSessionName?: string;
  /**
   * Phase of that BackupSession.
   */
  readonly lastSessionPhase?: string;
  /**
   * When that BackupSession was made.
   */
  readonly lastScheduleTime?: string;
  /**
   * When a BackupSession of it last ended Succeeded.
   */
  readonly lastSuccessTime?: string;
  /**
   * The BackupSession that last ended Succeeded.
   */
  readonly lastSuccessName?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * How far the data transfer is, as the mover last said.
 */
export interface TransferProgress {
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
}
/**
 * Declares a parameter that users may set.
 */
export interface ParameterDefinition {
  /**
   * Name of the parameter, as users write it under params.
   */
  readonly name?: string;
  /**
   * What the parameter does, in words for its user.
   */
  readonly usage?: string;
  /**
   * Whether a user must set it.
   */
  readonly required?: boolean;
  /**
   * Value that is used when the user sets none.
   */
  readonly default?: string;
}
/**
 * The place that a volume's files come from.
 */
export interface VolumeSources {
  /**
   * Mounts a PersistentVolumeClaim of the Pod's namespace.
   */
  readonly persistentVolumeClaim?: {
    /**
     * Name of the PersistentVolumeClaim.
     */
    readonly claimName: string;
    /**
     * Mounts the claim read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * Mounts a directory or file of the node.
   */
  readonly hostPath?: {
    /**
     * Path on the node.
     */
    readonly path: string;
    /**
     * What must be at the path, for example Directory or DirectoryOrCreate. Empty checks nothing.
     */
    readonly type?: string;
  };
  /**
   * Mounts a directory that an NFS server exports.
   */
  readonly nfs?: {
    /**
     * Host name or address of the NFS server.
     */
    readonly server: string;
    /**
     * Path that the server exports.
     */
    readonly path: string;
    /**
     * Mounts the export read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * An empty directory that lives as long as the Pod.
   */
  readonly emptyDir?: {
    /**
     * Memory keeps the files in RAM; empty uses the node's disk.
     */
    readonly medium?: string;
    /**
     * Most bytes the directory may hold.
     */
    readonly sizeLimit?: number | string;
  };
  /**
   * Mounts a volume through a CSI driver that supports inline volumes.
   */
  readonly csi?: {
    /**
     * Name of the CSI driver.
     */
    readonly driver: string;
    /**
     * Mounts the volume read-only.
     */
    readonly readOnly?: boolean;
    /**
     * File system to mount.
     */
    readonly fsType?: string;
    /**
     * What the driver wants to know.
     */
    readonly volumeAttributes?: {
      readonly [k: string]: string;
    };
    /**
     * Secret that the driver gets.
     */
    readonly nodePublishSecretRef?: LocalObjectReference;
  };
  /**
   * A claim that is made with the Pod and goes with it.
   */
  readonly ephemeral?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a ConfigMap as files.
   */
  readonly configMap?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a Secret as files.
   */
  readonly secret?: Readonly<Record<string, unknown>>;
  /**
   * Fields of the Pod itself as files.
   */
  readonly downwardAPI?: Readonly<Record<string, unknown>>;
  /**
   * Several sources (Secrets, ConfigMaps, tokens) in one directory.
   */
  readonly projected?: Readonly<Record<string, unknown>>;
}
/**
 * Sources that Kubernetes has replaced or is about to; Jobs get them as they stand.
 */
export interface LegacyVolumeSources {
  /**
   * An AWS EBS disk (in Kubernetes replaced by CSI).
   */
  readonly awsElasticBlockStore?: Readonly<Record<string, unknown>>;
  /**
   * An Azure data disk (in Kubernetes replaced by CSI).
   */
  readonly azureDisk?: Readonly<Record<string, unknown>>;
  /**
   * An Azure file share (in Kubernetes replaced by CSI).
   */
  readonly azureFile?: Readonly<Record<string, unknown>>;
  /**
   * A CephFS mount (removed from Kubernetes 1.31).
   */
  readonly cephfs?: Readonly<Record<string, unknown>>;
  /**
   * An OpenStack Cinder disk (in Kubernetes replaced by CSI).
   */
  readonly cinder?: Readonly<Record<string, unknown>>;
  /**
   * A Fibre Channel disk.
   */
  readonly fc?: Readonly<Record<string, unknown>>;
  /**
   * A volume of an exec-based FlexVolume plugin (deprecated).
   */
  readonly flexVolume?: Readonly<Record<string, unknown>>;
  /**
   * A Flocker dataset (removed from Kubernetes).
   */
  readonly flocker?: Readonly<Record<string, unknown>>;
  /**
   * A GCE disk (in Kubernetes replaced by CSI).
   */
  readonly gcePersistentDisk?: Readonly<Record<string, unknown>>;
  /**
   * A Glusterfs mount (removed from Kubernetes 1.26).
   */
  readonly glusterfs?: Readonly<Record<string, unknown>>;
  /**
   * An iSCSI disk.
   */
  readonly iscsi?: Readonly<Record<string, unknown>>;
  /**
   * A Photon Controller disk (removed from Kubernetes).
   */
  readonly photonPersistentDisk?: Readonly<Record<string, unknown>>;
  /**
   * A Portworx volume (in Kubernetes replaced by CSI).
   */
  readonly portworxVolume?: Readonly<Record<string, unknown>>;
  /**
   * A Quobyte mount (removed from Kubernetes).
   */
  readonly quobyte?: Readonly<Record<string, unknown>>;
  /**
   * A Ceph RBD image (removed from Kubernetes 1.31).
   */
  readonly rbd?: Readonly<Record<string, unknown>>;
  /**
   * A ScaleIO volume (removed from Kubernetes).
   */
  readonly scaleIO?: Readonly<Record<string, unknown>>;
  /**
   * A StorageOS volume (removed from Kubernetes).
   */
  readonly storageos?: Readonly<Record<string, unknown>>;
  /**
   * A vSphere disk (in Kubernetes replaced by CSI).
   */
  readonly vsphereVolume?: Readonly<Record<string, unknown>>;
}
/**
 * A volume of a Pod, with a name and one source.
 */
export interface Volume {
  /**
   * Mounts a PersistentVolumeClaim of the Pod's namespace.
   */
  readonly persistentVolumeClaim?: {
    /**
     * Name of the PersistentVolumeClaim.
     */
    readonly claimName: string;
    /**
     * Mounts the claim read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * Mounts a directory or file of the node.
   */
  readonly hostPath?: {
    /**
     * Path on the node.
     */
    readonly path: string;
    /**
     * What must be at the path, for example Directory or DirectoryOrCreate. Empty checks nothing.
     */
    readonly type?: string;
  };
  /**
   * Mounts a directory that an NFS server exports.
   */
  readonly nfs?: {
    /**
     * Host name or address of the NFS server.
     */
    readonly server: string;
    /**
     * Path that the server exports.
     */
    readonly path: string;
    /**
     * Mounts the export read-only.
     */
    readonly readOnly?: boolean;
  };
  /**
   * An empty directory that lives as long as the Pod.
   */
  readonly emptyDir?: {
    /**
     * Memory keeps the files in RAM; empty uses the node's disk.
     */
    readonly medium?: string;
    /**
     * Most bytes the directory may hold.
     */
    readonly sizeLimit?: number | string;
  };
  /**
   * Mounts a volume through a CSI driver that supports inline volumes.
   */
  readonly csi?: {
    /**
     * Name of the CSI driver.
     */
    readonly driver: string;
    /**
     * Mounts the volume read-only.
     */
    readonly readOnly?: boolean;
    /**
     * File system to mount.
     */
    readonly fsType?: string;
    /**
     * What the driver wants to know.
     */
    readonly volumeAttributes?: {
      readonly [k: string]: string;
    };
    /**
     * Secret that the driver gets.
     */
    readonly nodePublishSecretRef?: LocalObjectReference;
  };
  /**
   * A claim that is made with the Pod and goes with it.
   */
  readonly ephemeral?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a ConfigMap as files.
   */
  readonly configMap?: Readonly<Record<string, unknown>>;
  /**
   * The keys of a Secret as files.
   */
  readonly secret?: Readonly<Record<string, unknown>>;
  /**
   * Fields of the Pod itself as files.
   */
  readonly downwardAPI?: Readonly<Record<string, unknown>>;
  /**
   * Several sources (Secrets, ConfigMaps, tokens) in one directory.
   */
  readonly projected?: Readonly<Record<string, unknown>>;
  /**
   * Name that volumeMounts refer to.
   */
  readonly name: string;
  readonly [k: string]: unknown;
}
/**
 * Where a volume appears in the container.
 */
export interface VolumeMount {
  /**
   * Name of the volume.
   */
  readonly name: string;
  /**
   * Path in the container.
   */
  readonly mountPath: string;
  /**
   * Directory inside the volume that is mounted instead of its root.
   */
  readonly subPath?: string;
  /**
   * As subPath, with $(VAR) replaced by environment variables of the container.
   */
  readonly subPathExpr?: string;
  /**
   * Mounts the volume read-only.
   */
  readonly readOnly?: boolean;
  /**
   * Whether mounts below this one are read-only too: Disabled, IfPossible or Enabled.
   */
  readonly recursiveReadOnly?: string;
  /**
   * How mounts spread between container and node; None unless set.
   */
  readonly mountPropagation?: string;
}
/**
 * A PersistentVolumeClaim to be made.
 */
export interface VolumeClaimTemplate {
  /**
   * Always v1.
   */
  readonly apiVersion?: string;
  /**
   * Always PersistentVolumeClaim.
   */
  readonly kind?: string;
  /**
   * Name, labels and annotations of the claim.
   */
  readonly metadata?: {
    /**
     * Name of the claim.
     */
    readonly name?: string;
    /**
     * Prefix of a name that the API server completes.
     */
    readonly generateName?: string;
    /**
     * Namespace of the claim.
     */
    readonly namespace?: string;
    /**
     * Labels of the claim.
     */
    readonly labels?: {
      readonly [k: string]: string;
    };
    /**
     * Annotations of the claim.
     */
    readonly annotations?: {
      readonly [k: string]: string;
    };
    /**
     * Objects that the claim is deleted with.
     */
    readonly ownerReferences?: readonly OwnerReference[];
  };
  /**
   * What the claim asks for.
   */
  readonly spec?: {
    /**
     * How the volume may be mounted, for example ReadWriteOnce.
     */
    readonly accessModes?: readonly string[];
    /**
     * Storage class of the volume; the cluster's default when left out.
     */
    readonly storageClassName?: string;
    /**
     * Filesystem or Block.
     */
    readonly volumeMode?: string;
    /**
     * Name of a PersistentVolume to bind to.
     */
    readonly volumeName?: string;
    /**
     * Size that is asked for.
     */
    readonly resources?: ResourceRequirements;
    readonly [k: string]: unknown;
  };
  /**
   * Not used; taken so that a whole claim can be pasted.
   */
  readonly status?: Readonly<Record<string, unknown>>;
}
/**
 * An object that owns another one.
 */
export interface OwnerReference {
  /**
   * API version of the owner.
   */
  readonly apiVersion: string;
  /**
   * Kind of the owner.
   */
  readonly kind: string;
  /**
   * Name of the owner.
   */
  readonly name: string;
  /**
   * Unique id of the owner.
   */
  readonly uid: string;
  /**
   * Whether the owner is the managing controller.
   */
  readonly controller?: boolean;
  /**
   * Whether the owner's foreground deletion waits for this object.
   */
  readonly blockOwnerDeletion?: boolean;
}
