/** Jobs that look instead of moving data: `locate` finds a target's Pods and claims, `diagnose` asks why a mover says nothing. */
import { type Outcome } from '../domain/result.ts';
import { uniqueName } from '../kube/names.ts';
import type { ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { KIND, objectNamed } from '../kube/references.ts';
import type { Workload } from '../kube/workload.ts';
import { locateOrderOf } from './components.ts';
import { MAX_FURTHER_RUNS, type DiagnosisStage, type RunFacts } from './mover-run.ts';
import { systemTaskJob } from './system-task-job.ts';

/** Where the Jobs of one parent live and run. */
export interface ObserverPlace {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly related: ObjectMap;
  readonly serviceAccountName: string;
  readonly namespaceObject: KubeObject | undefined;
}

/** The Job that looks into why `jobName` does not run (`waiting`), or how it ended (`ended`). */
export function diagnoseName(jobName: string, stage: DiagnosisStage): string {
  return uniqueName(['diagnose', jobName], stage);
}

/** Every name that belongs to the attempt with this Job. */
export function namesOfRun(jobName: string): readonly string[] {
  return [jobName, diagnoseName(jobName, 'waiting'), diagnoseName(jobName, 'ended')];
}

/**
 * The names of this attempt, and the Jobs of every one that may follow it. A restarted host's cache of the parent may be older than
 * its cache of Jobs: a later attempt's Job beside an earlier status is not superseded, it is not known yet (faults.md F10).
 */
export function namesFromRun(nameOf: (run: number) => string, run: number): readonly string[] {
  const further = Array.from({ length: Math.max(0, MAX_FURTHER_RUNS - run) }, (_, index) => run + 1 + index);
  return [...namesOfRun(nameOf(run)), ...further.map(nameOf)];
}

/** What is seen of the Job and report of this name, and of the Jobs that ask why it does not run. */
export function runFactsOf(children: ObjectMap, namespace: string, jobName: string): RunFacts {
  const report = (name: string): KubeObject | undefined => objectNamed(children, KIND.taskReport, name, namespace);
  return {
    job: objectNamed(children, KIND.job, jobName, namespace),
    report: report(jobName),
    diagnosis: (stage) => report(diagnoseName(jobName, stage)),
  };
}

/** The Job and TaskReport that ask about `jobName`. */
export function diagnoseJob(
  place: ObserverPlace,
  jobName: string,
  stage: DiagnosisStage,
): Outcome<readonly DesiredObject[]> {
  const order = { task: 'diagnose', namespace: place.namespace, jobName } as const;
  return systemTaskJob({ ...place, name: diagnoseName(jobName, stage), order, run: 0 });
}

/** The Job and TaskReport that look for a target's Pods and claims. */
export function locateJob(
  place: ObserverPlace,
  name: string,
  workload: Workload,
  run: number,
): Outcome<readonly DesiredObject[]> {
  return systemTaskJob({ ...place, name, order: locateOrderOf(workload), run });
}
