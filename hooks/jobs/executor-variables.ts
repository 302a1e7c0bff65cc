/** What KubeStash's executors are told about themselves, as variables and as environment (kubestash-api.md §2.2, §3.1). */
import { ordinalOf } from '../domain/component.ts';
import type { Variables } from '../domain/variables.ts';
import type { Workload } from '../kube/workload.ts';
import type { EnvVar } from './mover-job.ts';

interface Executor {
  readonly namespace: string;
  readonly order: { readonly component: string };
  readonly resolved: { readonly task: { readonly name: string } };
  readonly workload?: Workload | undefined;
  readonly variables: Variables;
}

/** System variables of one executor; nothing that a user sets can replace them. */
export function systemVariables(executor: Executor): Variables {
  return {
    ...executor.variables,
    namespace: executor.namespace,
    taskName: executor.resolved.task.name,
    ...placeVariables(executor),
  };
}

/** The same facts for Functions that read their environment. */
export function executorEnv(executor: Executor): readonly EnvVar[] {
  const values = { COMPONENT_NAME: executor.order.component, ...placeVariables(executor) };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function placeVariables({ workload, order }: Executor): Variables {
  if (workload?.kind === 'PersistentVolumeClaim') return { PVC_NAME: workload.name };
  const ordinal = workload?.kind === 'StatefulSet' ? ordinalOf(order.component) : undefined;
  return ordinal === undefined ? {} : { POD_ORDINAL: String(ordinal) };
}
