/** What Flux, kubectl and Argo CD's generic check make of a status: the rules of kstatus, and those of Flux's expressions. */
import { evaluate } from '@marcbachmann/cel-js';
import type { HealthCheck } from '../../kustomize/health/flux-cel.ts';

export type KStatus = 'InProgress' | 'Failed' | 'Current';

export interface Judged {
  readonly metadata: { readonly generation: number; readonly deletionTimestamp?: string };
  readonly spec?: { readonly paused?: boolean };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** kubernetes-sigs/cli-utils:pkg/kstatus, in its order, for an object that is not being deleted. Ready=False alone is in progress. */
export function kstatusOf({ metadata, status }: Judged): KStatus {
  const says = (type: string, value: string): boolean =>
    (status?.conditions ?? []).some((one) => one.type === type && one.status === value);
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation)
    return 'InProgress';
  if (says('Reconciling', 'True')) return 'InProgress';
  if (says('Stalled', 'True')) return 'Failed';
  if (says('Ready', 'False') || says('Ready', 'Unknown')) return 'InProgress';
  return 'Current';
}

/** Flux's reading of healthCheckExprs: generation, then inProgress, failed, current; in progress when none is true. */
export function fluxStatusOf(check: HealthCheck, object: Judged): KStatus {
  const seen = object.status?.observedGeneration;
  if (seen !== undefined && seen !== object.metadata.generation) return 'InProgress';
  const context = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
  if (evaluate(check.inProgress, context) === true) return 'InProgress';
  if (evaluate(check.failed, context) === true) return 'Failed';
  if (evaluate(check.current, context) === true) return 'Current';
  return 'InProgress';
}
