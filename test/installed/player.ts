/**
 * Movers where no node runs: for each TaskReport of a Job with a Pod, the report is claimed and ended as the real mover would
 * (sandbox/node/played-backend.ts decides how), and the Pod's end is written as a kubelet would, so that Job and Pod come to their
 * ends through Kubernetes' own controllers. Never a Job's status: that is the Job controller's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { REPORT_SCHEMA_VERSION } from '../../hooks/domain/report.ts';
import { TASK_ENV, type Task } from '../../hooks/domain/task.ts';
import { playedBackend, type PlayedEnd } from '../../sandbox/node/played-backend.ts';
import { accepted, apiServer, type ApiServer, type KubernetesObject } from '../cluster/crds/api-server.ts';

export interface Player {
  /** How many movers have ended. */
  readonly ended: number;
  /** What became of tasks that failed, and what it could not play. */
  readonly troubles: readonly string[];
  stop(): Promise<void>;
}

interface PodObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly args?: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
  readonly status?: { readonly phase?: string };
}

export interface PlayerOptions {
  /** How long a mover works. */
  readonly seconds?: number;
  /** Movers at one time. */
  readonly atOnce?: number;
  /** Answers instead of the played backend where it gives something. */
  readonly endOf?: (task: Task) => PlayedEnd | undefined;
}

const POLL_MS = 250;
const REPORTS = '/apis/metastash.dev/v1alpha1';
const MERGE = 'application/merge-patch+json';
const backend = playedBackend();

/** Plays every mover's Pod of the cluster until it is stopped. */
export async function startPlayer(options: PlayerOptions = {}): Promise<Player> {
  const api = await apiServer();
  const seen = new Set<string>();
  const state = { ended: 0, troubles: [] as string[], stopped: false };
  const running = new Set<Promise<void>>();
  const loop = (async () => {
    while (!state.stopped) {
      for (const pod of await pendingMovers(api)) {
        if (seen.has(pod.metadata.uid)) continue;
        while (running.size >= (options.atOnce ?? 20)) await Promise.race(running);
        seen.add(pod.metadata.uid);
        const one: Promise<void> = play(api, pod, options)
          .then((trouble) => {
            state.ended += 1;
            if (trouble) state.troubles.push(trouble);
          })
          .catch((error: unknown) => void state.troubles.push(String(error)))
          .finally(() => running.delete(one));
        running.add(one);
      }
      await sleep(POLL_MS);
    }
    await Promise.all(running);
  })();
  return {
    get ended() {
      return state.ended;
    },
    troubles: state.troubles,
    stop: async () => {
      state.stopped = true;
      await loop;
    },
  };
}

async function pendingMovers(api: ApiServer): Promise<readonly PodObject[]> {
  const selector = 'fieldSelector=status.phase%3DPending&labelSelector=batch.kubernetes.io%2Fjob-name';
  const { items } = accepted(await api.send('GET', `/api/v1/pods?${selector}`)) as unknown as { items: PodObject[] };
  return items.filter((pod) => taskOf(pod) !== undefined);
}

function taskOf({ spec }: PodObject): Task | undefined {
  const text = spec.containers[0]?.env?.find(({ name }) => name === TASK_ENV)?.value;
  return text === undefined ? undefined : (JSON.parse(text) as Task);
}

/** Plays one; gives words where it did not end well. */
async function play(api: ApiServer, pod: PodObject, options: PlayerOptions): Promise<string | undefined> {
  const task = taskOf(pod);
  if (!task) return undefined;
  const startedAt = new Date().toISOString();
  const report = (change: object): Promise<boolean> => reported(api, pod, task, { startedAt, ...change });
  await patchPod(api, pod, 'Running', { running: { startedAt } });
  for (let tries = 0; !(await report({ phase: 'Running' })); tries += 1) {
    if (tries > 200) return `${pod.metadata.name}: its report never came`;
    await sleep(POLL_MS);
  }
  await sleep((options.seconds ?? 0) * 1000);
  const end = options.endOf?.(task) ?? endOf(pod, task);
  const finishedAt = new Date().toISOString();
  await report({ phase: end.error ? 'Failed' : 'Succeeded', finishedAt, ...end });
  const reason = end.error ? 'Error' : 'Completed';
  const terminated = { exitCode: end.error ? 1 : 0, reason, startedAt, finishedAt };
  await patchPod(api, pod, end.error ? 'Failed' : 'Succeeded', { terminated });
  return end.error && `${pod.metadata.name}: ${end.error.code}: ${end.error.message}`;
}

function endOf({ metadata, spec }: PodObject, task: Task): PlayedEnd {
  return backend.ended(task, {
    args: spec.containers[0]?.args ?? [],
    now: Date.now(),
    volume: metadata.namespace ?? '',
  });
}

/** Whether the report took it; a task without one needs none. */
async function reported(api: ApiServer, pod: PodObject, task: Task, change: object): Promise<boolean> {
  if (!task.report) return true;
  const path = `${REPORTS}/namespaces/${task.report.namespace}/taskreports/${task.report.name}/status`;
  const heartbeatAt = new Date().toISOString();
  const status = { schemaVersion: REPORT_SCHEMA_VERSION, podUID: pod.metadata.uid, heartbeatAt, ...change };
  return 'object' in (await api.send('PATCH', path, { status }, MERGE));
}

async function patchPod(api: ApiServer, { metadata, spec }: PodObject, phase: string, state: object): Promise<void> {
  const [container] = spec.containers;
  const ofContainer = { name: container?.name, image: container?.image, imageID: '', ready: false, restartCount: 0 };
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
  await api.send('PATCH', path, { status: { phase, containerStatuses: [{ ...ofContainer, state }] } }, MERGE);
}
