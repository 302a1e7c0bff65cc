/**
 * Conditions as GitOps tools read them. A condition's lastTransitionTime moves only when its status moves, the order is
 * by type, and messages are bounded, so that the same facts always give the same bytes.
 */
import { instantOf, timestampOf } from './instants.ts';
import type { Instant } from './metacontroller.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** A condition as a decision states it; time and generation are stamped by `conditionsFrom`. */
export interface ConditionFact {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

const MAX_MESSAGE_LENGTH = 1024;

/**
 * The condition list for these facts. A type that is not stated is dropped; pass `keep` for those that must outlive the
 * sync that stated them. `previous` is the observed list, which may hold anything a user or an older version wrote.
 */
export function conditionsFrom(
  facts: readonly ConditionFact[],
  previous: readonly Condition[] | undefined,
  generation: number | undefined,
  now: Instant,
): readonly Condition[] {
  const readable = (Array.isArray(previous) ? previous : []).filter((one: Condition) => typeof one?.type === 'string');
  const before = new Map(readable.map((one) => [one.type, one]));
  const stamp = { at: timestampOf(now), ...(generation === undefined ? {} : { observedGeneration: generation }) };
  return facts
    .map((fact) => stamped(fact, before.get(fact.type), stamp))
    .sort((left, right) => (left.type < right.type ? -1 : 1));
}

/** The observed conditions with these facts in place of their types; the others stay as they are. */
export function conditionsWith(
  facts: readonly ConditionFact[],
  previous: readonly Condition[] | undefined,
  generation: number | undefined,
  now: Instant,
): readonly Condition[] {
  const before = Array.isArray(previous) ? (previous as readonly Condition[]) : [];
  const kept = before.filter((one) => !facts.some((fact) => fact.type === one?.type));
  const stated = conditionsFrom(facts, before, generation, now);
  return [...kept, ...stated].sort((left, right) => (left.type < right.type ? -1 : 1));
}

interface Stamp {
  readonly at: string;
  readonly observedGeneration?: number;
}

function stamped(fact: ConditionFact, before: Condition | undefined, { at, ...generation }: Stamp): Condition {
  const kept = before?.status === fact.status && instantOf(before.lastTransitionTime) !== undefined;
  return {
    type: fact.type,
    status: fact.status,
    reason: fact.reason,
    message: bounded(fact.message),
    lastTransitionTime: kept ? before.lastTransitionTime : at,
    ...generation,
  };
}

/** The observed condition of this type, if it is one. */
export function conditionOf(
  status: { readonly conditions?: readonly Condition[] } | undefined,
  type: string,
): Condition | undefined {
  return Array.isArray(status?.conditions) ? status.conditions.find((one: Condition) => one?.type === type) : undefined;
}

function bounded(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH ? message : `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…`;
}
