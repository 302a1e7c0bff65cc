// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type { UsagePolicy, BackendReference, Session } from './shared.ts';

/** BackupBlueprint is a template: a workload or claim that carries the annotation blueprint.kubestash.com/name gets a BackupConfiguration made from it. Text may hold ${variable}, filled in from variables.kubestash.com/<variable> annotations. */
export interface BackupBlueprint extends KubeObject<BackupBlueprintSpec, undefined> {
  readonly apiVersion: 'core.kubestash.com/v1alpha1';
  readonly kind: 'BackupBlueprint';
  readonly spec: BackupBlueprintSpec;
}
/**
 * What is wanted.
 */
export interface BackupBlueprintSpec {
  readonly backupConfigurationTemplate: BackupConfigurationTemplate;
  /**
   * Kinds of targets that may use the blueprint.
   *
   * Items: One kind.
   */
  readonly subjects?: readonly {
    /**
     * API version of the kind, for example apps/v1.
     */
    readonly apiVersion?: string;
    /**
     * The kind, for example StatefulSet.
     */
    readonly kind?: string;
  }[];
  readonly usagePolicy?: UsagePolicy;
}
/**
 * Template of the BackupConfigurations.
 */
export interface BackupConfigurationTemplate {
  /**
   * Namespace of the BackupConfiguration. Left out, it is that of the target.
   */
  readonly namespace?: string;
  /**
   * Storages that the sessions write to.
   */
  readonly backends?: readonly BackendReference[];
  /**
   * Schedules, each with what it does and where it writes to.
   */
  readonly sessions: readonly Session[];
  /**
   * OnDelete deletes the BackupConfigurations with this blueprint. Left out, they stay.
   */
  readonly deletionPolicy?: 'OnDelete';
}
