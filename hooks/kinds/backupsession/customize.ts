/**
 * What a BackupSession sees: its invoker, the Lease that gives the turn, the invoker's other sessions and Repositories, the
 * Snapshots made for it, restores that may be at work on the target, and what hooks are made of. The answer is cached 20
 * minutes by uid and generation, so that of a living session depends on spec and name alone; a finished one asks for nothing, so
 * that later events do not wake it, and a deleted one by the time that it has waited (kube/deletion.ts).
 */
import type { BackupSession } from '../../generated/types/backupsession.ts';
import { mayLackKinds } from '../../kube/deletion.ts';
import { LABEL } from '../../kube/labels.ts';
import type { CustomizeRequest, CustomizeResponse, Instant, RelatedRule } from '../../kube/metacontroller.ts';
import { labelValue, turnName } from '../../kube/names.ts';
import { isDeleting } from '../../kube/references.ts';
import { isFinished, invokerNameOf } from './observe.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const MAX_LABEL_VALUE = 63;

/** The related objects of one BackupSession; none once it is finished. */
export function customizeBackupSession(request: CustomizeRequest<BackupSession>, now: Instant): CustomizeResponse {
  const session = request.parent;
  if (isFinished(session) || (isDeleting(session) && mayLackKinds(session, now))) return { relatedResources: [] };
  const namespace = session.metadata.namespace ?? '';
  const invoker = invokerNameOf(session) ?? '';
  return {
    relatedResources: [
      // An empty list of names would match every object.
      { apiVersion: CORE, resource: 'backupconfigurations', namespace, names: [invoker] },
      { apiVersion: 'coordination.k8s.io/v1', resource: 'leases', namespace, names: [turnName(invoker)] },
      ofInvoker({ apiVersion: STORAGE, resource: 'repositories', namespace }, invoker),
      ofInvoker({ apiVersion: CORE, resource: 'backupsessions', namespace }, invoker),
      { apiVersion: CORE, resource: 'restoresessions', namespace },
      {
        apiVersion: STORAGE,
        resource: 'snapshots',
        namespace,
        labelSelector: { matchLabels: { [LABEL.backupSession]: labelValue(session.metadata.name) } },
      },
      // For hooks; the configuration that names them is not seen here. Clusters have few of either.
      { apiVersion: CORE, resource: 'hooktemplates' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions' },
      { apiVersion: 'v1', resource: 'namespaces', names: [namespace] },
    ],
  };
}

/** Nobody can label an object with a name that is too long for a label, so the whole namespace is asked for then. */
function ofInvoker(rule: RelatedRule, invoker: string): RelatedRule {
  if (invoker.length > MAX_LABEL_VALUE) return rule;
  return { ...rule, labelSelector: { matchLabels: { [LABEL.invokerName]: invoker } } };
}
