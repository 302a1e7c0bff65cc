/**
 * Which Snapshots of a Repository stay and which go, as a pure function of the list, the rules and the time
 * (kubestash-api.md §1.3, §6.1 #21). Every item gets a verdict, the rule behind it and a sentence.
 *
 *   not ended, on its way out, no rules, dated in the future, suspect -> stays, counts for nothing
 *   newest good of its session, in use, pinned                        -> stays whatever the rules say (the floor)
 *   older than maxRetentionPeriod                                     -> goes
 *   Succeeded, kept by any rule, or no keep rule at all               -> stays, else goes
 *   Failed, among the newest failedSnapshots.last                     -> stays, else goes
 *
 * Each session is judged by itself: its Snapshots share no restic repository with another's.
 */
import { minuteText, PERIOD_NAMES, PERIODS, type Period } from './retention-calendar.ts';
import type { KeepRule, RetentionRules } from './retention-rules.ts';

export interface RetentionItem {
  readonly name: string;
  readonly session: string;
  /** When the data was taken, else when the Snapshot was made. */
  readonly at: number;
  readonly outcome: 'Succeeded' | 'Failed' | 'Unfinished';
  readonly isDeleting: boolean;
  /** Good by its own word, but the source looks wrong: never counted, never removed. */
  readonly isSuspect: boolean;
  readonly isPinned: boolean;
  /** Why somebody needs it, for example `RestoreSession demo/back`. */
  readonly usedBy: string | undefined;
}

export type RetentionRule =
  | KeepRule
  | 'floor'
  | 'pinned'
  | 'inUse'
  | 'suspect'
  | 'future'
  | 'unfinished'
  | 'deleting'
  | 'noPolicy'
  | 'noKeepRules'
  | 'failedLast'
  | 'maxRetentionPeriod'
  | 'successfulSnapshots'
  | 'failedSnapshots';

export interface RetentionDecision {
  readonly item: RetentionItem;
  readonly verdict: 'keep' | 'remove';
  readonly rule: RetentionRule;
  readonly reason: string;
}

type Verdict = Omit<RetentionDecision, 'item'>;

/** Every item with its verdict, by session, newest first. `rulesOf` answers undefined where nothing may be removed. */
export function planRetention(
  items: readonly RetentionItem[],
  rulesOf: (session: string) => RetentionRules | undefined,
  now: number,
): readonly RetentionDecision[] {
  const sessions = new Map<string, RetentionItem[]>();
  for (const item of items) {
    const group = sessions.get(item.session);
    if (group === undefined) sessions.set(item.session, [item]);
    else group.push(item);
  }
  return [...sessions.keys()]
    .sort()
    .flatMap((session) => planSession((sessions.get(session) ?? []).sort(newestFirst), rulesOf(session), now));
}

function planSession(
  group: readonly RetentionItem[],
  rules: RetentionRules | undefined,
  now: number,
): readonly RetentionDecision[] {
  const good = group.filter((item) => item.outcome === 'Succeeded' && isCounted(item, now));
  const [newest] = good;
  const kept = rules === undefined ? new Map<string, Verdict>() : keptByRules(unexpired(good, rules, now), rules);
  const failed = unexpired(
    group.filter((item) => item.outcome === 'Failed' && isCounted(item, now)),
    rules,
    now,
  );
  const failedKept = new Set(failed.slice(0, rules?.failedLast ?? 0));
  return group.map((item) => ({
    item,
    ...(uncounted(item, now) ??
      floor(item, newest) ??
      (rules === undefined ? NO_POLICY : undefined) ??
      expired(item, rules as RetentionRules, now) ??
      (item.outcome === 'Failed'
        ? failedVerdict(failedKept.has(item), rules as RetentionRules)
        : (kept.get(item.name) ?? NOT_KEPT))),
  }));
}

/** Newest first; of one instant the later name first, so that the order never depends on the list's. */
function newestFirst(left: RetentionItem, right: RetentionItem): number {
  if (left.at !== right.at) return right.at - left.at;
  return left.name < right.name ? 1 : -1;
}

function keep(rule: RetentionRule, reason: string): Verdict {
  return { verdict: 'keep', rule, reason };
}

const NO_POLICY = keep('noPolicy', 'no readable RetentionPolicy is in force for its session');
const NO_KEEP_RULES = keep(
  'noKeepRules',
  'the policy has no keep rule, so every good Snapshot stays until it is too old',
);
const NOT_KEPT: Verdict = {
  verdict: 'remove',
  rule: 'successfulSnapshots',
  reason: 'no rule of successfulSnapshots keeps it',
};

/** What no rule looks at. */
function uncounted(item: RetentionItem, now: number): Verdict | undefined {
  if (item.isDeleting) return keep('deleting', 'it is being deleted already');
  if (item.outcome === 'Unfinished') return keep('unfinished', 'its backup has not ended');
  if (item.isSuspect) return keep('suspect', 'it is suspect: kept to be looked at, and counted by no rule');
  if (item.at > now) return keep('future', `it is dated in the future (${minuteText(item.at)}) and counted by no rule`);
  return undefined;
}

function isCounted(item: RetentionItem, now: number): boolean {
  return uncounted(item, now) === undefined;
}

function floor(item: RetentionItem, newest: RetentionItem | undefined): Verdict | undefined {
  if (item === newest) return keep('floor', 'it is the newest good Snapshot of its session');
  if (item.usedBy !== undefined) return keep('inUse', `${item.usedBy} needs it`);
  return item.isPinned ? keep('pinned', 'it is pinned') : undefined;
}

function expired(item: RetentionItem, rules: RetentionRules, now: number): Verdict | undefined {
  if (rules.maxAgeMs === undefined || now - item.at <= rules.maxAgeMs) return undefined;
  const reason = `it is older than maxRetentionPeriod ${rules.maxAgeText}`;
  return { verdict: 'remove', rule: 'maxRetentionPeriod', reason };
}

function unexpired(
  items: readonly RetentionItem[],
  rules: RetentionRules | undefined,
  now: number,
): readonly RetentionItem[] {
  return rules === undefined ? items : items.filter((item) => expired(item, rules, now) === undefined);
}

/** The union of all rules over good ones, newest first; the first rule that keeps an item names the reason. */
function keptByRules(good: readonly RetentionItem[], rules: RetentionRules): ReadonlyMap<string, Verdict> {
  const kept = new Map<string, Verdict>();
  const note = (item: RetentionItem, verdict: Verdict): void => {
    if (!kept.has(item.name)) kept.set(item.name, verdict);
  };
  if (Object.keys(rules.keep).length === 0) for (const item of good) note(item, NO_KEEP_RULES);
  const last = rules.keep.last ?? 0;
  for (const item of good.slice(0, last)) note(item, keep('last', `it is one of the newest ${last}`));
  for (const rule of PERIOD_NAMES) {
    for (const [period, item] of newestPerPeriod(good, rule, rules.keep[rule] ?? 0)) {
      note(item, keep(rule, `it is the newest of ${period} (${rule})`));
    }
  }
  return kept;
}

/** The newest of each of the newest `count` periods that hold one. */
function newestPerPeriod(
  good: readonly RetentionItem[],
  rule: Period,
  count: number,
): ReadonlyMap<string, RetentionItem> {
  const found = new Map<string, RetentionItem>();
  if (count === 0) return found;
  for (const item of good) {
    const period = PERIODS[rule](item.at);
    if (found.has(period)) continue;
    if (found.size === count) break;
    found.set(period, item);
  }
  return found;
}

function failedVerdict(isKept: boolean, { failedLast }: RetentionRules): Verdict {
  if (isKept) return keep('failedLast', `it is one of the newest ${failedLast} failed ones`);
  return {
    verdict: 'remove',
    rule: 'failedSnapshots',
    reason: `it failed, and ${failedLast} newer failed ones are kept`,
  };
}
