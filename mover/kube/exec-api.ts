/** A command in a container through the API server: a WebSocket of `pods/exec`, argv as it is, no shell, no terminal. */
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { Writable } from 'node:stream';
import { Tail, type ExecOutcome } from '../hooks/exec-outcome.ts';
import type { ExecOrder } from './kube.ts';
import { KubeError } from './kube-error.ts';

/** The exit code and the end of the output. An abort closes the connection; what the command does then is the container's matter. */
export async function execInPod(order: ExecOrder, signal: AbortSignal): Promise<ExecOutcome> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const tail = new Tail();
  const sink = (): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        tail.add(chunk.toString('utf8'));
        done();
      },
    });
  const { namespace, pod, container, command } = order;
  return new Promise((resolve, reject) => {
    const ended = (status: V1Status): void => {
      const exitCode = exitCodeOf(status);
      if (exitCode === undefined) reject(new KubeError('unavailable', status.message ?? 'the command was not started'));
      else resolve({ exitCode, output: tail.text });
    };
    new Exec(config).exec(namespace, pod, container, [...command], sink(), sink(), null, false, ended).then(
      (socket) => {
        const stop = (): void => {
          socket.close();
          reject(signal.reason as Error);
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
        socket.onclose = () => reject(new KubeError('unavailable', 'the connection closed before the command ended'));
      },
      (thrown: unknown) => reject(new KubeError('unavailable', messageOf(thrown, order), thrown)),
    );
  });
}

/** What the API server says of the end: Success, or a failure whose cause is the exit code. */
function exitCodeOf({ status, reason, details }: V1Status): number | undefined {
  if (status === 'Success') return 0;
  if (reason !== 'NonZeroExitCode') return undefined;
  const code = Number(details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message);
  return Number.isInteger(code) ? code : undefined;
}

/** A refused upgrade is an HTTP answer that the WebSocket library reports by its status alone. */
function messageOf(thrown: unknown, { namespace, pod }: ExecOrder): string {
  const words =
    thrown instanceof Error
      ? thrown.message
      : typeof thrown === 'object' && thrown !== null && 'message' in thrown
        ? String(thrown.message)
        : String(thrown);
  return `exec in Pod ${namespace}/${pod}: ${words}`;
}
