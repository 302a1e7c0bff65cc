/** Items, rules and plans as the tests of retention write them. */
import assert from 'node:assert/strict';
import { planRetention, type RetentionDecision, type RetentionItem } from '../../../hooks/domain/retention.ts';
import { retentionRulesFrom, type RetentionRules } from '../../../hooks/domain/retention-rules.ts';

export const NOW = Date.parse('2026-11-28T12:00:00Z');
export const DAY = 86_400_000;

/** A good Snapshot taken at that time. */
export function item(at: string | number, change: Partial<RetentionItem> = {}): RetentionItem {
  const instant = typeof at === 'number' ? at : Date.parse(at);
  return {
    name: `s-${new Date(instant).toISOString()}`,
    session: 'daily',
    at: instant,
    outcome: 'Succeeded',
    isDeleting: false,
    isSuspect: false,
    isPinned: false,
    usedBy: undefined,
    ...change,
  };
}

/** The rules of a policy that can be read. */
export function rules(spec: object): RetentionRules {
  const parsed = retentionRulesFrom(spec);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

/** The plan of these items under one policy for every session. */
export function plan(
  items: readonly RetentionItem[],
  spec: object | undefined,
  now = NOW,
): readonly RetentionDecision[] {
  const read = spec === undefined ? undefined : rules(spec);
  return planRetention(items, () => read, now);
}

/** Each decision as one line. */
export function linesOf(decisions: readonly RetentionDecision[]): readonly string[] {
  return decisions.map(({ item: one, verdict, rule, reason }) => `${one.name.slice(2)} ${verdict} ${rule}: ${reason}`);
}
