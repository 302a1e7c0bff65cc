/**
 * What a Repository sees: its BackupStorage, the configuration and the sessions that make Snapshots in it, the
 * RetentionPolicies, the RestoreSessions that may be reading one, the Function that our own tasks run, and two Namespaces. The answer is cached 20 minutes by uid and generation: it depends on spec and on
 * a label that is set at creation.
 */
import type { Repository } from '../../generated/types/repository.ts';
import { SYSTEM_FUNCTION } from '../../jobs/system-task-job.ts';
import { LABEL } from '../../kube/labels.ts';
import type { CustomizeRequest, CustomizeResponse, RelatedRule } from '../../kube/metacontroller.ts';
import { resolvedReference } from '../../kube/references.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The related objects of one Repository. */
export function customizeRepository(request: CustomizeRequest<Repository>): CustomizeResponse {
  const repository = request.parent;
  const namespace = repository.metadata.namespace ?? '';
  const storage = resolvedReference(repository.spec?.storageRef ?? { name: '' }, namespace);
  return {
    relatedResources: [
      // A list without names would match every object of the namespace; no object has the name ''.
      {
        apiVersion: STORAGE,
        resource: 'backupstorages',
        namespace: storage.namespace,
        names: [storage.name],
      },
      ...rulesForInvokers(namespace, repository.metadata.labels?.[LABEL.invokerName]),
      // A restore that has not ended keeps the Snapshot that it reads.
      { apiVersion: CORE, resource: 'restoresessions', namespace },
      { apiVersion: STORAGE, resource: 'retentionpolicies' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions', names: [SYSTEM_FUNCTION] },
      { apiVersion: 'v1', resource: 'namespaces', names: [namespace, 'kube-system'] },
    ],
  };
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
