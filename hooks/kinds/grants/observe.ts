/** What one sync of a Namespace sees, named. The only place that knows the keys of the maps. */
import type { BackupBlueprint } from '../../generated/types/backupblueprint.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import type { DecoratorRequest } from '../../kube/metacontroller.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { hasGroup, KIND, objectsOf } from '../../kube/references.ts';
import type { PolicyRule } from '../../kube/service-account.ts';

/** An attachment as it is: a Role has rules, a RoleBinding the other two. */
export interface ObservedGrant extends KubeObject {
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
}

export interface Observed {
  readonly namespace: KubeObject;
  /** Of all namespaces. */
  readonly storages: readonly BackupStorage[];
  readonly blueprints: readonly BackupBlueprint[];
  /** Of this namespace. */
  readonly repositories: readonly Repository[];
  readonly restoreSessions: readonly RestoreSession[];
  readonly configurations: readonly BackupConfiguration[];
  readonly grants: readonly ObservedGrant[];
}

/** Groups without which nothing may be concluded: a group that was not sent is not an empty one (faults.md B22). */
const NEEDED = [
  KIND.backupStorage,
  KIND.backupBlueprint,
  KIND.repository,
  KIND.restoreSession,
  KIND.backupConfiguration,
];

/** Everything that the Namespace's sync was sent. */
export function observe({ object, attachments, related }: DecoratorRequest): Observed {
  const here = <Kind extends KubeObject>(kind: string): readonly Kind[] =>
    objectsOf<Kind>(related, kind).filter((one) => one.metadata.namespace === object.metadata.name);
  return {
    namespace: object,
    storages: objectsOf<BackupStorage>(related, KIND.backupStorage),
    blueprints: objectsOf<BackupBlueprint>(related, KIND.backupBlueprint),
    repositories: here<Repository>(KIND.repository),
    restoreSessions: here<RestoreSession>(KIND.restoreSession),
    configurations: here<BackupConfiguration>(KIND.backupConfiguration),
    grants: [KIND.role, KIND.roleBinding].flatMap((kind) => objectsOf<ObservedGrant>(attachments, kind)),
  };
}

/** Whether the host showed every group that customize asks for. */
export function isWholeView({ related }: DecoratorRequest): boolean {
  return NEEDED.every((kind) => hasGroup(related, kind));
}
