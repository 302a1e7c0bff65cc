/**
 * What a Namespace sees. The answer is cached 20 minutes by uid, as Namespaces have no generation, so it depends on the name
 * alone. Storages and blueprints of all namespaces are few; everything else is of this namespace only.
 */
import type { CustomizeRequest, CustomizeResponse } from '../../kube/metacontroller.ts';

const CORE = 'core.kubestash.com/v1alpha1';
const STORAGE = 'storage.kubestash.com/v1alpha1';

/** The related objects of one Namespace. */
export function customizeGrants({ parent }: CustomizeRequest): CustomizeResponse {
  const namespace = parent.metadata.name;
  return {
    relatedResources: [
      { apiVersion: STORAGE, resource: 'backupstorages' },
      { apiVersion: CORE, resource: 'backupblueprints' },
      { apiVersion: STORAGE, resource: 'repositories', namespace },
      { apiVersion: CORE, resource: 'restoresessions', namespace },
      // They name the accounts of their sessions' Jobs.
      { apiVersion: CORE, resource: 'backupconfigurations', namespace },
    ],
  };
}
