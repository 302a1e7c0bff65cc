/**
 * The nodes of a simulated cluster: a mover's Pod runs the real mover's code on modelled surroundings, any other Pod is
 * running and ready. A Pod that is told to go gets SIGTERM, its grace period, then SIGKILL (faults.md §2.5).
 */
import { TASK_ENV, type StorageAccess, type Task } from '../../hooks/domain/task.ts';
import { commandFrom } from '../../mover/command.ts';
import { runMover } from '../../mover/run.ts';
import { settingsFrom } from '../../mover/settings.ts';
import { ApiError, type ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { timestampOf, type Pod } from '../controllers/shapes.ts';
import { follow, fromKey, keyOf, objectKey, workQueue } from '../controllers/work-queue.ts';
import { environmentOf } from '../node/environment.ts';
import type { Disk } from './model/disk.ts';
import type { Volume } from './model/volume.ts';
import { asMover, MoverProcess, type Fate, type MoverWorld } from './mover/process.ts';

/** What the node makes of one Pod. */
export interface PodFate extends Fate {
  /** Stays Pending with this message of the scheduler. */
  readonly neverStarts?: string;
  /** Its container starts this much later. */
  readonly startDelayMs?: number;
}

export interface NodeOptions {
  readonly diskOf: (storage: StorageAccess, pod: Pod) => Disk;
  readonly volumeOf: (namespace: string, claim: string) => Volume;
  readonly settled: () => void;
  readonly onStep: (process: MoverProcess, what: string) => void;
  /** Asked once for every mover's Pod. */
  readonly fateOf: (pod: Pod, task: Task) => PodFate;
}

export interface SimulatedNode {
  /** Containers that run, Pods or not. */
  readonly processes: ReadonlyMap<string, MoverProcess>;
  /** Kills the container of a Pod; the node reports it. */
  kill(process: MoverProcess): void;
  stop(): void;
}

const MOVER_IMAGE = /^metastash\/mover[:@]/;
const START_MS = 2000;
const RETRY_MS = 5000;
const KILLED = 137;
const DEFAULT_GRACE_SECONDS = 30;

/** Runs all bound Pods until it is stopped. */
export function startSimulatedNode(api: ApiServer, clock: Clock, options: NodeOptions): SimulatedNode {
  const processes = new Map<string, MoverProcess>();
  const started = new Set<string>();
  const world: MoverWorld = {
    api,
    clock,
    diskOf: options.diskOf,
    volumeOf: options.volumeOf,
    isAlive: (name) => [...processes.values()].some((one) => one.name === name && one.isAlive),
    settled: options.settled,
    onStep: options.onStep,
  };
  const node: Node = { api, clock, options, world, processes, started };
  const queue = workQueue(clock, (key) => {
    const pod = api.get({ apiVersion: 'v1', kind: 'Pod', ...fromKey(key) }) as Pod | undefined;
    if (!pod?.spec.nodeName) return;
    if (pod.metadata.deletionTimestamp) stopPod(node, pod);
    else if (!started.has(pod.metadata.uid) && !start(node, pod)) queue.add(key, RETRY_MS);
  });
  const stops = [follow(api, 'v1', 'Pod', (pod) => queue.add(keyOf(pod))), queue.stop];
  return { processes, kill: (process) => process.die(), stop: () => stops.forEach((stop) => stop()) };
}

interface Node {
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly options: NodeOptions;
  readonly world: MoverWorld;
  readonly processes: Map<string, MoverProcess>;
  readonly started: Set<string>;
}

/** False while the Pod has to wait for what it names. */
function start(node: Node, pod: Pod): boolean {
  if ((pod.status?.phase ?? 'Pending') !== 'Pending') return true;
  if (!isStartable(node.api, pod)) return false;
  node.started.add(pod.metadata.uid);
  const task = taskOf(pod);
  const fate = task ? node.options.fateOf(pod, task) : {};
  if (fate.neverStarts !== undefined) {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: fate.neverStarts };
    patchPod(node, pod, { phase: 'Pending', conditions: [condition] });
    return true;
  }
  node.clock.after(task ? START_MS + (fate.startDelayMs ?? 0) : 0, () => {
    if (isGone(node.api, pod)) return;
    const conditions = ['PodScheduled', 'Ready'].map((type) => ({ type, status: 'True' }));
    patchPod(node, pod, { phase: 'Running', startTime: timestampOf(node.clock.now()), conditions });
    if (!task) return;
    if (MOVER_IMAGE.test(pod.spec.containers[0]?.image ?? '')) runContainer(node, pod, task, fate);
    else node.clock.after(START_MS, () => endPod(node, pod, 0, ''));
  });
  return true;
}

function taskOf(pod: Pod): Task | undefined {
  const text = pod.spec.containers[0]?.env?.find((one) => one.name === TASK_ENV)?.value;
  return text === undefined ? undefined : (JSON.parse(text) as Task);
}

function runContainer(node: Node, pod: Pod, task: Task, fate: Fate): void {
  const [container] = pod.spec.containers;
  if (!container) return;
  const process = new MoverProcess(pod, task, node.world, {
    fate,
    onDeath: (dead) => ended(node, dead, KILLED),
  });
  node.processes.set(pod.metadata.uid, process);
  const settings = settingsFrom({ ...environmentOf(pod, container), METASTASH_ROOT: process.root });
  const command = commandFrom(container.args ?? []);
  if (!('name' in command)) return ended(node, process, 2);
  const code = asMover(process, () =>
    runMover(command, settings, {
      signal: process.stop.signal,
      now: () => new Date(node.clock.now()),
      write: () => undefined,
    }),
  );
  node.options.settled();
  void code.then((exitCode) => {
    if (!process.isAlive) return;
    process.isAlive = false;
    const stopped = process.stop.signal.aborted && exitCode !== 0;
    node.clock.after(0, () => ended(node, process, stopped ? 143 : exitCode));
  });
}

function ended(node: Node, process: MoverProcess, exitCode: number): void {
  const { pod } = process;
  node.processes.delete(pod.metadata.uid);
  if (process.fate.isolated) return;
  node.clock.after(500, () => {
    const found = node.api.get(objectKey(pod));
    if (found?.metadata.uid !== pod.metadata.uid) return;
    if (found.metadata.deletionTimestamp === undefined) endPod(node, pod, exitCode, process.terminationMessage);
    else removePod(node, pod);
  });
}

/** SIGTERM; what does not end within its grace period is killed. */
function stopPod(node: Node, pod: Pod): void {
  const process = node.processes.get(pod.metadata.uid);
  if (!process?.isAlive) {
    removePod(node, pod);
    return;
  }
  if (process.fate.isolated || process.stop.signal.aborted) return;
  const { terminationGracePeriodSeconds: grace = DEFAULT_GRACE_SECONDS } = pod.spec as {
    readonly terminationGracePeriodSeconds?: number;
  };
  if (!process.fate.deaf) {
    node.options.settled();
    process.stop.abort();
  }
  node.clock.after(grace * 1000, () => process.die());
}

function removePod({ api }: Node, pod: Pod): void {
  try {
    api.delete(objectKey(pod), { uid: pod.metadata.uid, gracePeriodSeconds: 0 });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function isStartable(api: ApiServer, { metadata: { namespace }, spec }: Pod): boolean {
  const isThere = (kind: string, name: string): boolean =>
    api.get({ apiVersion: 'v1', kind, name, ...(namespace === undefined ? {} : { namespace }) }) !== undefined;
  const { serviceAccountName: account } = spec as { readonly serviceAccountName?: string };
  if (account !== undefined && account !== 'default' && !isThere('ServiceAccount', account)) return false;
  return (spec.volumes ?? []).every(
    ({ persistentVolumeClaim: claim }) => claim === undefined || isThere('PersistentVolumeClaim', claim.claimName),
  );
}

function endPod(node: Node, pod: Pod, exitCode: number, message: string): void {
  const [container] = pod.spec.containers;
  const finishedAt = timestampOf(node.clock.now());
  // A container that was killed for another reason than its memory says Error too.
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const terminated = { reason, exitCode, startedAt: finishedAt, finishedAt, ...(message === '' ? {} : { message }) };
  patchPod(node, pod, {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'PodCompleted' },
    ],
    containerStatuses: [{ name: container?.name, image: container?.image, state: { terminated } }],
  });
}

function isGone(api: ApiServer, pod: Pod): boolean {
  const found = api.get(objectKey(pod));
  return found?.metadata.uid !== pod.metadata.uid || found.metadata.deletionTimestamp !== undefined;
}

function patchPod({ api }: Node, pod: Pod, status: object): void {
  if (!isGone(api, pod)) api.patch(objectKey(pod), { status }, 'status');
}
