/**
 * Nodes for virtual time: Pods run without processes. A mover's Pod claims its TaskReport, works for a while and ends as
 * told; any other Pod is running and ready at once. What keeps a real Pod from starting (no ServiceAccount, no claim)
 * keeps it here.
 */
import type { DiagnoseTask, LocateTask, Task, TriggerTask } from '../../hooks/domain/task.ts';
import { REPORT_SCHEMA_VERSION, type ReportError } from '../../hooks/domain/report.ts';
import { backupSessionName } from '../../hooks/kube/names.ts';
import { diagnosisOf } from '../../mover/tasks/diagnose.ts';
import { secretRefusal } from '../../mover/consent.ts';
import { componentsOf } from '../../mover/tasks/locate.ts';
import { ApiError, type ApiServer, type StoredObject } from '../api-server/api.ts';
import { isAllowed, refusalOf, type Attempt } from '../api-server/rbac.ts';
import type { Clock } from '../clock.ts';
import { timestampOf, type Container, type Pod } from '../controllers/shapes.ts';
import { follow, fromKey, keyOf, objectKey, workQueue } from '../controllers/work-queue.ts';
import { accountOf, secretsOf, taskOf } from './mover-view.ts';
import { refused, type PlayedBackend, type PlayedEnd } from './played-backend.ts';

/** What becomes of one mover. */
export type PlayedOutcome =
  | { readonly outcome: 'succeeds' }
  | { readonly outcome: 'fails'; readonly error: ReportError }
  /** No node takes its Pod. */
  | { readonly outcome: 'never-starts' }
  /** It claims its report and is never heard of again. */
  | { readonly outcome: 'hangs' }
  /** It is killed before it has reported anything. */
  | { readonly outcome: 'dies' }
  /** It is killed at work: its report stays Running. */
  | { readonly outcome: 'dies-at-work' };

export interface PlayedMoverOptions {
  readonly backend: PlayedBackend;
  /** Asked once for every mover's Pod; default: it succeeds. */
  readonly outcomeOf?: (task: Task, pod: Pod) => PlayedOutcome;
  /** How long a mover works. */
  readonly seconds?: number;
  /** How the container of a Job ends that is no mover: a user's Function. Default: well. */
  readonly exitCodeOf?: (pod: Pod) => number;
}

interface Node extends Required<PlayedMoverOptions> {
  readonly api: ApiServer;
  readonly clock: Clock;
}

interface Run {
  readonly pod: Pod;
  readonly task: Task;
  readonly args: readonly string[];
  readonly startedAt: string;
  readonly outcome: PlayedOutcome;
}

/** Another image knows nothing of reports: its container ends without a word. */
const MOVER_IMAGE = /^metastash\/mover[:@]/;
const RETRY_MS = 1000;
const REPORT_WAIT_MS = 300_000;
const KILLED = 137;
const SESSIONS = { group: 'core.kubestash.com', resource: 'backupsessions' };
const REPORTS = { group: 'metastash.dev', resource: 'taskreports/status' };

/** Runs all bound Pods until the returned function is called. */
export function startPlayedMovers(api: ApiServer, clock: Clock, options: PlayedMoverOptions): () => void {
  const node: Node = {
    outcomeOf: () => ({ outcome: 'succeeds' }),
    seconds: 5,
    exitCodeOf: () => 0,
    ...options,
    api,
    clock,
  };
  const queue = workQueue(clock, (key) => {
    const pod = api.get({ apiVersion: 'v1', kind: 'Pod', ...fromKey(key) }) as Pod | undefined;
    if (!pod?.spec.nodeName) return;
    if (pod.metadata.deletionTimestamp) api.delete(objectKey(pod), { gracePeriodSeconds: 0 });
    else if ((pod.status?.phase ?? 'Pending') === 'Pending' && !start(node, pod)) queue.add(key, RETRY_MS);
  });
  const stops = [follow(api, 'v1', 'Pod', (pod) => queue.add(keyOf(pod))), queue.stop];
  return () => stops.forEach((stop) => stop());
}

/** False while the Pod has to wait for what it names. */
function start(node: Node, pod: Pod): boolean {
  const task = taskOf(pod);
  const outcome = task && node.outcomeOf(task, pod);
  if (outcome?.outcome === 'never-starts') {
    markWaiting(node, pod);
    return true;
  }
  if (!isStartable(node.api, pod)) return false;
  const startTime = timestampOf(node.clock.now());
  const conditions = ['PodScheduled', 'Ready'].map((type) => ({ type, status: 'True' }));
  patchPod(node, pod, { phase: 'Running', startTime, conditions });
  if (!task && pod.metadata.labels?.['batch.kubernetes.io/job-name'] !== undefined) endFunction(node, pod);
  if (task && outcome)
    work(node, { pod, task, args: pod.spec.containers[0]?.args ?? [], startedAt: isoOf(node), outcome });
  return true;
}

/** A container that reports to nobody: it runs for a while and ends. */
function endFunction(node: Node, pod: Pod): void {
  const startedAt = isoOf(node);
  node.clock.after(node.seconds * 1000, () => {
    if (!isGone(node, pod)) endPod(node, { pod, startedAt }, node.exitCodeOf(pod));
  });
}

function work(node: Node, run: Run): void {
  const isOurs = MOVER_IMAGE.test(run.pod.spec.containers[0]?.image ?? '');
  if (run.outcome.outcome === 'dies' || !isOurs) later(node, run, () => endPod(node, run, isOurs ? KILLED : 0));
  else claim(node, run, node.clock.now() + REPORT_WAIT_MS);
}

function isStartable(api: ApiServer, { metadata: { namespace }, spec }: Pod): boolean {
  const there = (kind: string, name: string): boolean =>
    api.get({ apiVersion: 'v1', kind, name, ...(namespace === undefined ? {} : { namespace }) }) !== undefined;
  const { serviceAccountName } = spec as { readonly serviceAccountName?: string };
  if (
    serviceAccountName !== undefined &&
    serviceAccountName !== 'default' &&
    !there('ServiceAccount', serviceAccountName)
  )
    return false;
  return (spec.volumes ?? []).every(
    ({ persistentVolumeClaim: claim }) => claim === undefined || there('PersistentVolumeClaim', claim.claimName),
  );
}

function markWaiting(node: Node, pod: Pod): void {
  const message = '0/1 nodes are available: 1 Insufficient memory.';
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  patchPod(node, pod, { phase: 'Pending', conditions: [condition] });
}

/** As the mover does: the report may be there later than the Job. */
function claim(node: Node, run: Run, until: number): void {
  if (isGone(node, run.pod)) return;
  if (run.task.report && !report(node, run, { phase: 'Running' })) {
    if (node.clock.now() < until) node.clock.after(RETRY_MS, () => claim(node, run, until));
    else endPod(node, run, 4);
    return;
  }
  if (run.outcome.outcome !== 'hangs') later(node, run, () => finish(node, run));
}

function later(node: Node, { pod }: Run, act: () => void): void {
  node.clock.after(node.seconds * 1000, () => {
    if (!isGone(node, pod)) act();
  });
}

function finish(node: Node, run: Run): void {
  if (run.outcome.outcome === 'dies-at-work') {
    endPod(node, run, KILLED);
    return;
  }
  const end = run.outcome.outcome === 'fails' ? { error: run.outcome.error } : endOf(node, run);
  if (run.task.report)
    report(node, run, { phase: end.error ? 'Failed' : 'Succeeded', finishedAt: isoOf(node), ...end });
  endPod(node, run, end.error ? 1 : 0);
}

function endOf(node: Node, { task, args, pod }: Run): PlayedEnd {
  const shut = shutSecret(node.api, task, pod);
  if (shut) return shut;
  switch (task.task) {
    case 'trigger':
      return triggered(node.api, task, pod);
    case 'locate':
      return { result: { located: { components: located(node.api, task) } } };
    case 'hook':
      return { result: { hook: { attempts: 1 } } };
    case 'diagnose':
      return { result: { diagnosis: diagnosed(node.api, task) } };
    default:
      return node.backend.ended(task, { args, now: node.clock.now(), volume: volumeOf(task, pod) });
  }
}

/** The first Secret that the mover does not get, in its own words. */
function shutSecret(api: ApiServer, task: Task, pod: Pod): PlayedEnd | undefined {
  const account = accountOf(pod);
  for (const { namespace, name, mountPath } of secretsOf(task)) {
    const attempt: Attempt = { verb: 'get', group: '', resource: 'secrets', namespace, name };
    if (mountPath === undefined && !isAllowed(api, account, attempt)) {
      return refused('SecretForbidden', secretRefusal({ namespace, name }, refusalOf(account, attempt)));
    }
    if (!api.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })) {
      return refused('SecretNotFound', `Secret ${namespace}/${name} is not there`);
    }
  }
  return undefined;
}

/** The volume below the storage's mountPath, where the storage is one. */
function volumeOf(task: Task, { metadata, spec }: Pod): string {
  const place = 'storage' in task ? task.storage.place : undefined;
  if (place?.provider !== 'local') return '';
  const mount = spec.containers[0]?.volumeMounts?.find((one) => one.mountPath === place.mountPath);
  const volume = spec.volumes?.find((one) => one.name === mount?.name);
  const { persistentVolumeClaim: claim, hostPath, nfs } = volume ?? {};
  return JSON.stringify([claim && [metadata.namespace, claim.claimName], hostPath, nfs, mount?.subPath]);
}

function triggered(api: ApiServer, task: TriggerTask, pod: Pod): PlayedEnd {
  const job = pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? '';
  const tick = Number(/-(\d{8})$/.exec(job)?.[1] ?? Math.floor(Date.parse(pod.metadata.creationTimestamp) / 60_000));
  const manifest = task.manifest as { readonly metadata?: object };
  const name = backupSessionName(task.invoker, task.session, tick * 60);
  const account = accountOf(pod);
  const attempt: Attempt = { verb: 'create', ...SESSIONS, namespace: account.namespace };
  if (!isAllowed(api, account, attempt)) return refused('ClusterUnavailable', refusalOf(account, attempt));
  try {
    api.create({ ...manifest, metadata: { ...manifest.metadata, namespace: pod.metadata.namespace, name } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') return refused('ClusterUnavailable', error.message);
  }
  return {};
}

type Read = Parameters<typeof componentsOf>[1];

function located(api: ApiServer, task: LocateTask): ReturnType<typeof componentsOf> {
  const wanted = Object.entries(task.selector ?? {});
  const pods = (api.list('v1', 'Pod', task.namespace) as readonly Pod[])
    .filter(({ metadata: { labels } }) => wanted.every(([key, value]) => labels?.[key] === value))
    .filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
  const claims = task.claimPrefixes ? api.list('v1', 'PersistentVolumeClaim', task.namespace) : [];
  return componentsOf(task, pods as unknown as Read, claims.map(({ metadata }) => metadata.name).sort());
}

function diagnosed(api: ApiServer, task: DiagnoseTask): ReturnType<typeof diagnosisOf> {
  const pods = api
    .list('v1', 'Pod', task.namespace)
    .filter((one) => one.metadata.labels?.['job-name'] === task.jobName);
  return diagnosisOf(task.jobName, pods as unknown as Read, []);
}

/** Whether the report could be written; a report that another Pod holds ends this mover. */
function report(node: Node, { task, pod, startedAt }: Run, change: object): boolean {
  const { namespace = '', name = '' } = task.report ?? {};
  if (!isAllowed(node.api, accountOf(pod), { verb: 'patch', ...REPORTS, namespace, name })) return false;
  const status = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    podUID: pod.metadata.uid,
    startedAt,
    heartbeatAt: isoOf(node),
  };
  try {
    const key = { apiVersion: 'metastash.dev/v1alpha1', kind: 'TaskReport', namespace, name };
    node.api.patch(key, { status: { ...status, ...change } }, 'status');
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function endPod(node: Node, { pod, startedAt }: Pick<Run, 'pod' | 'startedAt'>, exitCode: number): void {
  const container: Container | undefined = pod.spec.containers[0];
  const reason = exitCode === 0 ? 'Completed' : exitCode === KILLED ? 'OOMKilled' : 'Error';
  const terminated = {
    reason,
    exitCode,
    startedAt: startedAt.replace(/\.\d+/, ''),
    finishedAt: timestampOf(node.clock.now()),
  };
  patchPod(node, pod, {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'PodCompleted' },
    ],
    containerStatuses: [{ name: container?.name, image: container?.image, state: { terminated } }],
  });
}

function isGone({ api }: Node, pod: StoredObject): boolean {
  const found = api.get(objectKey(pod));
  return found?.metadata.uid !== pod.metadata.uid || found.metadata.deletionTimestamp !== undefined;
}

function patchPod(node: Node, pod: Pod, status: object): void {
  if (!isGone(node, pod)) node.api.patch(objectKey(pod), { status }, 'status');
}

function isoOf({ clock }: Node): string {
  return new Date(clock.now()).toISOString();
}
