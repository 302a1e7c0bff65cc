/** Everything that one BackupConfiguration is judged from, by name. The only file here that knows the keys of the maps. */
import type { ObjectMap, SyncRequest } from '../../kube/metacontroller.ts';
import { clusterUidOf, isTerminating, namespaceNamed } from '../../kube/namespaces.ts';
import { turnName } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { isDeleting, KIND, objectNamed, objectsOf } from '../../kube/references.ts';
import { targetKindOf } from '../../kube/workload.ts';
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { BackupSession } from '../../generated/types/backupsession.ts';
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { HookTemplate } from '../../generated/types/hooktemplate.ts';
import type { Repository } from '../../generated/types/repository.ts';
import type { RetentionPolicy } from '../../generated/types/retentionpolicy.ts';
import type { Lease } from './turn.ts';

export interface Observed {
  readonly namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  /** The Namespace or the parent itself is going: every create would be refused. */
  readonly isGoing: boolean;
  /** Uid of Namespace kube-system. */
  readonly clusterUid: string | undefined;
  readonly target: KubeObject | undefined;
  readonly storages: readonly BackupStorage[];
  readonly retentionPolicies: readonly RetentionPolicy[];
  readonly hookTemplates: readonly HookTemplate[];
  readonly addons: readonly KubeObject[];
  /** Our own Repositories, also those that left the spec. */
  readonly repositories: readonly Repository[];
  /** Repositories of the wanted names that are not ours. */
  readonly foreignRepositories: readonly Repository[];
  readonly cronJobs: readonly KubeObject[];
  readonly sessions: readonly BackupSession[];
  readonly turn: Lease | undefined;
  /** ServiceAccounts, Roles and RoleBindings. */
  readonly identities: readonly KubeObject[];
  /** Leases of other names: leftovers of ours, restated only. */
  readonly otherLeases: readonly KubeObject[];
  /** For the building blocks that look things up themselves. */
  readonly related: ObjectMap;
}

/** What this request shows. */
export function observe(request: SyncRequest<BackupConfiguration>): Observed {
  const { parent, children, related } = request;
  const namespaceName = parent.metadata.namespace ?? '';
  const namespace = namespaceNamed(related, namespaceName);
  const repositories = objectsOf<Repository>(children, KIND.repository);
  const ours = new Set(repositories.map((one) => one.metadata.name));
  const leases = objectsOf<Lease>(children, KIND.lease);
  const isTurn = (lease: KubeObject): boolean => lease.metadata.name === turnName(parent.metadata.name);
  return {
    namespace: { name: namespaceName, labels: namespace?.metadata.labels ?? {} },
    isGoing: isDeleting(parent) || isTerminating(namespace),
    clusterUid: clusterUidOf(related),
    target: targetIn(related, parent, namespaceName),
    storages: objectsOf<BackupStorage>(related, KIND.backupStorage),
    retentionPolicies: objectsOf<RetentionPolicy>(related, KIND.retentionPolicy),
    hookTemplates: objectsOf<HookTemplate>(related, KIND.hookTemplate),
    addons: objectsOf(related, KIND.addon),
    repositories,
    foreignRepositories: objectsOf<Repository>(related, KIND.repository).filter(
      (one) => one.metadata.namespace === namespaceName && !ours.has(one.metadata.name),
    ),
    cronJobs: objectsOf(children, KIND.cronJob),
    sessions: objectsOf<BackupSession>(children, KIND.backupSession),
    turn: leases.find(isTurn),
    identities: [KIND.serviceAccount, KIND.role, KIND.roleBinding].flatMap((kind) => objectsOf(children, kind)),
    otherLeases: leases.filter((lease) => !isTurn(lease)),
    related,
  };
}

function targetIn(related: ObjectMap, parent: BackupConfiguration, namespace: string): KubeObject | undefined {
  const target = parent.spec?.target;
  const kind = target ? targetKindOf(target) : undefined;
  if (!target || kind?.ok !== true) return undefined;
  const found = objectNamed(related, kind.value.key, target.name, namespace);
  return found === undefined || isDeleting(found) ? undefined : found;
}
