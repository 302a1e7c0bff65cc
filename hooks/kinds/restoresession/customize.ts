/**
 * What a RestoreSession sees. The answer is cached 20 minutes by uid and generation. A finished one asks for nothing, so that
 * later events do not wake it; one under way goes by its pinned plan, as a later edit of the spec changes nothing.
 */
import type { RestoreSession } from '../../generated/types/restoresession.ts';
import { LABEL } from '../../kube/labels.ts';
import type { CustomizeRequest, CustomizeResponse, RelatedRule } from '../../kube/metacontroller.ts';
import { labelValue } from '../../kube/names.ts';
import { targetKindOf, type TargetReference } from '../../kube/workload.ts';
import { LATEST } from './checks.ts';
import { hasHooksIn } from './observe.ts';
import { isFinal } from './phase.ts';
import { recordOf, sourceNamespaceOf } from './record.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const ADDONS = 'addons.kubestash.com/v1alpha1';

/** The related objects of one RestoreSession. */
export function customizeRestoreSession(request: CustomizeRequest<RestoreSession>): CustomizeResponse {
  const session = request.parent;
  if (isFinal(session.status?.phase)) return { relatedResources: [] };
  const { namespace = '' } = session.metadata;
  const sourceNamespace = sourceNamespaceOf(session);
  const target = recordOf(session.status).plan?.target ?? session.spec?.target ?? { name: '' };
  return {
    relatedResources: [
      ...snapshotRules(session, target, sourceNamespace),
      // A named Snapshot may belong to another Repository than the named one, so all of the namespace are asked for.
      { apiVersion: STORAGE, resource: 'repositories', namespace: sourceNamespace },
      { apiVersion: CORE, resource: 'backupconfigurations', namespace },
      { apiVersion: 'v1', resource: 'namespaces', names: [namespace] },
      { apiVersion: STORAGE, resource: 'backupstorages' },
      { apiVersion: ADDONS, resource: 'addons' },
      { apiVersion: ADDONS, resource: 'functions' },
      ...(hasHooksIn(session) ? [{ apiVersion: CORE, resource: 'hooktemplates' }] : []),
      ...targetRules(target, namespace),
    ],
  };
}

/** The Snapshots to choose from, and those of the target, one of which may be under way. */
function snapshotRules(
  { spec, metadata }: RestoreSession,
  target: TargetReference,
  sourceNamespace: string,
): readonly RelatedRule[] {
  const snapshots = { apiVersion: STORAGE, resource: 'snapshots' };
  const { snapshot, repository } = spec?.dataSource ?? {};
  const source: RelatedRule = { ...snapshots, namespace: sourceNamespace };
  const ofTarget: RelatedRule = { ...snapshots, namespace: metadata.namespace ?? '' };
  return [
    snapshot === LATEST
      ? { ...source, labelSelector: { matchLabels: { [LABEL.repositoryName]: labelValue(text(repository)) } } }
      : { ...source, names: [text(snapshot)] },
    { ...ofTarget, labelSelector: { matchLabels: { [LABEL.appRefName]: labelValue(text(target.name)) } } },
  ];
}

/** Only kinds of our own table: an unknown one would be cached by the host and fail every sync. */
function targetRules(target: TargetReference, namespace: string): readonly RelatedRule[] {
  const kind = targetKindOf(target);
  if (!kind.ok) return [];
  const { apiVersion, resource } = kind.value;
  return [{ apiVersion, resource, namespace, names: [text(target.name)] }];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
