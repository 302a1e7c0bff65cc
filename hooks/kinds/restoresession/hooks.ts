/** The hooks before and after a restore: which there are, what their templates are filled with, and how far they are. */
import { formatSeconds } from '../../domain/duration.ts';
import type { Problem } from '../../domain/result.ts';
import type { HookTemplate } from '../../generated/types/hooktemplate.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { hasExecRole, hookIdentity } from '../../jobs/hook-account.ts';
import {
  hasHooks,
  hookEntriesFrom,
  listedEntries,
  nameOf,
  pinnedHooks,
  wantedAfter,
  type PinnedHooks,
} from '../../jobs/hook-record.ts';
import { hookTemplateOf, stageOf, type HookFailure, type Stage, type StageInput } from '../../jobs/hook-stage.ts';
import { referenceIn } from '../../jobs/hook-template.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf } from '../../kube/json-values.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { hookAccountName, hookExecRoleName, uniqueName } from '../../kube/names.ts';
import type { DesiredObject } from '../../kube/objects.ts';
import { KIND, objectsOf } from '../../kube/references.ts';
import type { Observed } from './observe.ts';
import type { PinnedPlan } from './record.ts';
import { labelsOf } from './restore-job.ts';

/** The hooks of a RestoreSession: as pinned, or before that as its spec has them. */
export function hooksOf(session: RestoreSession, plan: PinnedPlan | undefined): PinnedHooks {
  if (plan !== undefined) return pinnedHooks(mapOf(plan.hooks)['pre'], mapOf(plan.hooks)['post']);
  return pinnedHooks(session.spec?.hooks?.preRestore, session.spec?.hooks?.postRestore);
}

/** The first hook whose HookTemplate is missing, not for this namespace, or cannot do what it says; it may still come. */
export function hookProblem(observed: Observed): Problem | undefined {
  const { pre, post } = hooksOf(observed.session, undefined);
  for (const use of [...pre, ...post]) {
    const template = hookTemplateOf(use, observed);
    if (template.ok) continue;
    return { reason: 'WaitingForHookTemplate', message: `hook ${nameOf(use)}: ${template.error.message}`, waits: true };
  }
  return undefined;
}

/** ServiceAccount, Roles and bindings of the hooks, where there are hooks. */
export function hookAccount(
  { session, namespace, related, children }: Pick<Observed, 'session' | 'namespace' | 'related' | 'children'>,
  plan: PinnedPlan,
): readonly DesiredObject[] {
  const { pre, post } = hooksOf(session, plan);
  const uses = [...pre, ...post];
  if (uses.length === 0) return [];
  const execRole = hookExecRoleName(session.metadata);
  return hookIdentity({
    account: { namespace, name: hookAccountName(session.metadata) },
    execRole,
    uses: uses.map(mapOf),
    templates: objectsOf<HookTemplate>(related, KIND.hookTemplate),
    labels: { [LABEL.component]: COMPONENT.hook },
    keepExec: hasExecRole(objectsOf(children, KIND.role), execRole),
  });
}

/** The hooks before the restore; undefined where there are none. */
export function stageBefore(
  observed: Observed,
  plan: PinnedPlan,
  ending: HookFailure | undefined,
  now: Instant,
): Stage | undefined {
  const { pre } = hooksOf(observed.session, plan);
  if (pre.length === 0) return undefined;
  const recorded = hookEntriesFrom(observed.session.status?.hooks?.preHooks);
  const entries = recorded.length === 0 ? listedEntries(pre) : recorded;
  const summary = (): ReturnType<StageInput['summary']> => summaryOf(observed, plan, '', '');
  return stageOf({ ...inputOf(observed, 'pre', now), uses: pre, entries, ending, summary });
}

/** The hooks after the restore, chosen by their executionPolicy when it has ended; `failure` is how. */
export function stageAfter(
  observed: Observed,
  plan: PinnedPlan,
  failure: HookFailure | undefined,
  now: Instant,
): Stage | undefined {
  const { session } = observed;
  const { post } = hooksOf(session, plan);
  if (post.length === 0) return undefined;
  const recorded = hookEntriesFrom(session.status?.hooks?.postHooks);
  const entries = recorded.length === 0 ? listedEntries(post, wantedAfter(failure)) : recorded;
  const startedAt = instantOf(session.status?.startedAt) ?? now;
  const summary = (beganAt: string): ReturnType<StageInput['summary']> =>
    summaryOf(observed, plan, failure?.message ?? '', formatSeconds((instantOf(beganAt) ?? now) - startedAt));
  return stageOf({ ...inputOf(observed, 'post', now), uses: post, entries, ending: undefined, summary });
}

/** For the plan: nothing where there are none. */
export function pinnedIn(session: RestoreSession): Pick<PinnedPlan, 'hooks'> {
  const hooks = hooksOf(session, undefined);
  return hasHooks(hooks) ? { hooks } : {};
}

function inputOf(
  observed: Observed,
  stage: StageInput['stage'],
  now: Instant,
): Omit<StageInput, 'uses' | 'entries' | 'ending' | 'summary'> {
  const { session, namespace, namespaceObject, related, children } = observed;
  const { name, uid } = session.metadata;
  return {
    stage,
    namespace,
    namespaceObject,
    related,
    children,
    labels: { ...labelsOf(session), [LABEL.component]: COMPONENT.hook },
    serviceAccountName: hookAccountName(session.metadata),
    jobName: (hook, run) => uniqueName([name, stage, 'hook'], `${uid}/${stage}/${hook}/${run}`),
    now,
  };
}

function summaryOf(
  { session, namespace }: Observed,
  { target }: PinnedPlan,
  error: string,
  duration: string,
): ReturnType<StageInput['summary']> {
  const own = { apiGroup: 'core.kubestash.com', kind: 'RestoreSession', name: session.metadata.name, namespace };
  return {
    Name: session.metadata.name,
    Namespace: namespace,
    Invoker: referenceIn(own),
    Target: referenceIn({ ...target, namespace }),
    Status: { Phase: error === '' ? 'Succeeded' : 'Failed', Duration: duration, Error: error },
  };
}
