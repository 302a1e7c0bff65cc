/** One `restic restore` in place, and the listing of what the snapshot holds. */
import type { JsonObject } from '../decode.ts';
import { EXIT, exitFault } from './exit-codes.ts';
import { isSnapshotId, itemErrorFrom, textIn, type ItemError } from './messages.ts';
import { Fault } from '../faults.ts';
import { progressFrom, type ResticProgress } from './progress.ts';
import type { Restic } from './restic.ts';

export interface RestoreRequest {
  readonly id: string;
  /** Directory that stands for the snapshot's `/`. */
  readonly target: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface RestoreOutcome {
  /** What restic complained about, item by item. */
  readonly errors: readonly ItemError[];
  /** With patterns: every item that they selected. Without: undefined, since all were. */
  readonly selected?: ReadonlySet<string>;
  /** restic ended with exit code 0. */
  readonly clean: boolean;
  readonly words: string;
}

/** A pattern list is bounded, an error list too: the verification counts, not restic's complaints. */
const KEPT_ERRORS = 1000;

/**
 * Restores in place: what differs is overwritten, what the snapshot does not hold is left alone. Errors on single items
 * (exit code 1 with item errors) are returned, others throw.
 */
export async function restoreSnapshot(
  restic: Restic,
  request: RestoreRequest,
  onProgress: (progress: ResticProgress) => void,
): Promise<RestoreOutcome> {
  const errors: ItemError[] = [];
  const patterns = patternsOf(request);
  const selected = patterns.length === 0 ? undefined : new Set<string>();
  const onMessage = (message: JsonObject): void => {
    const type = message['message_type'];
    if (type === 'status') onProgress(progressFrom(message));
    else if (type === 'verbose_status') selected?.add(textIn(message, 'item'));
    const error = itemErrorFrom(message);
    if (error && errors.length < KEPT_ERRORS) errors.push(error);
  };
  const exit = await restic.call({ args: argumentsOf(request, patterns), onMessage, accept: [EXIT.failed] });
  if (exit.code === EXIT.failed && errors.length === 0) {
    throw exitFault(exit, 'restore');
  }
  return { errors, ...(selected ? { selected } : {}), clean: exit.code === EXIT.done, words: exit.words };
}

/** Writes every node of the snapshot to the file as JSON lines (nodes.ts reads them). */
export async function listSnapshot(restic: Restic, id: string, file: string): Promise<void> {
  await restic.call({ args: ['ls', '--no-lock', '--', id], stdoutFile: file, background: true });
}

/** Refuses anything but a whole id: `latest` or a prefix could be another snapshot tomorrow (faults.md B71). */
export function requireSnapshotId(id: string): void {
  if (!isSnapshotId(id))
    throw new Fault('SnapshotNotFound', `${JSON.stringify(id.slice(0, 80))} is not a restic snapshot id`);
}

/**
 * restic refuses `--include` beside `--exclude`, yet a negated include leaves out what it matches, in order: so both
 * become one list (kubestash-api.md §6.1 #20).
 */
function patternsOf(request: RestoreRequest): readonly string[] {
  if (request.include.length === 0) return request.exclude.flatMap((pattern) => ['--exclude', pattern]);
  const excluded = request.exclude.map((pattern) => `!${pattern}`);
  return [...request.include, ...excluded].flatMap((pattern) => ['--include', pattern]);
}

function argumentsOf(request: RestoreRequest, patterns: readonly string[]): readonly string[] {
  // A sparse file must not take its whole size in the target.
  const flags = ['--target', request.target, '--sparse', ...(patterns.length > 0 ? ['--verbose=2'] : [])];
  return ['restore', ...flags, ...patterns, '--', request.id];
}
