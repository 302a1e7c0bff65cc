/**
 * What a Snapshot sees. The answer is cached 20 minutes by uid and generation, so every name comes from spec or from labels
 * set at creation. A finished Snapshot asks for nothing, so that later events do not wake it, but for its Repository while
 * that has yet to store its manifest. One that was deleted with WipeOut asks for who removes its data, and for what larger
 * thing may be going.
 */
import type { Snapshot } from '../../generated/types/snapshot.ts';
import { definitionsRule, mayLackKinds } from '../../kube/deletion.ts';
import { LABEL } from '../../kube/labels.ts';
import type { CustomizeRequest, CustomizeResponse, Instant, RelatedRule } from '../../kube/metacontroller.ts';
import { isDeleting } from '../../kube/references.ts';
import { targetKindOf } from '../../kube/workload.ts';
import { DEFINITIONS } from './finalize.ts';
import { awaitsUpload, isFinished } from './finished.ts';
import { isImported } from './imported.ts';
import { storageOf } from './observe.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';
const ADDONS = 'addons.kubestash.com/v1alpha1';
/** Longer names stand in labels cut and with a hash. */
const MAX_LABEL_VALUE = 63;

/** The related objects of one Snapshot. */
export function customizeSnapshot(request: CustomizeRequest<Snapshot>, now: Instant): CustomizeResponse {
  const snapshot = request.parent;
  const { namespace = '' } = snapshot.metadata;
  const repository = byName({ apiVersion: STORAGE, resource: 'repositories', namespace }, snapshot.spec?.repository);
  if (isDeleting(snapshot)) return { relatedResources: rulesForWipeOut(snapshot, repository, now) };
  if (isFinished(snapshot)) return { relatedResources: awaitsUpload(snapshot) ? [repository] : [] };
  if (isImported(snapshot)) return { relatedResources: [] };
  return {
    relatedResources: [
      byName({ apiVersion: CORE, resource: 'backupsessions', namespace }, snapshot.spec?.backupSession),
      invokerRule(snapshot, { apiVersion: CORE, resource: 'backupconfigurations', namespace }),
      repository,
      { apiVersion: 'v1', resource: 'namespaces', names: [namespace, 'kube-system'] },
      storageRule(snapshot),
      { apiVersion: ADDONS, resource: 'addons' },
      { apiVersion: ADDONS, resource: 'functions' },
      ...targetRules(snapshot),
    ],
  };
}

function rulesForWipeOut(snapshot: Snapshot, repository: RelatedRule, now: Instant): readonly RelatedRule[] {
  const { spec, metadata } = snapshot;
  if (spec?.deletionPolicy !== 'WipeOut') return [];
  return [
    ...(mayLackKinds(snapshot, now) ? [] : [repository]),
    { apiVersion: 'v1', resource: 'namespaces', names: [metadata.namespace ?? ''] },
    definitionsRule(DEFINITIONS),
  ];
}

/** An empty list of names would match every object; an empty name matches none. */
function byName(rule: RelatedRule, name: string | undefined): RelatedRule {
  return { ...rule, names: [typeof name === 'string' ? name : ''] };
}

/** As its Repository wrote down when it made the Snapshot; without that, all there are. */
function storageRule(snapshot: Snapshot): RelatedRule {
  const rule = { apiVersion: STORAGE, resource: 'backupstorages' };
  const storage = storageOf(snapshot);
  return storage === undefined ? rule : { ...rule, namespace: storage.namespace, names: [storage.name] };
}

/** By its label; without one, or where the label may be a cut name, all of the namespace: the session tells which. */
function invokerRule(snapshot: Snapshot, rule: RelatedRule): RelatedRule {
  const label = snapshot.metadata.labels?.[LABEL.invokerName] ?? '';
  return label === '' || label.length >= MAX_LABEL_VALUE ? rule : { ...rule, names: [label] };
}

/** Only kinds of our own table: an unknown one would be cached by the host and fail every sync. */
function targetRules({ spec, metadata }: Snapshot): readonly RelatedRule[] {
  const kind = targetKindOf(spec?.appRef ?? { name: '' });
  if (!kind.ok) return [];
  const { apiVersion, resource } = kind.value;
  return [byName({ apiVersion, resource, namespace: metadata.namespace ?? '' }, spec?.appRef?.name)];
}
