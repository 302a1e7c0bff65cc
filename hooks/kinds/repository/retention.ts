/**
 * What retention does with the Snapshots of a Repository: the plan that status publishes, and of it what may be carried out.
 * Only what stood in the *observed* plan for a while, and is still planned now, is ever removed (design laws 4 and 6).
 *
 *   planned ──in status.retentionPlan──▶ published ──removeAt has come, still planned──▶ due ──forget Job──▶ forgotten
 *      ▲──────── pinned, used by a restore, kept by a changed policy ◀────────┘
 */
import { planRetention, type RetentionDecision, type RetentionItem } from '../../domain/retention.ts';
import type { PlannedRemoval } from '../../generated/types/repository.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { instantOf, timestampOf } from '../../kube/instants.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { ANNOTATION } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { hasGroup, isDeleting, KIND } from '../../kube/references.ts';
import { isForgotten } from './forgotten.ts';
import type { Observed } from './observe.ts';
import { sessionPolicies, type PolicyProblem, type SessionPolicy } from './retention-policy.ts';
import { snapshotUsers } from './snapshot-users.ts';
import { isWipeRequested } from './snapshot-wipe.ts';

export interface Retention {
  /** For status.retentionPlan: what goes, oldest first. */
  readonly plan: readonly PlannedRemoval[];
  /** What may be removed now, oldest first. */
  readonly due: readonly Snapshot[];
  /** How many stay, by rule. */
  readonly kept: Readonly<Record<string, number>>;
  readonly problems: readonly PolicyProblem[];
  /** False where too little was shown to plan anything. */
  readonly isKnown: boolean;
  /** Whether any configuration says what to keep. */
  readonly isReferenced: boolean;
  readonly wakeAt: readonly Instant[];
}

/** Long enough for a restore that was just asked for to be seen here, and for a person to look. */
const NOTICE_MS = 2 * 60_000;
/** Status stays small; what is not listed is not removed, and follows in the next round. */
const MAX_PLANNED = 100;

const GROUPS = [KIND.retentionPolicy, KIND.restoreSession, KIND.backupConfiguration];

/** The plan at `now`, and what of the published one is due. `isTrusted` is false while the data is known to be damaged. */
export function retentionOf(observed: Observed, isTrusted: boolean, now: Instant): Retention {
  const published = publishedPlan(observed);
  if (!GROUPS.every((kind) => hasGroup(observed.related, kind))) return unknown(published);
  const policies = sessionPolicies(observed);
  const decisions = decisionsOf(observed, policies, now);
  const byUid = new Map(observed.snapshots.map((one) => [one.metadata.uid, one]));
  const removals = [...wipeRemovals(observed), ...(isTrusted ? removalsOf(decisions, byUid) : [])].slice(
    0,
    MAX_PLANNED,
  );
  const plan = removals.map((one) => dated(one, published.entries.get(one.uid), now));
  const listed = plan.filter((one) => published.entries.has(one.uid));
  return {
    plan,
    due: listed
      .filter((one) => (instantOf(one.removeAt) ?? Infinity) <= now)
      .flatMap((one) => byUid.get(one.uid) ?? []),
    kept: countsOf(decisions),
    problems: [...policies.values()].flatMap((one) => ('problem' in one ? [one.problem] : [])),
    isKnown: true,
    isReferenced: policies.size > 0,
    wakeAt: plan.flatMap((one) => instantOf(one.removeAt) ?? []),
  };
}

interface Removal {
  readonly snapshot: string;
  readonly uid: string;
  readonly session: string;
  readonly rule: string;
  readonly reason: string;
}

interface Published {
  readonly list: readonly PlannedRemoval[];
  /** What is needed of those that can be read, by uid. */
  readonly entries: ReadonlyMap<string, { readonly plannedAt: string; readonly rule: string }>;
}

/** A view that lacks a group proves nothing: the plan stays as it was published, and nothing of it is due. */
function unknown(published: Published): Retention {
  return {
    plan: published.list,
    due: [],
    kept: {},
    problems: [],
    isKnown: false,
    isReferenced: false,
    wakeAt: [],
  };
}

function publishedPlan({ repository }: Observed): Published {
  const list = listOf(repository.status?.retentionPlan).map((one) => mapOf(one) as unknown as PlannedRemoval);
  const entries = list.flatMap(({ uid, plannedAt, rule }) =>
    textOf(uid) !== undefined && instantOf(plannedAt) !== undefined
      ? [[uid as string, { plannedAt: plannedAt as string, rule: rule ?? '' }] as const]
      : [],
  );
  return { list, entries: new Map(entries) };
}

function decisionsOf(
  observed: Observed,
  policies: ReadonlyMap<string, SessionPolicy>,
  now: Instant,
): readonly RetentionDecision[] {
  const users = snapshotUsers(observed);
  const rulesOf = (session: string): ReturnType<Parameters<typeof planRetention>[1]> => {
    const policy = policies.get(session);
    return policy === undefined || 'problem' in policy ? undefined : policy.rules;
  };
  return planRetention(
    // What is gone already occupies no slot.
    observed.snapshots.filter((one) => !isForgotten(observed, one)).map((one) => itemOf(one, users)),
    rulesOf,
    now,
  );
}

function itemOf(snapshot: Snapshot, users: ReadonlyMap<string, string>): RetentionItem {
  const { metadata, spec, status } = snapshot;
  const phase = status?.phase;
  const pin = metadata.annotations?.[ANNOTATION.pin];
  return {
    // Names are unique among children, and stand in the plan.
    name: metadata.uid,
    session: textOf(spec?.session) ?? '',
    at: instantOf(status?.snapshotTime) ?? instantOf(metadata.creationTimestamp) ?? 0,
    outcome: phase === 'Succeeded' || phase === 'Failed' ? phase : 'Unfinished',
    isDeleting: isDeleting(snapshot),
    isSuspect: status?.suspect === true,
    isPinned: pin !== undefined && pin !== 'false',
    usedBy: users.get(metadata.name),
  };
}

function removalsOf(decisions: readonly RetentionDecision[], byUid: ReadonlyMap<string, Snapshot>): readonly Removal[] {
  return decisions
    .filter((one) => one.verdict === 'remove')
    .sort((left, right) => left.item.at - right.item.at || (left.item.name < right.item.name ? -1 : 1))
    .flatMap(({ item, rule, reason }) => {
      const snapshot = byUid.get(item.name);
      return snapshot === undefined ? [] : [removalOf(snapshot, rule, `${reason}.`)];
    });
}

/** A user's own deletion of one Snapshot, whose spec said WipeOut before: it goes first, without notice, but under no restore. */
function wipeRemovals(observed: Observed): readonly Removal[] {
  const users = snapshotUsers(observed);
  return observed.snapshots
    .filter((one) => isWipeRequested(one) && !isForgotten(observed, one) && !users.has(one.metadata.name))
    .map((one) => removalOf(one, 'wipeOut', 'it was deleted with deletionPolicy WipeOut.'));
}

function removalOf({ metadata, spec }: Snapshot, rule: string, reason: string): Removal {
  return { snapshot: metadata.name, uid: metadata.uid, session: textOf(spec?.session) ?? '', rule, reason };
}

/** The notice begins anew when another rule is the reason. */
function dated(
  removal: Removal,
  before: { readonly plannedAt: string; readonly rule: string } | undefined,
  now: Instant,
): Removal & Required<Pick<PlannedRemoval, 'plannedAt' | 'removeAt'>> {
  const plannedAt = before?.rule === removal.rule ? before.plannedAt : timestampOf(now);
  const notice = removal.rule === 'wipeOut' ? 0 : NOTICE_MS;
  return { ...removal, plannedAt, removeAt: timestampOf((instantOf(plannedAt) ?? now) + notice) };
}

function countsOf(decisions: readonly RetentionDecision[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verdict, rule } of decisions) if (verdict === 'keep') counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}
