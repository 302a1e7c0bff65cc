// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type { ContainerRuntimeSettings, VolumeMount } from './shared.ts';

/** Function is the container that does a task. Its args may hold ${name} and ${name:=default}, which are replaced by parameters of the task and by what is known of the run. */
export interface Function extends KubeObject<FunctionSpec, undefined> {
  readonly apiVersion: 'addons.kubestash.com/v1alpha1';
  readonly kind: 'Function';
  readonly spec: FunctionSpec;
}
/**
 * What is wanted.
 */
export interface FunctionSpec {
  /**
   * Image to run.
   */
  readonly image: string;
  /**
   * Program to run instead of the image's own.
   */
  readonly command?: readonly string[];
  /**
   * Arguments of the program.
   */
  readonly args?: readonly string[];
  /**
   * Directory that the program starts in.
   */
  readonly workingDir?: string;
  /**
   * Ports that the container opens.
   *
   * Items: One port.
   */
  readonly ports?: readonly {
    /**
     * Name of the port.
     */
    readonly name?: string;
    /**
     * Number of the port.
     */
    readonly containerPort: number;
    /**
     * Address of the node to bind to.
     */
    readonly hostIP?: string;
    /**
     * Port of the node to bind to.
     */
    readonly hostPort?: number;
    /**
     * TCP, UDP or SCTP.
     */
    readonly protocol?: string;
  }[];
  /**
   * Where volumes appear in the container.
   */
  readonly volumeMounts?: readonly VolumeMount[];
  /**
   * Block devices in the container.
   *
   * Items: One device.
   */
  readonly volumeDevices?: readonly {
    /**
     * Name of the claim.
     */
    readonly name: string;
    /**
     * Path of the device.
     */
    readonly devicePath: string;
  }[];
  readonly runtimeSettings?: ContainerRuntimeSettings;
  /**
   * Database versions that the image supports. Used by KubeStash only.
   */
  readonly availableVersions?: readonly string[];
}
