/** diagnose: why the Pod of another Job did not report, from its conditions, container states and events. */
import type { DiagnoseTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import type { JsonObject } from '../decode.ts';
import { EVENTS, PODS } from '../kube/kube.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../kube/pods.ts';

const JOB_LABEL = 'batch.kubernetes.io/job-name';

export interface Diagnosis {
  readonly reason: string;
  readonly message: string;
  readonly pod?: string;
}

/** Reads and reports; that nothing is known is a diagnosis too. */
export async function diagnose(task: DiagnoseTask, context: MoverContext): Promise<TaskOutcome> {
  const kube = await context.kube();
  const pods = await kube.list(PODS, task.namespace, { [JOB_LABEL]: task.jobName });
  const names = new Set([task.jobName, ...pods.map(nameOf)]);
  const events = (await kube.list(EVENTS, task.namespace)).filter((event) =>
    names.has(textOf(objectOf(event['involvedObject'])['name']) ?? ''),
  );
  return { result: { diagnosis: diagnosisOf(task.jobName, pods, events) } };
}

/** The first of these that holds, from the most certain to the least: a container's end, its wait, the Pod, its events, the Job's. */
export function diagnosisOf(jobName: string, pods: readonly JsonObject[], events: readonly JsonObject[]): Diagnosis {
  const pod = [...pods].sort((left, right) => (createdAt(left) < createdAt(right) ? 1 : -1))[0];
  if (!pod) {
    return (
      eventDiagnosis(events) ?? {
        reason: 'PodMissing',
        message: `Job ${jobName} has no Pod: it was deleted, or never made`,
      }
    );
  }
  const name = nameOf(pod);
  const warned = hasStarted(pod) ? undefined : eventDiagnosis(events);
  const found = ended(pod) ?? waiting(pod) ?? podCondition(pod) ?? warned ?? inPhase(pod);
  return { ...found, pod: name };
}

function ended(pod: JsonObject): Diagnosis | undefined {
  const states = containerStates(pod).map((state) => objectOf(state['terminated']));
  const failed = states.find((state) => typeof state['exitCode'] === 'number' && state['exitCode'] !== 0);
  const podReason = textOf(objectOf(pod['status'])['reason']);
  if (failed) {
    const reason = textOf(failed['reason']) ?? 'Error';
    const words = textOf(failed['message']);
    const code = String(failed['exitCode']);
    return {
      reason: reason === 'Error' && podReason ? podReason : reason,
      message: `The container ended with exit code ${code}${words ? `: ${shortened(words)}` : ''}`,
    };
  }
  if (podReason)
    return { reason: podReason, message: shortened(textOf(objectOf(pod['status'])['message']) ?? podReason) };
  return undefined;
}

/** Waiting reasons that are on the way and no trouble. */
const ON_THE_WAY = ['ContainerCreating', 'PodInitializing'];

function waiting(pod: JsonObject): Diagnosis | undefined {
  const stuck = containerStates(pod)
    .map((state) => objectOf(state['waiting']))
    .find((state) => textOf(state['reason']) !== undefined && !ON_THE_WAY.includes(String(state['reason'])));
  const reason = stuck ? textOf(stuck['reason']) : undefined;
  return stuck && reason ? { reason, message: shortened(textOf(stuck['message']) ?? reason) } : undefined;
}

function podCondition(pod: JsonObject): Diagnosis | undefined {
  const conditions = objectsOf(objectOf(pod['status'])['conditions']);
  const disrupted = conditions.find((one) => one['type'] === 'DisruptionTarget' && one['status'] === 'True');
  const unscheduled = conditions.find((one) => one['type'] === 'PodScheduled' && one['status'] === 'False');
  const telling = disrupted ?? unscheduled;
  const reason = telling ? textOf(telling['reason']) : undefined;
  return telling && reason ? { reason, message: shortened(textOf(telling['message']) ?? reason) } : undefined;
}

/** A container that runs was kept from it by nothing that an event told of before. */
function hasStarted(pod: JsonObject): boolean {
  return containerStates(pod).some((state) => textOf(objectOf(state['running'])['startedAt']) !== undefined);
}

/** Said of every Pod of a cluster without DNS, which starts all the same. */
const NO_TROUBLE = ['MissingClusterDNS'];

/** Events name what no status does: a volume that does not attach, a quota, a policy. */
function eventDiagnosis(events: readonly JsonObject[]): Diagnosis | undefined {
  const warnings = events.filter(
    (event) => event['type'] === 'Warning' && !NO_TROUBLE.includes(textOf(event['reason']) ?? ''),
  );
  const last = warnings.sort((left, right) => (eventAt(left) < eventAt(right) ? 1 : -1))[0];
  if (!last) return undefined;
  const message = textOf(last['message']) ?? '';
  const quota = textOf(last['reason']) === 'FailedCreate' && message.includes('exceeded quota');
  return { reason: quota ? 'QuotaExceeded' : (textOf(last['reason']) ?? 'Warning'), message: shortened(message) };
}

function inPhase(pod: JsonObject): Diagnosis {
  const phase = textOf(objectOf(pod['status'])['phase']) ?? 'Unknown';
  const namespace = textOf(objectOf(pod['metadata'])['namespace']);
  const look = ['kubectl describe pod', ...(namespace === undefined ? [] : ['-n', namespace]), nameOf(pod)].join(' ');
  return {
    reason: `Pod${phase}`,
    message: `The Pod is ${phase}, and neither its status nor an event says why it did not report: ${look}`,
  };
}

function containerStates(pod: JsonObject): readonly JsonObject[] {
  const status = objectOf(pod['status']);
  return ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    objectsOf(status[list]).map((one) => objectOf(one['state'])),
  );
}

function createdAt(object: JsonObject): string {
  return textOf(objectOf(object['metadata'])['creationTimestamp']) ?? '';
}

function eventAt(event: JsonObject): string {
  return textOf(event['lastTimestamp']) ?? textOf(event['eventTime']) ?? createdAt(event);
}

function shortened(text: string): string {
  return text.length <= 1024 ? text : `${text.slice(0, 1023)}…`;
}
