/** hook: does once what a HookTemplate says, in Pods or from here, and tries again as often as it was told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HookTask } from '../../hooks/domain/task.ts';
import type { MoverContext, TaskOutcome } from '../context.ts';
import type { JsonObject } from '../decode.ts';
import { Fault, faultOf } from '../faults.ts';
import { openConnection, sendRequest } from '../hooks/http.ts';
import { addressOf, chosenPods, containerOf, portOf } from '../hooks/pods.ts';
import { nameOf, textOf } from '../kube/pods.ts';

/** Between two tries: long enough for a server that restarts, short enough for a user who waits. */
const PAUSE_MS = 1000;
/** How much of a command's last words reaches the report. */
const MAX_WORDS = 500;

/** Succeeds with the number of tries; the fault is that of the last one. */
export async function hook(task: HookTask, context: MoverContext): Promise<TaskOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const limit = AbortSignal.timeout(task.timeoutSeconds * 1000);
    const signal = AbortSignal.any([limit, context.signal]);
    try {
      const pods = await once(task, context, signal);
      return { result: { hook: { attempts: attempt, ...(pods.length === 0 ? {} : { pods }) } } };
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      const fault = limit.aborted
        ? new Fault('HookTimeout', `Hook ${task.hook} took longer than ${task.timeoutSeconds} s`)
        : faultOf(thrown);
      context.log(`try ${attempt} of ${task.attempts}: ${fault.code}: ${fault.message}`);
      if (attempt >= task.attempts) throw fault;
      await sleep(PAUSE_MS, undefined, { signal: context.signal });
    }
  }
}

/** One try: on every chosen Pod, one after another, or from here. Answers with the Pods. */
async function once(task: HookTask, context: MoverContext, signal: AbortSignal): Promise<readonly string[]> {
  const { action, pods: choice } = task;
  if (choice === undefined) {
    if (action.kind === 'exec') throw new Fault('HookRequestInvalid', 'A command needs a Pod to run in');
    const { host } = action;
    if (host === undefined) throw new Fault('HookRequestInvalid', 'The request names no host');
    await reach(action, host, portOf(action.port, undefined, undefined), signal);
    return [];
  }
  const pods = await within(chosenPods(await context.kube(), choice), signal);
  for (const pod of pods) await inPod(task, pod, context, signal);
  return pods.map(nameOf);
}

async function inPod(task: HookTask, pod: JsonObject, context: MoverContext, signal: AbortSignal): Promise<void> {
  const { action, pods: choice } = task;
  if (action.kind !== 'exec') {
    const host = action.host ?? addressOf(pod);
    await reach(action, host, portOf(action.port, pod, choice?.container), signal);
    return;
  }
  const container = textOf(containerOf(pod, choice?.container)['name']) ?? '';
  const where = `Pod ${nameOf(pod)}, container ${container}`;
  const kube = await context.kube();
  const { exitCode, output } = await kube.exec(
    { namespace: choice?.namespace ?? '', pod: nameOf(pod), container, command: action.command },
    signal,
  );
  if (output !== '') context.log(`${where}: ${output}`);
  if (exitCode === 0) return;
  const words = context.clean(output).trim();
  const told = words === '' ? '' : `: ${words.slice(-MAX_WORDS)}`;
  throw new Fault('HookCommandFailed', `The command ended with exit code ${exitCode} in ${where}${told}`);
}

async function reach(
  action: Exclude<HookTask['action'], { kind: 'exec' }>,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  if (action.kind === 'tcp') await openConnection(host, port, signal);
  else await sendRequest(action, host, port, signal);
}

/** The promise, unless the signal comes first. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ]);
}
