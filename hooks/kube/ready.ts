/**
 * Ready, Reconciling and Stalled as kstatus, Flux and Argo CD read them: Ready always stands there; the other two are
 * stated only while they are true. Flux gives up at once on Stalled, so it is for what no other object can cure.
 */
import type { Problem } from '../domain/result.ts';
import type { ConditionFact } from './conditions.ts';

export type Readiness =
  | { readonly state: 'ready'; readonly reason?: string; readonly message: string }
  | { readonly state: 'reconciling'; readonly reason: string; readonly message: string }
  /** The user has to change something. */
  | { readonly state: 'stalled'; readonly reason: string; readonly message: string }
  /** It ended badly and is final. */
  | { readonly state: 'failed'; readonly reason: string; readonly message: string };

/** The conditions of a readiness, for `conditionsFrom`. */
export function readyFacts(readiness: Readiness): readonly ConditionFact[] {
  const { message } = readiness;
  const reason = readiness.reason ?? 'Succeeded';
  if (readiness.state === 'ready') return [{ type: 'Ready', status: 'True', reason, message }];
  const type = readiness.state === 'reconciling' ? 'Reconciling' : 'Stalled';
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type, status: 'True', reason, message },
  ];
}

/** A problem as readiness: what waits for another object is reconciling, what the user has to solve is stalled. */
export function readinessOf(problem: Problem): Readiness {
  return { state: problem.waits ? 'reconciling' : 'stalled', reason: problem.reason, message: problem.message };
}
