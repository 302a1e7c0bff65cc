/** A RestoreSession that has not started: what is wrong with it, what it waits for, or the plan that it starts with. */
import { all, type Problem } from '../../domain/result.ts';
import { firstRun } from '../../jobs/mover-run.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import type { RecordedLocate } from '../../jobs/locating.ts';
import { resolvedReference } from '../../kube/references.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { firstProblem } from './checks.ts';
import { plannedEntry, type Followed } from './following.ts';
import { hookProblem, pinnedIn } from './hooks.ts';
import { repositoryNamed, type Observed } from './observe.ts';
import { plannedComponents, type PlannedComponent } from './plan.ts';
import { preparationOf, runningBackup, type Preparation } from './preparation.ts';
import { restoreJob } from './restore-job.ts';
import { effectivePlan, type PinnedPlan } from './record.ts';
import { sourceOf } from './source.ts';

/** Exactly one of `invalid`, `waitsFor` and `components` is there. */
export interface Beginning {
  readonly invalid?: Problem;
  readonly waitsFor?: Problem;
  readonly warnings?: readonly string[];
  readonly plan?: PinnedPlan;
  readonly components?: readonly Followed[];
  readonly total?: number;
  readonly locate?: RecordedLocate;
}

/** Problems of one component that leave the others alone. */
const OF_COMPONENT = ['ComponentHasNoPlace', 'PathNotMounted'];

/** How a restore begins now. Nothing is made yet: the plan has to stand in the observed status first. */
export function beginningOf(observed: Observed, now: Instant): Beginning {
  const { session } = observed;
  const wrong = firstProblem(session);
  if (wrong !== undefined) return { invalid: wrong };
  const source = sourceOf(session.spec.dataSource, observed);
  if (!source.ok) return stopped(source.error);
  const { snapshot, warnings } = source.value;
  const components = plannedComponents(snapshot, session.spec.dataSource);
  if (!components.ok) return stopped(components.error);
  const plan = planFor(snapshot, observed);
  const preparation = preparationOf(plan, observed);
  if (!preparation.ok) return stopped(preparation.error);
  const hooks = hookProblem(observed);
  if (hooks !== undefined) return { waitsFor: hooks };
  const busy = runningBackup(plan, observed, now);
  if (busy !== undefined) return { waitsFor: busy };
  const started = all(components.value.map((one) => startedFrom(one, observed, preparation.value, now)));
  if (!started.ok) return stopped(started.error);
  return {
    plan: { ...plan, ...pinnedIn(session) },
    warnings,
    components: started.value,
    total: started.value.length,
    ...(preparation.value.needsLocate ? { locate: { run: firstRun(now), done: false } } : {}),
  };
}

/** A Repository of another namespace brings its encryption Secret by name, so that `grants` need not see that namespace. */
function planFor({ spec, metadata }: Snapshot, observed: Observed): PinnedPlan {
  const { session, namespace, sourceNamespace } = observed;
  const plan = effectivePlan(session, spec?.repository ?? '', metadata.name);
  if (sourceNamespace === namespace || plan.encryptionSecret !== undefined) return plan;
  const secret = repositoryNamed(observed, plan.repository)?.spec?.encryptionSecret;
  return secret?.name ? { ...plan, encryptionSecret: resolvedReference(secret, sourceNamespace) } : plan;
}

/** The listed component. Its Job is put together once here, so that what cannot run is known before any Job runs. */
function startedFrom(
  component: PlannedComponent,
  observed: Observed,
  preparation: Preparation,
  now: Instant,
): { readonly ok: true; readonly value: Followed } | { readonly ok: false; readonly error: Problem } {
  const run = firstRun(now);
  const job = restoreJob({ ...component, run }, observed, preparation);
  const failure = job.ok ? undefined : job.error;
  if (failure !== undefined && !OF_COMPONENT.includes(failure.reason)) return { ok: false, error: failure };
  const entry = plannedEntry(observed.session, component, run, failure);
  const phase = failure === undefined ? 'Pending' : 'Failed';
  return {
    ok: true,
    value: { name: component.name, phase, entry, live: [], isStarted: false, isCut: failure !== undefined },
  };
}

function stopped(problem: Problem): Beginning {
  return problem.waits ? { waitsFor: problem } : { invalid: problem };
}
