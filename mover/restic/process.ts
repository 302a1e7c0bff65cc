/**
 * One run of the restic program: arguments only, no shell, nothing inherited but an allow-list. On cancellation restic
 * gets SIGTERM and time to remove its lock (up to 60 s, faults.md §5) before it is killed.
 */
import { constants, setPriority } from 'node:os';
import { execa } from 'execa';
import type { JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { eachLine } from '../lines.ts';
import { messageFrom, textIn } from './messages.ts';

/** Inside the Pod's grace period of 90 s (hooks/jobs/mover-job.ts). */
const KILL_AFTER_MS = 75_000;
const KEPT_STDERR_LINES = 20;

export interface ResticRun {
  readonly binary: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Longest time without a line before restic is taken for hung and stopped. */
  readonly silenceMs: number;
  /** Cuts Secret values out of restic's words, before anything shortens them. */
  readonly clean: (text: string) => string;
  /** Each JSON message of stdout and stderr, as it comes. */
  readonly onMessage?: (message: JsonObject) => void;
  /** Each line of stdout that is no message. */
  readonly onLine?: (line: string) => void;
  /** Writes stdout there instead, unread. */
  readonly stdoutFile?: string;
  /** Only takes processor time that nobody else wants. */
  readonly background?: boolean;
}

export interface ResticExit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** restic's last words: its `exit_error`, else the end of stderr. */
  readonly words: string;
}

/** Runs restic to its end. Throws only when it could not be started, hung, or was cancelled. */
export async function runRestic(run: ResticRun): Promise<ResticExit> {
  const watch = silenceWatch(run.silenceMs);
  const child = execa(run.binary, run.args, {
    env: run.env,
    extendEnv: false,
    cwd: run.cwd,
    stdin: 'ignore',
    stdout: run.stdoutFile === undefined ? 'pipe' : { file: run.stdoutFile },
    buffer: false,
    encoding: 'buffer',
    reject: false,
    cancelSignal: AbortSignal.any([run.signal, watch.signal]),
    forceKillAfterDelay: KILL_AFTER_MS,
  });
  if (run.background && child.pid !== undefined) lowerPriority(child.pid);
  const stderr: string[] = [];
  const onMessage = (message: JsonObject): void => {
    if (message['message_type'] === 'exit_error') stderr.push(textIn(message, 'message'));
    else run.onMessage?.(message);
  };
  const onStdout = (line: string): void => {
    watch.heard();
    const message = messageFrom(line);
    if (message) onMessage(message);
    else run.onLine?.(line);
  };
  const onStderr = (line: string): void => {
    watch.heard();
    const message = messageFrom(line);
    if (message) onMessage(message);
    else if (line.trim() !== '') stderr.push(line);
    if (stderr.length > KEPT_STDERR_LINES) stderr.shift();
  };
  const [result] = await Promise.all([child, linesOf(child.stdout, onStdout), linesOf(child.stderr, onStderr)]);
  watch.stop();
  if (run.signal.aborted) throw new Fault('Interrupted', `restic ${run.args[0]} was stopped`);
  if (watch.signal.aborted) {
    throw new Fault('ResticHung', `restic ${run.args[0]} said nothing for ${Math.round(run.silenceMs / 1000)} s`);
  }
  const notStarted = result.exitCode === undefined && result.signal === undefined;
  if (notStarted) throw startFault(run.binary, result);
  return { code: result.exitCode, signal: result.signal, words: run.clean(stderr.at(-1) ?? '') };
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the container may not: the run is only less polite.
  }
}

async function linesOf(
  stream: AsyncIterable<Uint8Array> | null | undefined,
  onLine: (line: string) => void,
): Promise<void> {
  // A stream of a program that could not be started ends in an error; the exit says all about it.
  if (stream) await eachLine(stream, onLine).catch(() => undefined);
}

function startFault(
  binary: string,
  result: { readonly code?: string | undefined; readonly shortMessage?: string | undefined },
): Fault {
  if (result.code === 'ENOENT') return new Fault('ResticNotFound', `There is no program ${JSON.stringify(binary)}`);
  return new Fault('ResticNotFound', `${binary} could not be started: ${result.code ?? result.shortMessage ?? ''}`);
}

interface SilenceWatch {
  readonly signal: AbortSignal;
  heard(): void;
  stop(): void;
}

function silenceWatch(silenceMs: number): SilenceWatch {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), silenceMs);
  return { signal: controller.signal, heard: () => timer.refresh(), stop: () => clearTimeout(timer) };
}
