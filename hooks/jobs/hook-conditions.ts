/** What a status says of the hooks around a session's work: `status.hooks`, a condition for each stage, and which is at work. */
import type { HookExecution } from '../generated/types/shared.ts';
import type { ConditionFact } from '../kube/conditions.ts';
import { hookExecutions } from './hook-record.ts';
import type { Stage } from './hook-stage.ts';

/** The hooks before and after the work, as far as there are any. */
export interface Stages {
  readonly before?: Stage | undefined;
  readonly after?: Stage | undefined;
}

/** The words of one stage's condition. */
export interface StageWords {
  readonly type: string;
  readonly executing: string;
  readonly executed: string;
  readonly failed: string;
  /** The field of the spec that lists them: `preBackup`. */
  readonly field: string;
}

/** `status.hooks`; nothing where there are none. */
export function hooksStatus({ before, after }: Stages): {
  readonly hooks?: { readonly preHooks?: readonly HookExecution[]; readonly postHooks?: readonly HookExecution[] };
} {
  const [pre, post] = [before?.entries ?? [], after?.entries ?? []];
  if (pre.length + post.length === 0) return {};
  return {
    hooks: {
      ...(pre.length === 0 ? {} : { preHooks: hookExecutions(pre) }),
      ...(post.length === 0 ? {} : { postHooks: hookExecutions(post) }),
    },
  };
}

/** The condition of a stage that has begun; `worded` puts our own clause into the kind's style, a hook's failure stays as it is. */
export function stageFact(
  stage: Stage | undefined,
  { type, executing, executed, failed, field }: StageWords,
  worded: (clause: string) => string,
): readonly ConditionFact[] {
  if (stage === undefined || (stage.isDone && stage.entries.length === 0 && stage.failure === undefined)) return [];
  if (!stage.isDone) {
    const ended = stage.entries.filter((entry) => entry.phase !== 'Pending').length;
    const message = worded(`${ended} of ${stage.entries.length} ${field} hooks have ended`);
    return [{ type, status: 'Unknown', reason: executing, message }];
  }
  const { failure } = stage;
  if (failure !== undefined) return [{ type, status: 'False', reason: failed, message: failure.message }];
  const message = worded(`the ${field} hooks have been executed successfully`);
  return [{ type, status: 'True', reason: executed, message }];
}

/** Which hook is at work around `work` ("the backup"), as a clause; undefined where none is. */
export function hookUnderWay({ before, after }: Stages, work: string): string | undefined {
  const stage = [before, after].find((one) => one?.isDone === false);
  if (stage === undefined) return undefined;
  const active = stage.entries.find((entry) => entry.phase === 'Pending');
  const words = active?.message === undefined ? '' : `: ${active.message}`;
  return `hook ${active?.name} ${stage === before ? 'before' : 'after'} ${work} is at work${words}`;
}
