/**
 * Writes the TaskReport: claims it before any data is touched, says that the mover lives and how far it is, and ends it.
 * Only the claim and the end must arrive; what happens between is a courtesy and may be lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectName } from '../../hooks/domain/task.ts';
import {
  REPORT_SCHEMA_VERSION,
  type ReportError,
  type ReportProgress,
  type ReportResult,
  type ReportStatus,
} from '../../hooks/domain/report.ts';
import { isObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { isKubeError, KubeError } from '../kube/kube-error.ts';
import { TASK_REPORTS, type Kube } from '../kube/kube.ts';

const PROGRESS_MS = 10_000;
const PROGRESS_PERCENT = 5;
const HEARTBEAT_MS = 60_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;
const FINISH_WAIT_MS = 300_000;

export interface ReporterOptions {
  readonly kube: Kube;
  readonly report: ObjectName;
  readonly podUid: string;
  /** How long to wait for the report and the permission to write it: the Job may start before both. */
  readonly waitMs: number;
  readonly now: () => Date;
  readonly log: (message: string) => void;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #startedAt: string;
  #lastWriteMs = 0;
  #lastPercent = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#startedAt = options.now().toISOString();
  }

  /** Makes this Pod the report's writer. Throws `ReportTaken` when another Pod is, or the report is already final. */
  async claim(): Promise<void> {
    const { podUid, waitMs } = this.#options;
    await this.#untilWritten(waitMs, async () => {
      const found = await this.#status();
      if (found['phase'] === 'Running' && found['podUID'] === podUid) return;
      if (found['podUID'] !== undefined) throw taken(this.#options.report);
      await this.#patch({ phase: 'Running' });
    });
    this.#heartbeat = setInterval(() => this.#courtesy({}), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Writes progress when 10 s or 5 % have passed since the last write. */
  progress(progress: ReportProgress): void {
    const nowMs = this.#options.now().getTime();
    const due = nowMs - this.#lastWriteMs >= PROGRESS_MS || progress.percent - this.#lastPercent >= PROGRESS_PERCENT;
    if (!due) return;
    this.#lastPercent = progress.percent;
    this.#courtesy({ progress });
  }

  /** Ends the report; retried for minutes, since a lost result means that the work is looked for again. */
  async finish(result: ReportResult | undefined, error: ReportError | undefined): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#pending;
    await this.#untilWritten(FINISH_WAIT_MS, () =>
      this.#patch({
        phase: error ? 'Failed' : 'Succeeded',
        finishedAt: this.#options.now().toISOString(),
        ...(result ? { result } : {}),
        ...(error ? { error } : {}),
      }),
    );
  }

  #courtesy(change: Partial<ReportStatus>): void {
    this.#lastWriteMs = this.#options.now().getTime();
    this.#pending = this.#pending
      .then(() => this.#patch({ phase: 'Running', ...change }))
      .catch((thrown: unknown) => this.#options.log(`the report could not be written: ${String(thrown)}`));
  }

  #patch(change: Pick<ReportStatus, 'phase'> & Partial<ReportStatus>): Promise<void> {
    const { kube, report, podUid, now } = this.#options;
    const status: ReportStatus = {
      schemaVersion: REPORT_SCHEMA_VERSION,
      podUID: podUid,
      startedAt: this.#startedAt,
      heartbeatAt: now().toISOString(),
      ...change,
    };
    return kube.patchStatus(TASK_REPORTS, report.namespace, report.name, status);
  }

  async #status(): Promise<Readonly<Record<string, unknown>>> {
    const { kube, report } = this.#options;
    const object = await kube.get(TASK_REPORTS, report.namespace, report.name);
    if (!object) throw new KubeError('not-found', `TaskReport ${report.namespace}/${report.name} is not there`);
    return isObject(object['status']) ? object['status'] : {};
  }

  /** Repeats what can get better by itself: report or RBAC not there yet, API server away. */
  async #untilWritten(waitMs: number, write: () => Promise<void>): Promise<void> {
    const { now, report, log } = this.#options;
    const deadline = now().getTime() + waitMs;
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      try {
        return await write();
      } catch (thrown) {
        if (!isKubeError(thrown)) throw thrown;
        if (thrown.reason === 'invalid') throw taken(report, thrown);
        if (now().getTime() + delay > deadline) throw unavailable(report, thrown);
        log(`waiting for TaskReport ${report.namespace}/${report.name}: ${thrown.message}`);
        await sleep(delay);
      }
    }
  }
}

function taken(report: ObjectName, cause?: unknown): Fault {
  return new Fault(
    'ReportTaken',
    `TaskReport ${report.namespace}/${report.name} belongs to another Pod or is final`,
    cause,
  );
}

function unavailable(report: ObjectName, cause: KubeError): Fault {
  return new Fault('ReportUnavailable', `TaskReport ${report.namespace}/${report.name}: ${cause.message}`, cause);
}
