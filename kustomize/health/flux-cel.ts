/** Health as an entry of `spec.healthCheckExprs` of a Flux Kustomization. Flux itself compares generations first. */
import { HEALTH_VERSION, type HealthKind } from './kinds.ts';

export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly inProgress: string;
  readonly failed: string;
  readonly current: string;
}

/** Asked in the order inProgress, failed, current; none of them true means in progress. Our CRDs give every object a status. */
export function healthCheckOf({ group, kind, healthyPhases, failedPhases }: HealthKind): HealthCheck {
  return {
    apiVersion: `${group}/${HEALTH_VERSION}`,
    kind,
    inProgress: says('Reconciling', 'True'),
    failed: anyOf([says('Stalled', 'True'), ...phaseIn(failedPhases)]),
    current: anyOf([says('Ready', 'True'), ...phaseIn(healthyPhases)]),
  };
}

function says(type: string, status: string): string {
  return `(has(status.conditions) && status.conditions.exists(c, c.type == '${type}' && c.status == '${status}'))`;
}

function anyOf(terms: readonly string[]): string {
  return terms.join(' || ');
}

/** For statuses without a Ready condition; nothing where no phase is meant. */
function phaseIn(phases: readonly string[]): readonly string[] {
  if (phases.length === 0) return [];
  const list = phases.map((phase) => `'${phase}'`).join(', ');
  const judged = "(has(status.conditions) && status.conditions.exists(c, c.type == 'Ready'))";
  return [`(!${judged} && has(status.phase) && status.phase in [${list}])`];
}
