/** What a session's status says of its hooks: `status.hooks`, and the hooks that it began with, pinned beside it. */
import type { HookExecution, HookInfo } from '../generated/types/shared.ts';
import { countOf, listOf, mapOf, textOf } from '../kube/json-values.ts';
import { runRecordFrom, type RunRecord } from './mover-run.ts';

export type HookPhase = 'Pending' | 'Succeeded' | 'Failed';

/** One hook of a stage. `run` stands there once it is the hook's turn. */
export interface HookEntry {
  readonly name: string;
  readonly phase: HookPhase;
  readonly message?: string;
  /** Its position among the hooks that the session began with. */
  readonly hook: number;
  readonly run?: RunRecord;
}

/** The hooks of a session as its spec had them when it began: a later edit must not leave a database locked. */
export interface PinnedHooks {
  readonly pre: readonly HookInfo[];
  readonly post: readonly HookInfo[];
}

/** The hooks that a spec lists. */
export function pinnedHooks(pre: unknown, post: unknown): PinnedHooks {
  return { pre: usesIn(pre), post: usesIn(post) };
}

/** Whether there is any hook at all. */
export function hasHooks({ pre, post }: PinnedHooks): boolean {
  return pre.length + post.length > 0;
}

/** Entries for these hooks, none of which has begun. */
export function listedEntries(
  uses: readonly HookInfo[],
  isWanted: (use: HookInfo) => boolean = () => true,
): readonly HookEntry[] {
  return uses.flatMap((use, hook) => (isWanted(use) ? [{ name: nameOf(use), phase: 'Pending', hook } as const] : []));
}

/** Whether a hook runs whatever happened: unless its use says otherwise (the CRD's default). */
export function isAlways({ executionPolicy = 'Always' }: HookInfo): boolean {
  return executionPolicy === 'Always';
}

/** Which hooks run after work that ended with `failure`, or well without one. */
export function wantedAfter(failure: object | undefined): (use: HookInfo) => boolean {
  return (use) => isAlways(use) || use.executionPolicy === (failure === undefined ? 'OnSuccess' : 'OnFailure');
}

/** The entries of a status, which may hold anything. */
export function hookEntriesFrom(recorded: unknown): readonly HookEntry[] {
  return listOf(recorded)
    .map(mapOf)
    .flatMap((one) => {
      const own = mapOf(one['metastash']);
      const [hook, run, phase] = [countOf(own['hook']), runRecordFrom(own), one['phase']];
      if (hook === undefined || !isPhase(phase)) return [];
      const message = textOf(one['message']);
      return [
        {
          name: textOf(one['name']) ?? '',
          phase,
          hook,
          ...(message === undefined ? {} : { message }),
          ...(run === undefined ? {} : { run }),
        },
      ];
    });
}

/** The entries as status shows them. */
export function hookExecutions(entries: readonly HookEntry[]): readonly HookExecution[] {
  return entries.map(({ name, phase, message, hook, run }) => ({
    name,
    phase,
    ...(message === undefined ? {} : { message }),
    metastash: { hook, ...run },
  }));
}

/** The name that this use of a HookTemplate has in status. */
export function nameOf(use: HookInfo): string {
  return textOf(use.name) ?? textOf(mapOf(use.hookTemplate)['name']) ?? '';
}

function usesIn(value: unknown): readonly HookInfo[] {
  return listOf(value).filter((one) => typeof one === 'object' && one !== null) as readonly HookInfo[];
}

function isPhase(value: unknown): value is HookPhase {
  return value === 'Pending' || value === 'Succeeded' || value === 'Failed';
}
