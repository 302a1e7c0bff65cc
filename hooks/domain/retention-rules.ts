/** `RetentionPolicy.spec` as numbers: what to keep, and for how long. A policy that cannot be read gives no rules, never loose ones. */
import { PERIOD_NAMES, type Period } from './retention-calendar.ts';
import { ok, refused, type Parsed } from './result.ts';
import { parseRetentionPeriod } from './retention-period.ts';

export type KeepRule = 'last' | Period;

export interface RetentionRules {
  /** Longest age in milliseconds; without one nothing goes by age. */
  readonly maxAgeMs: number | undefined;
  /** `spec.maxRetentionPeriod` as it was written, for reasons. */
  readonly maxAgeText: string;
  /** Counts above zero. No rule at all keeps every good Snapshot (faults.md B49). */
  readonly keep: Readonly<Partial<Record<KeepRule, number>>>;
  /** How many failed Snapshots stay. */
  readonly failedLast: number;
}

export const KEEP_RULES: readonly KeepRule[] = ['last', ...PERIOD_NAMES];

/** What KubeStash's webhook fills in. */
const DEFAULT_FAILED_LAST = 1;
const MAX_COUNT = 2 ** 31 - 1;

/** The rules of a policy's spec, which may be anything; an error names the field and what to write there. */
export function retentionRulesFrom(spec: unknown): Parsed<RetentionRules> {
  const policy = mapOf(spec);
  if (policy['maxRetentionPeriod'] === undefined && policy['successfulSnapshots'] === undefined) {
    return refused('/spec says nothing to keep: set maxRetentionPeriod, successfulSnapshots, or both');
  }
  const age =
    policy['maxRetentionPeriod'] === undefined ? ok(undefined) : parseRetentionPeriod(policy['maxRetentionPeriod']);
  if (!age.ok) return refused(`/spec/maxRetentionPeriod: ${age.error}`);
  const keep = keepFrom(policy['successfulSnapshots']);
  if (!keep.ok) return keep;
  const failed = countFrom(mapOf(policy['failedSnapshots'])['last'], '/spec/failedSnapshots/last');
  if (!failed.ok) return failed;
  return ok({
    maxAgeMs: age.value,
    maxAgeText: String(policy['maxRetentionPeriod'] ?? ''),
    keep: keep.value,
    failedLast: failed.value ?? DEFAULT_FAILED_LAST,
  });
}

function keepFrom(value: unknown): Parsed<RetentionRules['keep']> {
  const counts = mapOf(value);
  const keep: Partial<Record<KeepRule, number>> = {};
  for (const rule of KEEP_RULES) {
    const count = countFrom(counts[rule], `/spec/successfulSnapshots/${rule}`);
    if (!count.ok) return count;
    if (count.value !== undefined && count.value > 0) keep[rule] = count.value;
  }
  return ok(keep);
}

function countFrom(value: unknown, pointer: string): Parsed<number | undefined> {
  if (value === undefined || value === null) return ok(undefined);
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT) return ok(value as number);
  return refused(`${pointer} is no whole number from 0 to ${MAX_COUNT}; write how many are kept`);
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
