// Made from crds/source by crds/generate.ts: do not edit.
import type { KubeObject } from '../../kube/objects.ts';
import type { UsagePolicy } from './shared.ts';

/** RetentionPolicy says which Snapshots are kept and for how long. It is applied per Repository and session. The newest good Snapshot, and one that a restore is using, are always kept. */
export interface RetentionPolicy extends KubeObject<RetentionPolicySpec, undefined> {
  readonly apiVersion: 'storage.kubestash.com/v1alpha1';
  readonly kind: 'RetentionPolicy';
  readonly spec: RetentionPolicySpec;
}
/**
 * What is wanted.
 */
export interface RetentionPolicySpec {
  /**
   * Age at which a Snapshot goes even if successfulSnapshots would keep it. Numbers with units y, mo, w, d, h, m (minutes), for example 2mo or 1y6mo. A month counts 30 days, a year 365.
   */
  readonly maxRetentionPeriod?: string;
  /**
   * How many good Snapshots are kept. A Snapshot stays when any of the counts keeps it; hourly to yearly keep the newest of each of that many periods that hold one.
   */
  readonly successfulSnapshots?: {
    /**
     * How many of the newest are kept.
     */
    readonly last?: number;
    /**
     * How many hours keep their newest.
     */
    readonly hourly?: number;
    /**
     * How many days keep their newest.
     */
    readonly daily?: number;
    /**
     * How many weeks keep their newest.
     */
    readonly weekly?: number;
    /**
     * How many months keep their newest.
     */
    readonly monthly?: number;
    /**
     * How many years keep their newest.
     */
    readonly yearly?: number;
  };
  /**
   * How many failed Snapshots are kept, to see what went wrong.
   */
  readonly failedSnapshots?: {
    /**
     * How many of the newest failed ones are kept.
     */
    readonly last?: number;
  };
  readonly usagePolicy?: UsagePolicy;
  /**
   * Used by backends that name no RetentionPolicy. At most one per namespace.
   */
  readonly default?: boolean;
}
