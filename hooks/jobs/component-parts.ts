/** What is decided before the Job of one component is put together: settings, volumes, parameters. */
import type { LocatedComponent } from '../domain/report.ts';
import { blocked, ok, type Outcome } from '../domain/result.ts';
import type { BackupTask, RestoreTask } from '../domain/task.ts';
import type { Variables } from '../domain/variables.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { Workload } from '../kube/workload.ts';
import { addonVolumesOf, type AddonVolumes } from './addon-volumes.ts';
import type { ResolvedTask } from './catalog.ts';
import type { RepositoryMount } from './encryption-access.ts';
import { systemVariables } from './executor-variables.ts';
import { pathOutside } from './mount-checks.ts';
import { parametersOf, type Parameters } from './parameters.ts';
import { settingsOfAddon, type MergedSettings } from './runtime-settings.ts';
import type { AddonInfo } from './shapes.ts';
import type { StorageMount } from './storage-access.ts';
import { NO_TARGET_VOLUMES, targetVolumesOf, type TargetVolumes } from './target-volumes.ts';

type Added = 'version' | 'report' | 'storage' | 'repository' | 'mountPaths';

/** What shall be done: the task document without what the Job's builder adds to it. */
export type ComponentOrder = Omit<BackupTask, Added> | Omit<RestoreTask, Added>;

export interface ComponentJobInput {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Attempt number of this component, from 0. */
  readonly run: number;
  readonly order: ComponentOrder;
  readonly resolved: ResolvedTask;
  readonly addon: AddonInfo;
  /** The target; absent for tasks without one. */
  readonly workload?: Workload | undefined;
  /** `backupSession` or `restoreSession`, `snapshot`, `invokerKind`, `invokerName`; the rest is added here. */
  readonly variables: Variables;
  readonly storage: StorageMount;
  readonly repository: RepositoryMount;
  /** What a locate Job found for this component. */
  readonly located?: LocatedComponent | undefined;
  /** The Job's Namespace, for its Pod Security level. */
  readonly namespaceObject?: KubeObject | undefined;
  /** Account of the mover where the user names none. */
  readonly serviceAccountName: string;
}

export interface ComponentParts {
  readonly settings: MergedSettings;
  readonly target: TargetVolumes;
  readonly parameters: Parameters;
  readonly addon: AddonVolumes;
  /** Every path below which the target's data is mounted. */
  readonly mountPaths: readonly string[];
}

/** The parts of a component's Job; refuses what could not run, so it serves as a check before any Job is wanted too. */
export function componentPartsOf(input: ComponentJobInput): Outcome<ComponentParts> {
  const { resolved, workload, order } = input;
  const settings = settingsOfAddon({
    function: resolved.function.runtimeSettings,
    addon: input.addon.containerRuntimeSettings,
    jobTemplate: input.addon.jobTemplate,
  });
  if (!settings.ok) return settings;
  const target = volumesOf(input);
  if (!target.ok) return target;
  const parameters = parametersOf(resolved, systemVariables(input), target.value.defaultPaths);
  if (!parameters.ok) return parameters;
  const { variables } = parameters.value;
  const addon = addonVolumesOf(resolved.task, resolved.reference, variables, order.task === 'backup');
  if (!addon.ok)
    return blocked('VariableMissing', `Addon ${resolved.addon}, task ${resolved.task.name}: ${addon.error}`);
  const mountPaths = [...target.value.mountPaths, ...addon.value.dataPaths];
  if (workload !== undefined && mountPaths.length === 0) return noVolumes(workload, resolved);
  const outside = order.task === 'backup' ? pathOutside(variables['paths'], mountPaths) : undefined;
  if (outside !== undefined) return blocked('PathNotMounted', `task ${resolved.task.name}: ${outside}`);
  return ok({
    settings: settings.value,
    target: target.value,
    parameters: parameters.value,
    addon: addon.value,
    mountPaths,
  });
}

function volumesOf({ workload, order, resolved }: ComponentJobInput): Outcome<TargetVolumes> {
  if (workload === undefined) return ok(NO_TARGET_VOLUMES);
  const access = order.task === 'backup' ? 'read' : 'write';
  return targetVolumesOf({ workload, component: order.component, chosen: resolved.reference.targetVolumes, access });
}

function noVolumes(workload: Workload, resolved: ResolvedTask): Outcome<never> {
  return blocked(
    'NoVolumes',
    `task ${resolved.task.name} of Addon ${resolved.addon} mounts nothing of ${workload.kind} ${workload.name}; ` +
      'use pvc-addon for a PersistentVolumeClaim and workload-addon for a workload',
  );
}
