/** One `restic backup` of one path. */
import type { JsonObject } from '../decode.ts';
import { Fault } from '../faults.ts';
import { EXIT } from './exit-codes.ts';
import { isSnapshotId, itemErrorFrom, numberIn, textIn } from './messages.ts';
import { progressFrom, type ResticProgress } from './progress.ts';
import type { Restic } from './restic.ts';

export interface BackupRequest {
  /** Relative to restic's working directory. */
  readonly path: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly exclude: readonly string[];
  readonly parent?: string;
}

export interface BackupOutcome {
  readonly snapshotId: string;
  readonly summary: JsonObject;
  /** Items that restic could not read, once each; the snapshot lacks them. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** restic ended with exit code 3, whatever it named. */
  readonly incomplete: boolean;
}

export interface BackupEvents {
  readonly onProgress: (progress: ResticProgress) => void;
  /** Called once, at the first item that cannot be read: before restic stores the snapshot. */
  readonly onUnreadable: () => void;
}

/** Runs the backup. Success needs a summary with a snapshot id: an exit code 0 alone proves nothing. */
export async function backupPath(restic: Restic, request: BackupRequest, events: BackupEvents): Promise<BackupOutcome> {
  const unreadable = new Map<string, string>();
  let summary: JsonObject | undefined;
  const onMessage = (message: JsonObject): void => {
    const type = message['message_type'];
    if (type === 'summary') summary = message;
    else if (type === 'status') events.onProgress(progressFrom(message));
    const error = itemErrorFrom(message);
    if (!error) return;
    if (unreadable.size === 0) events.onUnreadable();
    unreadable.set(error.item, error.message);
  };
  const exit = await restic.call({ args: argumentsOf(request), onMessage, accept: [EXIT.incomplete] });
  const snapshotId = summary === undefined ? '' : textIn(summary, 'snapshot_id');
  if (summary === undefined || !isSnapshotId(snapshotId)) {
    throw new Fault(
      'SnapshotUnconfirmed',
      `restic backup of ${request.path} ended with exit code ${exit.code} and named no snapshot`,
    );
  }
  return { snapshotId, summary, unreadable, incomplete: exit.code === EXIT.incomplete };
}

function argumentsOf(request: BackupRequest): readonly string[] {
  return [
    'backup',
    '--host',
    request.host,
    ...request.tags.flatMap((tag) => ['--tag', tag]),
    ...request.exclude.flatMap((pattern) => ['--exclude', pattern]),
    ...(request.parent ? ['--parent', request.parent] : []),
    '--',
    request.path,
  ];
}

/** No file at all below the path. */
export function isEmpty(summary: JsonObject): boolean {
  return numberIn(summary, 'total_files_processed') === 0;
}
