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

/** The related objects of one BackupConfiguration. Kinds of which a cluster has few are asked for whole. */
export function customizeBackupConfiguration(request: CustomizeRequest<BackupConfiguration>): CustomizeResponse {
  const namespace = request.parent.metadata.namespace ?? '';
  return {
    relatedResources: [
      { apiVersion: 'v1', resource: 'namespaces', names: unique([namespace, 'kube-system']) },
      { apiVersion: STORAGE, resource: 'backupstorages' },
      { apiVersion: STORAGE, resource: 'retentionpolicies' },
      { apiVersion: CORE, resource: 'hooktemplates' },
      { apiVersion: ADDONS, resource: 'addons' },
      { apiVersion: ADDONS, resource: 'functions' },
      ...targetRule(request.parent, namespace),
      ...repositoryRule(request.parent, namespace),
    ],
  };
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
