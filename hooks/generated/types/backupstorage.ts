// Made from crds/source by crds/generate.ts: do not edit.
import type { Condition } from '../../kube/conditions.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { LocalObjectReference, RuntimeSettings, UsagePolicy } from './shared.ts';

/** BackupStorage is a place that holds backup data: a bucket, a container or a volume. BackupConfigurations refer to it, also from other namespaces where usagePolicy admits them. */
export interface BackupStorage extends KubeObject<BackupStorageSpec, BackupStorageStatus> {
  readonly apiVersion: 'storage.kubestash.com/v1alpha1';
  readonly kind: 'BackupStorage';
  readonly spec: BackupStorageSpec;
}
/**
 * What is wanted.
 */
export interface BackupStorageSpec {
  readonly storage: StorageSpec;
  readonly usagePolicy?: UsagePolicy;
  /**
   * Used by BackupConfigurations that name no backend. At most one per namespace.
   */
  readonly default?: boolean;
  /**
   * What happens to the data when this object is deleted. Delete leaves it, WipeOut removes everything below the prefix that belongs to this cluster.
   */
  readonly deletionPolicy?: 'Delete' | 'WipeOut';
  /**
   * Settings of the Jobs that prepare and clean the storage.
   */
  readonly runtimeSettings?: RuntimeSettings;
}
/**
 * What MetaStash found and did. Written by MetaStash alone.
 */
export interface BackupStorageStatus {
  /**
   * Generation of the spec that this status speaks of. -1 until the object is first looked at.
   */
  readonly observedGeneration?: number;
  /**
   * Ready when the storage is prepared and can be reached, otherwise NotReady.
   */
  readonly phase?: string;
  /**
   * Size of all Repositories together.
   */
  readonly totalSize?: string;
  /**
   * Repositories that were found on the storage.
   */
  readonly repositories?: readonly StoredRepository[];
  /**
   * When the storage was last looked through.
   */
  readonly lastScanTime?: string;
  /**
   * What did not stop the work and should still be known, each a whole sentence.
   */
  readonly warnings?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * One Repository on the storage.
 */
export interface StoredRepository {
  /**
   * Name of the Repository.
   */
  readonly name?: string;
  /**
   * Namespace of the Repository.
   */
  readonly namespace?: string;
  /**
   * Directory of the Repository on the storage.
   */
  readonly path?: string;
  /**
   * Size of its data.
   */
  readonly size?: string;
  /**
   * Whether the Repository object exists in this cluster; absent while that is not known.
   */
  readonly synced?: boolean;
  /**
   * What is wrong with it and what to do.
   */
  readonly error?: string;
  readonly metastash?: Readonly<Record<string, unknown>>;
}
/**
 * Where the data is kept. Set provider and the one block of the same name.
 */
export interface StorageSpec {
  /**
   * Kind of the storage. s3 is any service with Amazon's S3 API.
   */
  readonly provider: 'local' | 's3' | 'gcs' | 'azure';
  readonly local?: LocalStorage;
  readonly s3?: S3Storage;
  readonly gcs?: GcsStorage;
  readonly azure?: AzureStorage;
}
/**
 * A volume that every backup Job can mount, for example NFS. A hostPath is right on a cluster of one node only.
 */
export interface LocalStorage {
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
  /**
   * Absolute path at which Jobs mount the volume.
   */
  readonly mountPath: string;
  /**
   * Directory inside the volume to use instead of its root.
   */
  readonly subPath?: string;
  /**
   * How many connections restic opens at a time; restic's own choice when 0 or left out.
   */
  readonly maxConnections?: number;
}
/**
 * A bucket of a service with the S3 API.
 */
export interface S3Storage {
  /**
   * URL or host of the service, for example https://s3.example.com. Left out, it is Amazon's.
   */
  readonly endpoint?: string;
  /**
   * Name of the bucket. It must exist.
   */
  readonly bucket: string;
  /**
   * Path below which everything is kept. Two storages must not share one.
   */
  readonly prefix?: string;
  /**
   * Region of the bucket, for example eu-central-1.
   */
  readonly region?: string;
  /**
   * Secret of this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and CA_CERT_DATA for a private CA). Left out, the Pod's cloud identity is used.
   */
  readonly secretName?: string;
  /**
   * How many connections restic opens at a time; restic's own choice when 0 or left out.
   */
  readonly maxConnections?: number;
  /**
   * Accepts any certificate of the server. For tests; prefer CA_CERT_DATA in the Secret.
   */
  readonly insecureTLS?: boolean;
}
/**
 * A bucket of Google Cloud Storage.
 */
export interface GcsStorage {
  /**
   * Name of the bucket. It must exist.
   */
  readonly bucket: string;
  /**
   * Path below which everything is kept. Two storages must not share one.
   */
  readonly prefix?: string;
  /**
   * How many connections restic opens at a time; restic's own choice when 0 or left out.
   */
  readonly maxConnections?: number;
  /**
   * Secret of this namespace with GOOGLE_PROJECT_ID and GOOGLE_SERVICE_ACCOUNT_JSON_KEY. Left out, the Pod's workload identity is used.
   */
  readonly secretName?: string;
}
/**
 * A container of Azure Blob Storage.
 */
export interface AzureStorage {
  /**
   * Name of the storage account.
   */
  readonly storageAccount: string;
  /**
   * Name of the blob container.
   */
  readonly container: string;
  /**
   * Path below which everything is kept. Two storages must not share one.
   */
  readonly prefix?: string;
  /**
   * How many connections restic opens at a time; restic's own choice when 0 or left out.
   */
  readonly maxConnections?: number;
  /**
   * Secret of this namespace with AZURE_ACCOUNT_KEY. Left out, the Pod's workload identity is used.
   */
  readonly secretName?: string;
}
