/** plan -> run -> report: one task from the claim of its report to its last word. */
import type { ReportError, ReportResult } from '../hooks/domain/report.ts';
import type { Task } from '../hooks/domain/task.ts';
import type { Command } from './command.ts';
import type { MoverContext, TaskOutcome } from './context.ts';
import { Fault, faultOf } from './faults.ts';
import { openKube } from './kube/open.ts';
import { Redaction } from './report/redaction.ts';
import { Reporter } from './report/reporter.ts';
import { writeTermination } from './report/termination.ts';
import type { Settings } from './settings.ts';
import { taskFrom } from './task-document.ts';
import { runTask } from './tasks/runners.ts';

export const EXIT_CODE = { done: 0, failed: 1, usage: 2, taken: 3, unreported: 4 } as const;

export interface Outside {
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** One line of the log. */
  readonly write: (line: string) => void;
}

/** Runs the command and answers with the exit code of the process. Never throws. */
export async function runMover(command: Command, settings: Settings, outside: Outside): Promise<number> {
  const redaction = new Redaction();
  const log = (message: string): void => outside.write(redaction.text(message));
  try {
    const task = taskFrom(settings.taskText);
    if (task.task !== command.name) {
      throw new Fault('TaskInvalid', `argv says ${command.name}, METASTASH_TASK says ${task.task}`);
    }
    return await runReported(task, command, settings, { ...outside, write: log }, redaction);
  } catch (thrown) {
    const fault = faultOf(thrown);
    log(`${fault.code}: ${fault.message}`);
    writeTermination(settings.root, { error: errorOf(fault, redaction) });
    if (fault.code === 'ReportTaken') return EXIT_CODE.taken;
    return fault.code === 'ReportUnavailable' ? EXIT_CODE.unreported : EXIT_CODE.failed;
  }
}

// eslint-disable-next-line max-params -- the four are one world; a fifth, what must not be said, belongs to no other
async function runReported(
  task: Task,
  command: Command,
  settings: Settings,
  outside: Outside,
  redaction: Redaction,
): Promise<number> {
  const { signal, now, write: log } = outside;
  let connection: ReturnType<typeof openKube> | undefined;
  const kube = (): ReturnType<typeof openKube> => (connection ??= openKube(settings));
  const waitMs = settings.reportWaitSeconds * 1000;
  const reporter = task.report
    ? new Reporter({ kube: await kube(), report: task.report, podUid: settings.podUid, waitMs, now, log })
    : undefined;
  await reporter?.claim();
  const context: MoverContext = {
    settings,
    command,
    kube,
    signal,
    now,
    log,
    progress: (progress) => reporter?.progress(progress),
    conceal: (values) => redaction.conceal(values),
    clean: (text) => redaction.text(text),
  };
  const outcome = await outcomeOf(task, context);
  const error = outcome.error ? errorOf(faultOf(outcome.error), redaction) : undefined;
  const result = redaction.json(outcome.result);
  log(error ? `${error.code}: ${error.message}` : `${task.task} done`);
  writeTermination(settings.root, error ? { error } : summaryOf(result));
  await reporter?.finish(result, error);
  return error ? EXIT_CODE.failed : EXIT_CODE.done;
}

async function outcomeOf(task: Task, context: MoverContext): Promise<TaskOutcome> {
  try {
    return await runTask(task, context);
  } catch (thrown) {
    return { error: context.signal.aborted ? new Fault('Interrupted', `${task.task} was stopped`) : faultOf(thrown) };
  }
}

function errorOf(fault: Fault, redaction: Redaction): ReportError {
  // Cleaned before it is cut: half a password is still one.
  const whole = redaction.text(fault.message);
  const message = whole.length <= MAX_MESSAGE ? whole : `${whole.slice(0, MAX_MESSAGE - 1)}…`;
  return { code: fault.code, message, retryable: fault.retryable };
}

/** The CRD's bound of `status.error.message`. */
const MAX_MESSAGE = 4096;

/** Ids only: the termination message is a hint, the report is the word. */
function summaryOf(result: ReportResult | undefined): object {
  const snapshots = result?.backup?.paths.map((path) => path.snapshotID);
  return { ok: true, ...(snapshots ? { snapshots } : {}) };
}
