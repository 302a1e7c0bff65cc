/** What a task is given beside its document and argv: the world, through interfaces. */
import type { ReportProgress, ReportResult } from '../hooks/domain/report.ts';
import type { Task } from '../hooks/domain/task.ts';
import type { Command } from './command.ts';
import type { Kube } from './kube/kube.ts';
import type { Settings } from './settings.ts';

export interface MoverContext {
  readonly settings: Settings;
  readonly command: Command;
  /** Kubernetes, connected to when first asked for. */
  readonly kube: () => Promise<Kube>;
  /** Aborted when the Pod is told to stop. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly log: (message: string) => void;
  readonly progress: (progress: ReportProgress) => void;
  /** Makes a value unprintable: it is cut out of every report, log line and termination message. */
  readonly conceal: (values: Iterable<string>) => void;
  /** The text without concealed values; for what is shortened before it is reported. */
  readonly clean: (text: string) => string;
}

/** What a task made, also when it failed half-way: results are kept beside the error. */
export interface TaskOutcome {
  readonly result?: ReportResult;
  readonly error?: Error;
}

export type TaskRunner<Kind extends Task = Task> = (task: Kind, context: MoverContext) => Promise<TaskOutcome>;
