/**
 * What a BackupConfiguration sees. The answer is cached 20 minutes by uid and generation, so it depends on the spec alone;
 * it names only kinds of our own tables, since one unknown kind would fail every sync from the cache.
 */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import type { CustomizeRequest, CustomizeResponse, RelatedRule } from '../../kube/metacontroller.ts';
import { textOf } from '../../kube/json-values.ts';
import { targetKindOf } from '../../kube/workload.ts';

const ADDONS = 'addons.kubestash.com/v1alpha1';
const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/**
 * The related objects of one BackupConfiguration. Kinds of which a cluster has few are asked for whole; storages and policies only
 * where a default has to be found among them, since with as many storages as configurations every change of one would call all.
 */
export function customizeBackupConfiguration(request: CustomizeRequest<BackupConfiguration>): CustomizeResponse {
  const namespace = request.parent.metadata.namespace ?? '';
  return {
    relatedResources: [
      { apiVersion: 'v1', resource: 'namespaces', names: unique([namespace, 'kube-system']) },
      ...placeRules(request.parent, namespace, 'backupstorages'),
      ...placeRules(request.parent, namespace, 'retentionpolicies'),
      { apiVersion: CORE, resource: 'hooktemplates' },
      { apiVersion: ADDONS, resource: 'addons' },
      { apiVersion: ADDONS, resource: 'functions' },
      ...targetRule(request.parent, namespace),
      ...repositoryRule(request.parent, namespace),
    ],
  };
}

type Backend = NonNullable<BackupConfiguration['spec']['backends']>[number];
type Place = 'backupstorages' | 'retentionpolicies';

const REFERENCE: Readonly<Record<Place, (backend: Backend) => { name?: unknown; namespace?: unknown } | undefined>> = {
  backupstorages: (backend) => backend.storageRef,
  retentionpolicies: (backend) => backend.retentionPolicy,
};

/** A rule per namespace that is named, or the whole kind where one backend names none and gets the default (kubestash-api.md §6.1 #2). */
function placeRules({ spec }: BackupConfiguration, ownNamespace: string, resource: Place): readonly RelatedRule[] {
  const backends: readonly unknown[] = Array.isArray(spec?.backends) ? spec.backends : [];
  const references = backends.map((one) => {
    const reference = REFERENCE[resource]((one ?? {}) as Backend);
    const name = textOf(reference?.name);
    return !name ? undefined : { name, namespace: textOf(reference?.namespace) || ownNamespace };
  });
  const named = references.filter((one) => one !== undefined);
  if (named.length === 0 || named.length < references.length) return [{ apiVersion: STORAGE, resource }];
  return unique(named.map((one) => one.namespace)).map((namespace) => {
    const names = unique(named.filter((one) => one.namespace === namespace).map((one) => one.name));
    return { apiVersion: STORAGE, resource, namespace, names };
  });
}

function targetRule({ spec }: BackupConfiguration, namespace: string): readonly RelatedRule[] {
  const name = textOf(spec?.target?.name);
  const kind = spec?.target ? targetKindOf(spec.target) : undefined;
  if (name === undefined || kind?.ok !== true) return [];
  return [{ apiVersion: kind.value.apiVersion, resource: kind.value.resource, namespace, names: [name] }];
}

/** Our own are children; one of a wanted name that is not ours shows up here. */
function repositoryRule({ spec }: BackupConfiguration, namespace: string): readonly RelatedRule[] {
  const sessions = Array.isArray(spec?.sessions) ? spec.sessions : [];
  const names = sessions.flatMap((session: BackupConfiguration['spec']['sessions'][number] | undefined) =>
    Array.isArray(session?.repositories) ? session.repositories.map((one) => textOf(one?.name) ?? '') : [],
  );
  const wanted = unique(names);
  return wanted.length === 0 ? [] : [{ apiVersion: STORAGE, resource: 'repositories', namespace, names: wanted }];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '').sort();
}
