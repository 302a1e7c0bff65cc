/** What a configuration needs besides its backends: its target, Addons and HookTemplates. */
import type { Problem } from '../../domain/result.ts';
import type { ResourceFoundStatus } from '../../generated/types/shared.ts';
import { resolveTasks } from '../../jobs/catalog.ts';
import { targetKindOf } from '../../kube/workload.ts';
import type { Effective } from './effective.ts';
import type { Observed } from './observe.ts';
import { hookTemplatesOf, isAdmitted, referenced } from './permission-checks.ts';

/** Why the target cannot be used now; a configuration without a target has nothing to find. */
export function targetProblem({ target }: Effective, observed: Observed): Problem | undefined {
  if (target === undefined) return undefined;
  const kind = targetKindOf(target);
  if (!kind.ok) return { ...kind.error, message: `/spec/target: ${kind.error.message}` };
  if (observed.target !== undefined) return undefined;
  const message = `${kind.value.kind} ${observed.namespace.name}/${target.name} does not exist`;
  return { reason: `WaitingFor${kind.value.kind}`, message, waits: true };
}

/** Addons and HookTemplates that sessions name, each once, in the order of the spec. */
export function dependenciesOf(effective: Effective, observed: Observed): readonly ResourceFoundStatus[] {
  const addons = [...new Set(effective.sessions.map((one) => one.addon.name))].map((name) => ({
    apiGroup: 'addons.kubestash.com',
    kind: 'Addon',
    name,
    found: observed.addons.some((one) => one.metadata.name === name),
  }));
  const templates = effective.sessions
    .flatMap((session) => hookTemplatesOf(session, observed))
    .map(({ reference }) => {
      const template = referenced(observed.hookTemplates, reference);
      const found = template !== undefined && isAdmitted(template, observed);
      return { apiGroup: 'core.kubestash.com', kind: 'HookTemplate', ...reference, found };
    });
  const distinct = new Map(templates.map((one) => [`${one.namespace}/${one.name}`, one]));
  return [...addons, ...distinct.values()];
}

/** The first dependency that is missing. */
export function dependencyProblem(dependencies: readonly ResourceFoundStatus[]): Problem | undefined {
  const missing = dependencies.find((one) => one.found !== true);
  if (missing === undefined) return undefined;
  const name = missing.namespace === undefined ? missing.name : `${missing.namespace}/${missing.name}`;
  const message = `${missing.kind} ${name} does not exist${missing.namespace === undefined ? '' : ', or it does not admit this namespace'}`;
  return { reason: `WaitingFor${missing.kind}`, message, waits: true };
}

/** The first task that its Addon does not list, or that needs what is not ours. An absent Function is left to the Snapshots: it may come. */
export function taskProblem({ sessions }: Effective, observed: Observed): Problem | undefined {
  for (const [index, { addon }] of sessions.entries()) {
    const tasks = resolveTasks(addon, 'backup', observed.related);
    if (!tasks.ok && !tasks.error.waits) {
      return { ...tasks.error, message: `/spec/sessions/${index}/addon: ${tasks.error.message}` };
    }
  }
  return undefined;
}
