/** Whether what a configuration needs from elsewhere is there: target, backends, Addons, HookTemplates, Repositories. */
import type { Problem } from '../../domain/result.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { ResourceFoundStatus } from '../../generated/types/shared.ts';
import { backendStates, type BackendState } from './backends.ts';
import { dependenciesOf, dependencyProblem, targetProblem, taskProblem } from './dependencies.ts';
import type { Effective } from './effective.ts';
import type { Observed } from './observe.ts';
import { repositoryStates, repositoryWarnings, type RepositoryState } from './repository-state.ts';
import { sessionWarnings } from './session-warnings.ts';

export interface Needs {
  /** True also where nothing is targeted: there is nothing to find then. */
  readonly targetFound: boolean;
  readonly backends: readonly BackendState[];
  readonly dependencies: readonly ResourceFoundStatus[];
  readonly repositories: readonly RepositoryState[];
  readonly warnings: readonly string[];
  /** The first thing that is missing, Repositories aside: without it no CronJob is made. */
  readonly problem: Problem | undefined;
}

/** What is there of all that this configuration needs. */
export function needsOf(configuration: BackupConfiguration, effective: Effective, observed: Observed): Needs {
  const target = targetProblem(effective, observed);
  const backends = backendStates(effective, observed);
  const dependencies = dependenciesOf(effective, observed);
  const context = { configuration, effective, observed, backends, obstacle: target };
  return {
    targetFound: target === undefined,
    backends,
    dependencies,
    repositories: repositoryStates(context),
    warnings: [...repositoryWarnings(context), ...sessionWarnings(configuration, effective, observed)],
    problem:
      target ??
      backends.find((one) => one.problem)?.problem ??
      dependencyProblem(dependencies) ??
      taskProblem(effective, observed),
  };
}
