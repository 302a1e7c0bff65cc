// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type { AddonVolumeSource, ParameterDefinition, VolumeMount } from './shared.ts';

/** Addon lists what can be done with one kind of target; each task names the Function that does it. */
export interface Addon extends KubeObject<AddonSpec, undefined> {
  readonly apiVersion: 'addons.kubestash.com/v1alpha1';
  readonly kind: 'Addon';
  readonly spec: AddonSpec;
}
/**
 * What is wanted.
 */
export interface AddonSpec {
  /**
   * Tasks for sessions.
   */
  readonly backupTasks?: readonly AddonTask[];
  /**
   * Tasks for RestoreSessions.
   */
  readonly restoreTasks?: readonly AddonTask[];
}
/**
 * Something that the Addon can do.
 */
export interface AddonTask {
  /**
   * Name of the task, for example logical-backup.
   */
  readonly name: string;
  /**
   * Name of the Function that does it.
   */
  readonly function: string;
  /**
   * Program that moves the data: Restic, VolumeSnapshotter or one of KubeStash's.
   */
  readonly driver?: string;
  /**
   * What the Function runs in. MetaStash runs Jobs.
   */
  readonly executor?: 'Job' | 'Sidecar' | 'EphemeralContainer' | 'MultiLevelJob';
  /**
   * True runs one Job for the whole target, false one per replica or node.
   */
  readonly singleton?: boolean;
  /**
   * Parameters that users may set under params.
   */
  readonly parameters?: readonly ParameterDefinition[];
  /**
   * Volumes of the Job that users may replace under addonVolumes.
   *
   * Items: One volume.
   */
  readonly volumeTemplate?: readonly {
    /**
     * Name of the volume.
     */
    readonly name?: string;
    /**
     * What it is for, in words for its user.
     */
    readonly usage?: string;
    readonly source?: AddonVolumeSource;
  }[];
  /**
   * Where those volumes appear in the container.
   */
  readonly volumeMounts?: readonly VolumeMount[];
}
