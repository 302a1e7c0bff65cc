/** Which places a restore needs that may lie in another namespace: for the decorator `grants`, which sees the object and nothing behind it. */
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { listOf, mapOf, textOf } from '../../kube/json-values.ts';
import { resolvedReference } from '../../kube/references.ts';
import { effectivePlan, recordOf } from './record.ts';

export interface NamedPlace {
  readonly namespace: string;
  readonly name: string;
}

export interface RestoreNeeds {
  /** As its status names them: the storage is known only where Repository and Snapshot are seen. */
  readonly storages: readonly NamedPlace[];
  /** Its own encryption Secret, or that of a Repository of another namespace; undefined where the Repository's own counts. */
  readonly secret: NamedPlace | undefined;
  /** The Repository by name, where it is one of this namespace. */
  readonly repository: string | undefined;
  /** Of its addon, with the account that the user may have named. */
  readonly jobTemplate: unknown;
}

/** What this restore needs, from its plan once that is pinned. */
export function needsOf(session: RestoreSession): RestoreNeeds {
  const own = session.metadata.namespace ?? '';
  const plan =
    recordOf(session.status).plan ?? effectivePlan(session, textOf(session.spec?.dataSource?.repository) ?? '', '');
  const secret = plan.encryptionSecret;
  return {
    storages: listOf(mapOf(session.status)['dependencies']).flatMap((one) => storageFrom(mapOf(one), own)),
    secret: secret?.name ? resolvedReference(secret, own) : undefined,
    repository: (plan.sourceNamespace ?? own) === own ? plan.repository : undefined,
    jobTemplate: mapOf(plan.addon)['jobTemplate'],
  };
}

function storageFrom(entry: Readonly<Record<string, unknown>>, own: string): readonly NamedPlace[] {
  const name = textOf(entry['name']);
  if (entry['kind'] !== 'BackupStorage' || name === undefined) return [];
  return [{ name, namespace: textOf(entry['namespace']) ?? own }];
}
