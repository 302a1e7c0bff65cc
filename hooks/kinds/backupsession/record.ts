/** What earlier answers recorded in `status` beside the Snapshots: the hooks that the session began with and why it ends. */
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { hookEntriesFrom, pinnedHooks, type HookEntry, type PinnedHooks } from '../../jobs/hook-record.ts';
import { instantOf } from '../../kube/instants.ts';
import { mapOf, textOf } from '../../kube/json-values.ts';
import type { Instant } from '../../kube/metacontroller.ts';
import { entriesOf, type Failure } from './shapes.ts';

export interface Recorded {
  /** Pinned when the session began. */
  readonly hooks: PinnedHooks;
  readonly before: readonly HookEntry[];
  readonly after: readonly HookEntry[];
  /** A user's word or the deadline, which hooks after the backup outlive. */
  readonly ending: Failure | undefined;
  /** When the Snapshots were listed, where hooks ran before. */
  readonly listedAt: Instant | undefined;
  /** Whether hooks were listed or Snapshots: from then on nothing that holds a session back is asked again. */
  readonly hasBegun: boolean;
}

/** The record in a status, which may hold anything. */
export function recordOf(session: BackupSession): Recorded {
  const own = mapOf(session.status?.metastash);
  const pinned = mapOf(own['hooks']);
  return {
    hooks: pinnedHooks(pinned['pre'], pinned['post']),
    before: hookEntriesFrom(session.status?.hooks?.preHooks),
    after: hookEntriesFrom(session.status?.hooks?.postHooks),
    ending: endingFrom(own['ending']),
    listedAt: instantOf(own['listedAt']),
    hasBegun: entriesOf(session).length > 0 || own['hooks'] !== undefined,
  };
}

function endingFrom(value: unknown): Failure | undefined {
  const [reason, message] = [textOf(mapOf(value)['reason']), textOf(mapOf(value)['message'])];
  return reason === undefined || message === undefined ? undefined : { reason, message };
}
