// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type { EnvVar, UsagePolicy, ParameterDefinition, Volume, VolumeMount, OwnerReference } from './shared.ts';

/** HookTemplate is something to do before or after a backup or restore: a command in Pods, an HTTP request, a TCP check or a Function. Sessions use it by name and set its parameters. */
export interface HookTemplate extends KubeObject<HookTemplateSpec, undefined> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'HookTemplate';
  readonly spec: HookTemplateSpec;
}
/**
 * What is wanted.
 */
export interface HookTemplateSpec {
  readonly usagePolicy?: UsagePolicy;
  /**
   * Parameters that sessions may set; ${name} in the action is replaced.
   */
  readonly params?: readonly ParameterDefinition[];
  readonly action?: HookAction;
  readonly executor: HookExecutor;
}
/**
 * What is done. Set exactly one of exec, httpGet, httpPost and tcpSocket.
 */
export interface HookAction {
  /**
   * Runs a command in a container.
   */
  readonly exec?: {
    /**
     * Program and arguments, each of at most 128 KiB, which is what Linux takes. No shell is started unless you name one.
     */
    readonly command?: readonly string[];
  };
  /**
   * Sends a GET request. Status 200 to 399 is success.
   */
  readonly httpGet?: HttpRequest;
  /**
   * Sends a POST request. Status 200 to 399 is success.
   */
  readonly httpPost?: {
    /**
     * Host to send to; the Pod itself when left out.
     */
    readonly host?: string;
    readonly port: number | string;
    /**
     * Path of the request.
     */
    readonly path?: string;
    /**
     * HTTP or HTTPS; HTTP when left out.
     */
    readonly scheme?: string;
    /**
     * Headers of the request.
     *
     * Items: One header.
     */
    readonly httpHeaders?: readonly {
      /**
       * Name of the header.
       */
      readonly name: string;
      /**
       * Its value.
       */
      readonly value: string;
    }[];
    /**
     * Body of the request.
     */
    readonly body?: string;
    /**
     * Fields of a form that is sent as the body.
     *
     * Items: One field.
     */
    readonly form?: readonly {
      /**
       * Name of the field.
       */
      readonly key?: string;
      /**
       * Its values.
       */
      readonly values?: readonly string[];
    }[];
  };
  /**
   * Opens a TCP connection. That it opens is success.
   */
  readonly tcpSocket?: {
    /**
     * Host to connect to; the Pod itself when left out.
     */
    readonly host?: string;
    readonly port: number | string;
  };
  /**
   * Container of the Pod; its first one when left out.
   */
  readonly containerName?: string;
}
/**
 * An HTTP request.
 */
export interface HttpRequest {
  /**
   * Host to send to; the Pod itself when left out.
   */
  readonly host?: string;
  readonly port: number | string;
  /**
   * Path of the request.
   */
  readonly path?: string;
  /**
   * HTTP or HTTPS; HTTP when left out.
   */
  readonly scheme?: string;
  /**
   * Headers of the request.
   *
   * Items: One header.
   */
  readonly httpHeaders?: readonly {
    /**
     * Name of the header.
     */
    readonly name: string;
    /**
     * Its value.
     */
    readonly value: string;
  }[];
}
/**
 * Who does it.
 */
export interface HookExecutor {
  /**
   * Function runs a Function, Pod acts on Pods of the target's namespace, Operator acts from a Job of MetaStash.
   */
  readonly type: 'Function' | 'Pod' | 'Operator';
  /**
   * The Function to run.
   */
  readonly function?: {
    /**
     * Name of the Function.
     */
    readonly name: string;
    /**
     * Further environment variables.
     */
    readonly env?: readonly EnvVar[];
    /**
     * Where volumes appear in the container.
     */
    readonly volumeMounts?: readonly VolumeMount[];
    /**
     * Further volumes.
     */
    readonly volumes?: readonly Volume[];
  };
  /**
   * The Pods to act on.
   */
  readonly pod?: {
    /**
     * Labels of the Pods as key=value, separated by commas.
     */
    readonly selector?: string;
    /**
     * Owner of the Pods.
     */
    readonly owner?: OwnerReference;
    /**
     * Whether one or all of the Pods are acted on.
     */
    readonly strategy?: 'ExecuteOnOne' | 'ExecuteOnAll';
  };
}
