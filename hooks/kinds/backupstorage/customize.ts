/**
 * What a BackupStorage sees: its Namespace, kube-system (the cluster's id), the other BackupStorages (one directory, one
 * storage; one default per namespace) and the Functions. The answer is cached 20 minutes and does not depend on the spec.
 */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import type { CustomizeRequest, CustomizeResponse } from '../../kube/metacontroller.ts';

/** The related objects of one BackupStorage. */
export function customizeBackupStorage(request: CustomizeRequest<BackupStorage>): CustomizeResponse {
  const names = [...new Set([request.parent.metadata.namespace ?? '', 'kube-system'])].filter((name) => name !== '');
  return {
    relatedResources: [
      { apiVersion: 'v1', resource: 'namespaces', names },
      { apiVersion: 'storage.kubestash.com/v1alpha1', resource: 'backupstorages' },
      { apiVersion: 'addons.kubestash.com/v1alpha1', resource: 'functions' },
    ],
  };
}
