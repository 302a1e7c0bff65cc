/**
 * The nodes: Pods bound to one run there. A container with the mover's image runs the real mover as a process on this
 * machine; any other container only counts as running and ready, since a backup needs its volumes, not its work.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { ApiServer } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { timestampOf, type Container, type Pod } from '../controllers/shapes.ts';
import { follow, fromKey, keyOf, objectKey, workQueue } from '../controllers/work-queue.ts';
import { environmentOf } from './environment.ts';
import { runInPod } from './exec.ts';
import { openFilesBridge, type BridgeView } from './files-bridge.ts';
import { accountOf, secretsOf, taskOf } from './mover-view.ts';
import { startProcess } from './namespace-process.ts';
import { mountsOf, VolumeNotReady } from './volumes.ts';
import type { World } from './world.ts';

const VOLUME_RETRY_MS = 500;
const JOB_LABEL = 'batch.kubernetes.io/job-name';

export interface KubeletOptions {
  readonly world: World;
  /** Whether a container is a mover, and the command (with its first arguments) that stands for the image's entry point. */
  readonly commandOf: (container: Container) => readonly string[] | undefined;
  /** Environment of every mover beside its container's own: PATH and the like. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs all nodes until the returned function is called, which also ends the movers. */
export function startKubelets(api: ApiServer, clock: Clock, options: KubeletOptions): () => void {
  const running = new Map<string, ChildProcess>();
  const queue = workQueue(clock, (key) => {
    const pod = api.get({ apiVersion: 'v1', kind: 'Pod', ...fromKey(key) }) as Pod | undefined;
    if (
      !pod?.spec.nodeName ||
      pod.metadata.deletionTimestamp ||
      (pod.status?.phase !== undefined && pod.status.phase !== 'Pending')
    )
      return;
    try {
      startPod({ api, clock, options, running }, pod);
    } catch (error) {
      if (!(error instanceof VolumeNotReady)) throw error;
      queue.add(key, VOLUME_RETRY_MS);
    }
  });
  const stopWatch = api.watch('v1', 'Pod', (event) => {
    if (event.type === 'DELETED' || event.object.metadata.deletionTimestamp)
      running.get(event.object.metadata.uid)?.kill('SIGTERM');
  });
  const stopFollow = follow(api, 'v1', 'Pod', (pod) => queue.add(keyOf(pod)));
  return () => {
    for (const stop of [stopWatch, stopFollow, queue.stop]) stop();
    for (const child of running.values()) child.kill('SIGTERM');
  };
}

interface Node {
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly options: KubeletOptions;
  /** Movers by the uid of their Pod. */
  readonly running: Map<string, ChildProcess>;
}

function startPod({ api, clock, options, running }: Node, pod: Pod): void {
  const mounts = pod.spec.containers.map((container) => mountsOf(api, options.world, pod, container));
  const container = pod.spec.containers[0];
  const command = container && options.commandOf(container);
  const startedAt = timestampOf(clock.now());
  patchStatus(api, pod, {
    phase: 'Running',
    startTime: startedAt,
    podIP: '127.0.0.1',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'True' },
    ],
  });
  if (container && !command && container.command && pod.metadata.labels?.[JOB_LABEL]) {
    void runToEnd({ api, clock, options, running }, pod, container);
  }
  if (!container || !command) return;
  const home = options.world.pod(pod.metadata.uid);
  const logFile = join(home, `${container.name}.log`);
  const bridge = openFilesBridge(api, join(home, 'api'), viewOf(pod), {
    log: (line) => process.stderr.write(line),
    exec: (order) => runInPod(api, options.world, order),
  });
  const child = startProcess({
    command: [...command, ...(container.args ?? [])],
    env: {
      ...options.env,
      ...environmentOf(pod, container),
      METASTASH_ROOT: join(home, 'root'),
      METASTASH_FILES: join(home, 'api'),
    },
    directory: home,
    mounts: mounts[0] ?? [],
    logFile,
  });
  running.set(pod.metadata.uid, child);
  child.once('close', (code, signal) => {
    running.delete(pod.metadata.uid);
    bridge.close();
    finish(api, pod, container, {
      exitCode: code ?? (signal === 'SIGKILL' ? 137 : 143),
      startedAt,
      finishedAt: timestampOf(clock.now()),
      message: lastWords(home, logFile),
    });
  });
}

/** A Job's container that is no mover (a user's Function) runs for what it is: a command in its Pod. */
async function runToEnd({ api, clock, options }: Node, pod: Pod, container: Container): Promise<void> {
  const startedAt = timestampOf(clock.now());
  const { namespace = '', name } = pod.metadata;
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  const answer = await runInPod(api, options.world, { namespace, pod: name, container: container.name, command });
  const end =
    'error' in answer
      ? { exitCode: 128, message: answer.error }
      : { exitCode: answer.exitCode, message: answer.output };
  finish(api, pod, container, {
    ...end,
    message: end.message.slice(-2048),
    startedAt,
    finishedAt: timestampOf(clock.now()),
  });
}

interface Termination {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly message: string;
}

function finish(api: ApiServer, pod: Pod, container: Container, termination: Termination): void {
  const reason = termination.exitCode === 0 ? 'Completed' : 'Error';
  patchStatus(api, pod, {
    phase: termination.exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'PodCompleted' },
    ],
    containerStatuses: [
      { name: container.name, image: container.image, state: { terminated: { reason, ...termination } } },
    ],
  });
}

function patchStatus(api: ApiServer, pod: Pod, status: object): void {
  if (api.get(objectKey(pod))?.metadata.uid !== pod.metadata.uid) return;
  api.patch(objectKey(pod), { status }, 'status');
}

/** The termination message, or, on none, the end of the log: what a kubelet keeps with FallbackToLogsOnError. */
function lastWords(home: string, logFile: string): string {
  const message = join(home, 'root', 'dev', 'termination-log');
  const file = existsSync(message) ? message : logFile;
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2048) : '';
}

function viewOf(pod: Pod): BridgeView {
  const task = taskOf(pod);
  return {
    account: accountOf(pod),
    reportName: task?.report?.name,
    secrets: secretsOf(task).filter((one) => one.mountPath === undefined),
  };
}
