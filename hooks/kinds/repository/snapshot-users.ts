/** Who needs which Snapshot: RestoreSessions that have not ended. What they name stays, whatever a policy says. */
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { KIND, objectsOf } from '../../kube/references.ts';
import { isFinal } from '../restoresession/phase.ts';
import type { Observed } from './observe.ts';

/** Snapshot name -> words for who needs it. `latest` is pinned by its RestoreSession before anything is read. */
export function snapshotUsers({ related }: Observed): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const session of objectsOf<RestoreSession>(related, KIND.restoreSession)) {
    if (isFinal(session.status?.phase)) continue;
    for (const name of namesIn(session)) {
      users.set(name, `RestoreSession ${session.metadata.namespace}/${session.metadata.name}`);
    }
  }
  return users;
}

function namesIn({ spec, status }: RestoreSession): readonly string[] {
  const needed = listOf(status?.dependencies)
    .map(mapOf)
    .filter((one) => one['kind'] === 'Snapshot');
  const pinned = mapOf(mapOf(status?.metastash)['plan'])['snapshot'];
  return [...needed.map((one) => one['name']), pinned, spec?.dataSource?.snapshot].flatMap((one) => textOf(one) ?? []);
}
