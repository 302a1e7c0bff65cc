/**
 * What a Repository sees: its BackupStorage, the configuration and the sessions that make Snapshots in it, the
 * RetentionPolicies, the RestoreSessions that may be reading one, the Function that our own tasks run, and two Namespaces. The answer is cached 20 minutes by uid and generation: it depends on spec and on
 * a label that is set at creation.
 */
import type { Repository } from '../../generated/types/repository.ts';
import { SYSTEM_FUNCTION } from '../../jobs/system-task-job.ts';
import { definitionsRule, mayLackKinds } from '../../kube/deletion.ts';
import { LABEL } from '../../kube/labels.ts';
import type { CustomizeRequest, CustomizeResponse, Instant, RelatedRule } from '../../kube/metacontroller.ts';
import { isDeleting, resolvedReference } from '../../kube/references.ts';
import { DEFINITIONS } from './wipe-out.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The related objects of one Repository. */
export function customizeRepository(request: CustomizeRequest<Repository>, now: Instant): CustomizeResponse {
  const repository = request.parent;
  const namespace = repository.metadata.namespace ?? '';
  if (isDeleting(repository)) return { relatedResources: rulesOfDeleted(repository, now) };
  return {
    relatedResources: [
      storageRule(repository),
      ...rulesForInvokers(namespace, repository.metadata.labels?.[LABEL.invokerName]),
      // A restore that has not ended keeps the Snapshot that it reads.
      { apiVersion: CORE, resource: 'restoresessions', namespace },
      { apiVersion: STORAGE, resource: 'retentionpolicies' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions', names: [SYSTEM_FUNCTION] },
      { apiVersion: 'v1', resource: 'namespaces', names: [namespace, 'kube-system'] },
    ],
  };
}

/** A list without names would match every object of the namespace; no object has the name ''. */
function storageRule({ spec, metadata }: Repository): RelatedRule {
  const storage = resolvedReference(spec?.storageRef ?? { name: '' }, metadata.namespace ?? '');
  return { apiVersion: STORAGE, resource: 'backupstorages', namespace: storage.namespace, names: [storage.name] };
}

/**
 * One that keeps its data needs to see nothing: were it to ask for a kind whose definition is gone, the host would never call its
 * finalize hook. One that was deleted with WipeOut sees what its Job needs, who reads, others of its directory, and what larger
 * thing may be going.
 */
function rulesOfDeleted(repository: Repository, now: Instant): readonly RelatedRule[] {
  if (repository.spec?.deletionPolicy !== 'WipeOut') return [];
  const { namespace = '' } = repository.metadata;
  const larger = [
    { apiVersion: 'v1', resource: 'namespaces', names: [namespace, 'kube-system'] },
    definitionsRule(DEFINITIONS),
  ];
  if (mayLackKinds(repository, now)) return larger;
  return [
    storageRule(repository),
    { apiVersion: CORE, resource: 'restoresessions', namespace },
    { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions', names: [SYSTEM_FUNCTION] },
    { apiVersion: STORAGE, resource: 'repositories' },
    ...larger,
  ];
}

/** Without the label nobody knows whose sessions come, so those of the whole namespace are asked for. */
function rulesForInvokers(namespace: string, invoker: string | undefined): readonly RelatedRule[] {
  const configurations = { apiVersion: CORE, resource: 'backupconfigurations', namespace };
  const sessions = { apiVersion: CORE, resource: 'backupsessions', namespace };
  if (invoker === undefined) return [configurations, sessions];
  return [
    { ...configurations, names: [invoker] },
    { ...sessions, labelSelector: { matchLabels: { [LABEL.invokerName]: invoker } } },
  ];
}
