/**
 * What a BackupStorage sees: its Namespace, kube-system (the cluster's id), the other BackupStorages (one directory, one
 * storage; one default per namespace), the Functions, and of what its last scan found the Namespaces and the Repositories
 * themselves, by name. One that was deleted looks for every Repository on it, and for what larger thing may be going. The answer is cached 20 minutes, so what a scan found is asked for up to 20 minutes later.
 */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { CustomizeRequest, CustomizeResponse, Instant } from '../../kube/metacontroller.ts';
import { definitionsRule, mayLackKinds } from '../../kube/deletion.ts';
import { isDeleting } from '../../kube/references.ts';
import { askedRepositories } from './stored-objects.ts';
import { DEFINITIONS } from './wipe-out.ts';

/** The related objects of one BackupStorage. */
export function customizeBackupStorage(request: CustomizeRequest<BackupStorage>, now: Instant): CustomizeResponse {
  if (isDeleting(request.parent)) return { relatedResources: rulesOfDeleted(request.parent, now) };
  const asked = askedRepositories(request.parent);
  const namespaces = [...new Set(asked.map((one) => one.namespace))].sort();
  const own = [request.parent.metadata.namespace ?? '', 'kube-system'].filter((name) => name !== '');
  const names = [...new Set([...own, ...namespaces])];
  return {
    relatedResources: [
      { apiVersion: 'v1', resource: 'namespaces', names },
      { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'backupstorages' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions' },
      ...namespaces.map((namespace) => ({
        apiVersion: 'storage.kubestash.com/v1alpha1',
        resource: 'repositories',
        namespace,
        names: asked.filter((one) => one.namespace === namespace).map((one) => one.name),
      })),
    ],
  };
}

function rulesOfDeleted(storage: BackupStorage, now: Instant): CustomizeResponse['relatedResources'] {
  const larger = [
    { apiVersion: 'v1', resource: 'namespaces', names: [storage.metadata.namespace ?? '', 'kube-system'] },
    definitionsRule(DEFINITIONS),
  ];
  if (mayLackKinds(storage, now)) return larger;
  // Kept data needs nobody but a Repository that takes its own along.
  const forWipe = [
    { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'backupstorages' },
    { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions' },
  ];
  return [
    ...(storage.spec?.deletionPolicy === 'WipeOut' ? forWipe : []),
    { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'repositories' },
    ...larger,
  ];
}
