/** The Jobs of a restore: one per component and attempt, one locate, and those that ask why a mover says nothing. */
import { isBelow } from '../../domain/patterns.ts';
import { blocked, type Outcome } from '../../domain/result.ts';
import type { RestorePoint, RestoreTask } from '../../domain/task.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { componentJob, type ComponentJob, type ComponentJobInput } from '../../jobs/component-job.ts';
import { componentPartsOf } from '../../jobs/component-parts.ts';
import type { ObserverPlace } from '../../jobs/observer-jobs.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import { labelValue, uniqueName } from '../../kube/names.ts';
import type { LocatedComponent } from '../../domain/report.ts';
import { accountName } from './account.ts';
import type { Observed } from './observe.ts';
import { misfitOf } from './plan.ts';
import type { Preparation } from './preparation.ts';
import type { RunRecord } from '../../jobs/mover-run.ts';

/** A component as its Job needs it. */
export interface RestoreOrder {
  readonly name: string;
  readonly path: string;
  readonly points: readonly RestorePoint[];
  readonly run: RunRecord;
  readonly located?: LocatedComponent | undefined;
}

/** The Job of one attempt: a function of uid, component and attempt, so that no attempt has two (faults.md S18). */
export function restoreJobName(session: RestoreSession, component: string, run: number): string {
  const { name, uid } = session.metadata;
  return uniqueName([name, component], `${uid}/restore/${component}/${run}`);
}

/** The Job that looks for the target's components and nodes. */
export function locateJobName(session: RestoreSession, run: number): string {
  const { name, uid } = session.metadata;
  return uniqueName([name, 'locate'], `${uid}/locate/${run}`);
}

/** Job and TaskReport of a component's attempt; refused where the target has no place for it, or does not mount its paths. */
export function restoreJob(order: RestoreOrder, observed: Observed, preparation: Preparation): Outcome<ComponentJob> {
  const misfit = misfitOf(order.name, preparation.workload);
  if (misfit !== undefined) return blocked('ComponentHasNoPlace', misfit);
  const input = jobInput(order, observed, preparation);
  const parts = componentPartsOf(input);
  if (!parts.ok) return parts;
  const { mountPaths } = parts.value;
  const lost = order.points.find((point) => !mountPaths.some((mount) => isBelow(point.hostPath, mount)));
  if (lost !== undefined) {
    const { kind, name } = preparation.workload;
    return blocked(
      'PathNotMounted',
      `${lost.hostPath} of component ${order.name} lies on no volume that ${kind} ${name} mounts (${mountPaths.join(', ') || 'none'}); ` +
        'restore into a target that mounts a volume there',
    );
  }
  return componentJob(input);
}

/** Where this restore's locate and diagnose Jobs run. */
export function observerPlaceOf({ session, namespace, related, namespaceObject }: Observed): ObserverPlace {
  return { namespace, labels: labelsOf(session), related, serviceAccountName: accountName(session), namespaceObject };
}

/** Labels of everything that a restore makes. */
export function labelsOf(session: RestoreSession): Readonly<Record<string, string>> {
  const { name, namespace = '' } = session.metadata;
  return {
    [LABEL.component]: COMPONENT.restore,
    [LABEL.invokerKind]: 'RestoreSession',
    [LABEL.invokerName]: labelValue(name),
    [LABEL.invokerNamespace]: namespace,
  };
}

function jobInput(order: RestoreOrder, observed: Observed, preparation: Preparation): ComponentJobInput {
  const { session, namespace } = observed;
  const { plan, resolved, workload, storage, repository } = preparation;
  const task: Omit<RestoreTask, 'version' | 'report' | 'storage' | 'repository' | 'mountPaths'> = {
    task: 'restore',
    resticPath: order.path,
    component: order.name,
    points: order.points,
  };
  return {
    name: restoreJobName(session, order.name, order.run.run),
    namespace,
    labels: labelsOf(session),
    run: order.run.run,
    order: task,
    resolved,
    addon: plan.addon,
    workload,
    variables: {
      restoreSession: session.metadata.name,
      snapshot: plan.snapshot,
      invokerKind: 'RestoreSession',
      invokerName: session.metadata.name,
    },
    storage,
    repository,
    located: order.located,
    namespaceObject: observed.namespaceObject,
    serviceAccountName: accountName(session),
  };
}
