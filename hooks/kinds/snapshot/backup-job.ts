/** The Jobs of a Snapshot: one backup per component and attempt, one locate, and those that ask why a mover says nothing. */
import { resticPathOf } from '../../domain/backend-path.ts';
import type { Outcome } from '../../domain/result.ts';
import type { BackupTask } from '../../domain/task.ts';
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { componentJob, type ComponentJob } from '../../jobs/component-job.ts';
import { repositoryMover } from '../../jobs/mover-accounts.ts';
import type { ObserverPlace } from '../../jobs/observer-jobs.ts';
import { COMPONENT, LABEL } from '../../kube/labels.ts';
import { labelValue, uniqueName } from '../../kube/names.ts';
import { invokerNameOf, type Observed } from './observe.ts';
import type { Preparation } from './preparation.ts';
import { placeOf, type RecordedComponent } from './record.ts';
import { judgementOf } from './suspicion.ts';

/** restic tags by which a later attempt finds what an earlier one stored. */
const TAG = { snapshot: 'metastash.dev/snapshot', component: 'metastash.dev/component' } as const;

/** The Job of one attempt: a function of uid, component and attempt, so that no attempt has two (faults.md S18). */
export function backupJobName(snapshot: Snapshot, component: string, run: number): string {
  const { name, uid } = snapshot.metadata;
  return uniqueName([name, component], `${uid}/backup/${component}/${run}`);
}

/** The Job that looks for the target's components and nodes. */
export function locateJobName(snapshot: Snapshot, run: number): string {
  const { name, uid } = snapshot.metadata;
  return uniqueName([name, 'locate'], `${uid}/locate/${run}`);
}

/** Job and TaskReport of a listed component's current attempt. */
export function backupJob(
  component: RecordedComponent,
  observed: Observed,
  preparation: Preparation,
  total: number,
): Outcome<ComponentJob> {
  const { snapshot, namespace } = observed;
  const { addon, resolved, workload, storage, repository, clusterUid } = preparation;
  const order: Omit<BackupTask, 'version' | 'report' | 'storage' | 'repository' | 'mountPaths'> = {
    task: 'backup',
    resticPath: componentPath(snapshot, component.name),
    component: component.name,
    session: snapshot.spec?.session ?? '',
    backupSession: snapshot.spec?.backupSession ?? '',
    snapshot: { namespace, name: snapshot.metadata.name, uid: snapshot.metadata.uid },
    host: hostOf(observed),
    tags: [`${TAG.snapshot}=${snapshot.metadata.uid}`, `${TAG.component}=${component.name}`],
    run: component.run.run,
    ...(clusterUid === undefined ? {} : { clusterUid }),
    ...(total === 1
      ? { manifest: manifestOf(snapshot), judgement: judgementOf(observed, componentPath(snapshot, component.name)) }
      : {}),
  };
  return componentJob({
    addon,
    resolved,
    workload,
    storage,
    repository,
    name: backupJobName(snapshot, component.name, component.run.run),
    namespace,
    labels: labelsOf(snapshot),
    run: component.run.run,
    order,
    variables: {
      backupSession: order.backupSession,
      snapshot: snapshot.metadata.name,
      invokerKind: 'BackupConfiguration',
      invokerName: invokerNameOf(snapshot, observed.session) ?? '',
    },
    located: placeOf(component),
    namespaceObject: observed.namespaceObject,
    serviceAccountName: accountOf(snapshot),
  });
}

/** Where this Snapshot's locate and diagnose Jobs run. */
export function observerPlaceOf({ snapshot, namespace, related, namespaceObject }: Observed): ObserverPlace {
  return { namespace, labels: labelsOf(snapshot), related, serviceAccountName: accountOf(snapshot), namespaceObject };
}

/** The restic repository of a component below the Repository's directory. */
export function componentPath(snapshot: Snapshot, component: string): string {
  return resticPathOf(snapshot.spec?.session ?? '', component);
}

/** The account that the Repository's hook makes for its movers; a user's own account wins in the Job's settings. */
function accountOf(snapshot: Snapshot): string {
  return repositoryMover(snapshot.spec?.repository ?? '');
}

/** The same for every Pod and every attempt of a target, so that restic finds the snapshot before. */
function hostOf({ snapshot, namespace }: Observed): string {
  const { kind = '', name = '' } = snapshot.spec?.appRef ?? { name: '' };
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}

function labelsOf(snapshot: Snapshot): Readonly<Record<string, string>> {
  const { name, namespace = '' } = snapshot.metadata;
  return {
    [LABEL.component]: COMPONENT.backup,
    [LABEL.invokerKind]: 'Snapshot',
    [LABEL.invokerName]: labelValue(name),
    [LABEL.invokerNamespace]: namespace,
    [LABEL.repositoryName]: labelValue(snapshot.spec?.repository ?? ''),
    [LABEL.sessionName]: labelValue(snapshot.spec?.session ?? ''),
    [LABEL.backupSession]: labelValue(snapshot.spec?.backupSession ?? ''),
  };
}

/** What is stored beside the data: enough to make the object again, without what belongs to this cluster. */
function manifestOf(snapshot: Snapshot): object {
  const { name, namespace } = snapshot.metadata;
  const labels = Object.fromEntries(
    Object.entries(snapshot.metadata.labels ?? {})
      .filter(([key]) => key.startsWith('kubestash.com/'))
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return {
    apiVersion: snapshot.apiVersion,
    kind: snapshot.kind,
    metadata: { name, namespace, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
    spec: sorted(snapshot.spec ?? {}),
  };
}

/** Maps with their keys in order: the manifest becomes part of a text, which must not depend on the order of the request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]));
}
