/**
 * The hooks before or after a session's work, one after another. Each is listed in status first, then gets its record, then
 * its Job: no hook runs that was not published, and none runs twice because an answer was lost.
 *
 *   Pending ──its turn: recorded──▶ Pending, Job made ──▶ Succeeded
 *                                        └──▶ Failed: before the work nothing further runs, after it the next hook does
 *
 * A mover that answers has made all its tries. One that dies has told nobody whether the hook ran: it is tried again as
 * often as `maxRetry` says, after the work at least once, since a hook there may undo what one before the work did.
 */
import type { ReportError } from '../domain/report.ts';
import { blocked, waitingFor, type Outcome, type Problem } from '../domain/result.ts';
import type { HookTemplate } from '../generated/types/hooktemplate.ts';
import type { HookInfo } from '../generated/types/shared.ts';
import { timestampOf } from '../kube/instants.ts';
import { usagePolicyAdmits } from '../kube/label-selector.ts';
import { LABEL } from '../kube/labels.ts';
import type { Instant, ObjectMap } from '../kube/metacontroller.ts';
import type { DesiredObject, KubeObject } from '../kube/objects.ts';
import { KIND, objectNamed, resolvedReference } from '../kube/references.ts';
import { functionFacts } from './hook-function-facts.ts';
import { hookJob, isFunctionHook } from './hook-job.ts';
import type { HookEntry } from './hook-record.ts';
import { hookFault, MAX_HOOK_RETRIES, type Summary } from './hook-template.ts';
import { errorText, firstRun, progressOf, type RunFacts, type RunRecord, type RunState } from './mover-run.ts';

export interface HookFailure {
  readonly reason: string;
  readonly message: string;
}

export interface StageInput {
  readonly stage: 'pre' | 'post';
  /** All hooks of the stage that the session began with. */
  readonly uses: readonly HookInfo[];
  /** As the observed status has them. */
  readonly entries: readonly HookEntry[];
  readonly namespace: string;
  readonly namespaceObject: KubeObject | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly related: ObjectMap;
  readonly children: ObjectMap;
  /** Undefined while the object that makes the account is not seen. */
  readonly serviceAccountName: string | undefined;
  readonly jobName: (hook: number, run: number) => string;
  /** What templates are filled with by a hook that began at this instant. */
  readonly summary: (beganAt: string) => Summary;
  /** Why a hook that has not ended by itself ends now. */
  readonly ending: HookFailure | undefined;
  readonly now: Instant;
}

export interface Stage {
  readonly entries: readonly HookEntry[];
  readonly isDone: boolean;
  /** The first hook that failed. */
  readonly failure: HookFailure | undefined;
  readonly waitsFor: Problem | undefined;
  /** Jobs that stay while what became of them is not in the observed status. */
  readonly live: readonly string[];
  readonly wanted: readonly DesiredObject[];
  readonly wakeAt: readonly Instant[];
}

/** How far the hooks of a stage are. */
export function stageOf(input: StageInput): Stage {
  const active = input.entries.find((entry) => entry.phase === 'Pending');
  if (active === undefined || failureOf(input) !== undefined) return settled(input, input.entries, []);
  if (active.run === undefined) return begun(input, active);
  const { now } = input;
  const name = input.jobName(active.hook, active.run.run);
  const work = workOf(active, active.run, name, input);
  const { entry, wanted = [], wakeAt, waitsFor } = work;
  const entries = input.entries.map((one) => (one === active ? entry : one));
  if (entry.phase !== 'Pending') return settled(input, entries, [name]);
  const wakeups = wakeAt === undefined ? [] : [wakeAt];
  return {
    entries,
    isDone: false,
    failure: undefined,
    waitsFor,
    live: [name],
    wanted,
    wakeAt: entry.run === active.run ? wakeups : [now, ...wakeups],
  };
}

/** The first failed hook of the stage, as the session's conditions say it. */
export function failedHook(stage: 'pre' | 'post', entries: readonly HookEntry[]): HookFailure | undefined {
  const failed = entries.find((entry) => entry.phase === 'Failed');
  if (failed === undefined) return undefined;
  const when = stage === 'pre' ? 'before the work' : 'after the work';
  return {
    reason: 'HookFailed',
    message: `Hook ${failed.name} ${when} failed: ${failed.message ?? 'it says no reason'}`,
  };
}

/** Before the work a failure ends the stage; after it every hook gets its chance. */
function failureOf({ stage, entries }: StageInput): HookFailure | undefined {
  return stage === 'pre' ? failedHook(stage, entries) : undefined;
}

/** One hook has ended: the next one is recorded in the same answer, or the stage is over. */
function settled(input: StageInput, entries: readonly HookEntry[], live: readonly string[]): Stage {
  const { stage, now, ending } = input;
  const failure = failedHook(stage, entries);
  const next = entries.find((entry) => entry.phase === 'Pending');
  const isOver = next === undefined || (stage === 'pre' && (failure !== undefined || ending !== undefined));
  if (!isOver) return { ...begun({ ...input, entries }, next), live };
  // What never began is left out: it is neither a success nor a failure.
  const ended = entries.filter((entry) => entry.phase !== 'Pending');
  const done = { entries: ended, isDone: true, failure, waitsFor: undefined, live, wanted: [] };
  return { ...done, wakeAt: live.length === 0 ? [] : [now] };
}

function begun({ stage, entries, now, ending }: StageInput, next: HookEntry): Stage {
  const nothing = { waitsFor: undefined, live: [], wanted: [] };
  if (stage === 'pre' && ending !== undefined) {
    return {
      ...nothing,
      entries: entries.filter((one) => one.phase !== 'Pending'),
      isDone: true,
      failure: ending,
      wakeAt: [],
    };
  }
  const recorded = entries.map((one) => (one === next ? { ...one, run: firstRun(now) } : one));
  return { ...nothing, entries: recorded, isDone: false, failure: failedHook(stage, entries), wakeAt: [now] };
}

interface Work {
  readonly entry: HookEntry;
  readonly wanted?: readonly DesiredObject[];
  readonly wakeAt?: Instant;
  readonly waitsFor?: Problem;
}

function workOf(entry: HookEntry, run: RunRecord, name: string, input: StageInput): Work {
  const job = jobOf(entry, run, name, input);
  const { state, record, wakeAt } = progressOf(run, factsOf(entry, name, input), input.now);
  const { name: called, hook } = entry;
  if (state.kind === 'succeeded') return { entry: { name: called, phase: 'Succeeded', hook } };
  const error = errorOf(state, job);
  if (error !== undefined) return afterFailure(entry, record, error, input);
  if (input.ending !== undefined) return { entry: failed(entry, `${input.ending.reason}: ${input.ending.message}`) };
  const problem = state.kind === 'make' && !job.ok ? job.error : undefined;
  const message = problem?.message ?? run.previous;
  return {
    entry: { name: called, phase: 'Pending', hook, run: record, ...(message === undefined ? {} : { message }) },
    wanted: wantedOf(job, state),
    ...(wakeAt === undefined ? {} : { wakeAt }),
    ...(problem === undefined ? {} : { waitsFor: problem }),
  };
}

/** Nobody asks why a hook's Pod is silent: its account may not. So a Job that ended without a word has failed. */
function errorOf(
  state: RunState,
  job: Outcome<readonly DesiredObject[]>,
): (ReportError & { readonly isLast?: boolean }) | undefined {
  if (state.kind === 'make' && !job.ok && !job.error.waits) {
    return { code: job.error.reason, message: job.error.message, retryable: false };
  }
  if (state.kind === 'wait' && state.diagnose === 'ended') {
    const message = 'its Job ended and left no result, so nobody knows whether it ran; look at the Pod of the Job';
    return { code: 'HookInterrupted', message, retryable: true };
  }
  if (state.kind !== 'failed') return undefined;
  if (state.error.code === 'NotCreated' && !job.ok) {
    return {
      code: job.error.reason,
      message: `nothing could be started within 30 minutes: ${job.error.message}`,
      retryable: false,
    };
  }
  return { ...state.error, isLast: state.report?.phase === 'Failed' && state.error.code !== FUNCTION_FAILED };
}

/** The reason of a Function's container that ended badly: there each try is a Job of its own. */
const FUNCTION_FAILED = 'FunctionFailed';

function afterFailure(
  entry: HookEntry,
  record: RunRecord,
  error: ReportError & { readonly isLast?: boolean },
  { stage, uses, ending, now }: StageInput,
): Work {
  const wanted = Math.min(uses[entry.hook]?.maxRetry ?? 0, MAX_HOOK_RETRIES);
  const limit = stage === 'post' && error.code !== FUNCTION_FAILED ? Math.max(1, wanted) : wanted;
  const mayTry = error.retryable && error.isLast !== true && ending === undefined && record.run < limit;
  if (!mayTry) return { entry: failed(entry, errorText(error)) };
  const run = { run: record.run + 1, since: timestampOf(now), previous: errorText(error) };
  return { entry: { ...entry, run, message: `try ${record.run + 1} failed: ${run.previous}` }, wakeAt: now };
}

function failed({ name, hook }: HookEntry, message: string): HookEntry {
  return { name, phase: 'Failed', hook, message: message.length <= 1024 ? message : `${message.slice(0, 1023)}…` };
}

function wantedOf(job: Outcome<readonly DesiredObject[]>, state: RunState): readonly DesiredObject[] {
  if (!job.ok) return [];
  return state.kind === 'make' ? job.value : job.value.filter((one) => one.kind === 'TaskReport');
}

function jobOf(entry: HookEntry, run: RunRecord, name: string, input: StageInput): Outcome<readonly DesiredObject[]> {
  const info = input.uses[entry.hook];
  if (info === undefined) return blocked('HookLost', 'what it should do is no longer known');
  const template = hookTemplateOf(info, input);
  if (!template.ok) return template;
  const { namespace, namespaceObject, labels, related, serviceAccountName } = input;
  if (serviceAccountName === undefined)
    return waitingFor('BackupConfiguration', 'the account of the hooks is not there');
  return hookJob({
    name,
    namespace,
    namespaceObject,
    labels,
    run: run.run,
    info,
    template: template.value,
    summary: input.summary(run.since),
    related,
    serviceAccountName,
  });
}

/** The HookTemplate of a use, if it is there, admits this namespace and fits; another namespace's is not told from a missing one. */
export function hookTemplateOf(
  info: HookInfo,
  { namespace, namespaceObject, related }: Pick<StageInput, 'namespace' | 'namespaceObject' | 'related'>,
): Outcome<HookTemplate> {
  const reference = resolvedReference(info.hookTemplate ?? { name: '' }, namespace);
  const template = objectNamed<HookTemplate>(related, KIND.hookTemplate, reference.name, reference.namespace);
  const consumer = { name: namespace, labels: namespaceObject?.metadata.labels ?? {} };
  const shown = `HookTemplate ${reference.namespace}/${reference.name}`;
  if (template === undefined || !usagePolicyAdmits(template.spec?.usagePolicy, reference.namespace, consumer)) {
    const admits =
      reference.namespace === namespace ? '' : `, or its usagePolicy does not admit namespace ${namespace}`;
    return blocked('HookTemplateNotFound', `${shown} does not exist${admits}`);
  }
  const fault = hookFault(info, template);
  return fault === undefined ? { ok: true, value: template } : blocked('HookTemplateInvalid', fault);
}

function factsOf(entry: HookEntry, name: string, input: StageInput): RunFacts {
  const job = objectNamed(input.children, KIND.job, name, input.namespace);
  const info = input.uses[entry.hook];
  const template = info === undefined ? undefined : hookTemplateOf(info, input);
  const isFunction =
    job === undefined
      ? template?.ok === true && isFunctionHook(template.value)
      : job.metadata.labels?.[LABEL.task] === undefined;
  if (isFunction) return functionFacts(job, FUNCTION_FAILED, input.now);
  const report = objectNamed(input.children, KIND.taskReport, name, input.namespace);
  return { job, report, diagnosis: () => undefined };
}
