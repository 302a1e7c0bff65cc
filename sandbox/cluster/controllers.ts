/** Kubernetes' own controllers, in one list for every cluster of the sandbox. */
import type { SandboxApiServer } from '../api-server/server.ts';
import type { Clock } from '../clock.ts';
import { startClaimBinder } from '../controllers/claim.ts';
import { startDefinitionController } from '../controllers/crd.ts';
import { startCronJobController } from '../controllers/cronjob.ts';
import { startGarbageCollector } from '../controllers/garbage-collector.ts';
import { startJobController } from '../controllers/job.ts';
import { startNamespaceController } from '../controllers/namespace.ts';
import { startWorkloadControllers } from '../controllers/workload.ts';
import { startScheduler } from '../node/scheduler.ts';

/** The name of a controller, for those who stop one alone. */
export type ControllerName = keyof typeof CONTROLLERS;

const CONTROLLERS = {
  definitions: startDefinitionController,
  'garbage-collector': startGarbageCollector,
  namespaces: startNamespaceController,
  claims: startClaimBinder,
  workloads: startWorkloadControllers,
  jobs: startJobController,
  cronjobs: startCronJobController,
} as const satisfies Record<string, (api: SandboxApiServer, clock: Clock) => () => void>;

export interface Controllers {
  /** Ends one controller; what it held in memory is lost. */
  stopOne(name: ControllerName): void;
  /** Starts it again. */
  startOne(name: ControllerName): void;
  stop(): void;
}

/** Starts all of them, and the scheduler of these nodes. */
export function startControllers(api: SandboxApiServer, clock: Clock, nodes: readonly string[]): Controllers {
  const running = new Map<ControllerName, () => void>();
  const startOne = (name: ControllerName): void => {
    if (!running.has(name)) running.set(name, CONTROLLERS[name](api, clock));
  };
  const stopOne = (name: ControllerName): void => {
    running.get(name)?.();
    running.delete(name);
  };
  const names = Object.keys(CONTROLLERS) as ControllerName[];
  for (const name of names) startOne(name);
  const stopScheduler = startScheduler(api, clock, nodes);
  return {
    startOne,
    stopOne,
    stop: () => {
      for (const name of names) stopOne(name);
      stopScheduler();
    },
  };
}
