/**
 * Lookups in the maps that Metacontroller sends (`children`, `related`, `attachments`). A group that the host did not
 * send is not the same as a group without objects: `hasGroup` tells them apart, the lookups treat both as nothing found.
 */
import type { ObjectMap } from './metacontroller.ts';
import type { KubeObject } from './objects.ts';

/** Keys of the maps, for the kinds that any hook asks for. */
export const KIND = {
  backupStorage: 'BackupStorage.storage.kubestash.com/v1alpha1',
  repository: 'Repository.storage.kubestash.com/v1alpha1',
  retentionPolicy: 'RetentionPolicy.storage.kubestash.com/v1alpha1',
  snapshot: 'Snapshot.storage.kubestash.com/v1alpha1',
  backupConfiguration: 'BackupConfiguration.core.kubestash.com/v1alpha1',
  backupBlueprint: 'BackupBlueprint.core.kubestash.com/v1alpha1',
  backupSession: 'BackupSession.core.kubestash.com/v1alpha1',
  restoreSession: 'RestoreSession.core.kubestash.com/v1alpha1',
  hookTemplate: 'HookTemplate.core.kubestash.com/v1alpha1',
  addon: 'Addon.addons.kubestash.com/v1alpha1',
  function: 'Function.addons.kubestash.com/v1alpha1',
  taskReport: 'TaskReport.metastash.dev/v1alpha1',
  job: 'Job.batch/v1',
  cronJob: 'CronJob.batch/v1',
  lease: 'Lease.coordination.k8s.io/v1',
  namespace: 'Namespace.v1',
  serviceAccount: 'ServiceAccount.v1',
  role: 'Role.rbac.authorization.k8s.io/v1',
  roleBinding: 'RoleBinding.rbac.authorization.k8s.io/v1',
  persistentVolumeClaim: 'PersistentVolumeClaim.v1',
  deployment: 'Deployment.apps/v1',
  replicaSet: 'ReplicaSet.apps/v1',
  statefulSet: 'StatefulSet.apps/v1',
  daemonSet: 'DaemonSet.apps/v1',
  customResourceDefinition: 'CustomResourceDefinition.apiextensions.k8s.io/v1',
} as const;

/** Whether the host sent this group at all, empty or not. */
export function hasGroup(map: ObjectMap, kind: string): boolean {
  return Object.hasOwn(map, kind);
}

/** All objects of a kind, ordered by namespace and name. The caller states the shape that its CRD guarantees. */
export function objectsOf<Kind extends KubeObject = KubeObject>(map: ObjectMap, kind: string): readonly Kind[] {
  const group = hasGroup(map, kind) ? map[kind] : undefined;
  if (group === undefined) return [];
  return Object.keys(group)
    .sort()
    .map((key) => group[key])
    .filter((object) => object !== undefined && object !== null) as unknown as readonly Kind[];
}

/** The object of this name; `namespace` is left out for cluster-scoped kinds. */
export function objectNamed<Kind extends KubeObject = KubeObject>(
  map: ObjectMap,
  kind: string,
  name: string,
  namespace?: string,
): Kind | undefined {
  const group = hasGroup(map, kind) ? map[kind] : undefined;
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  return group !== undefined && Object.hasOwn(group, key) ? (group[key] as Kind) : undefined;
}

/** The map key of an object's kind: `Job.batch/v1`, `Namespace.v1`. */
export function kindOf(object: { readonly apiVersion: string; readonly kind: string }): string {
  return `${object.kind}.${object.apiVersion}`;
}

/** Whether the object is on its way out. */
export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** A reference whose namespace, when left out, is that of the object which holds it. */
export function resolvedReference(
  reference: { readonly name: string; readonly namespace?: string },
  ownNamespace: string,
): { readonly name: string; readonly namespace: string } {
  const { name, namespace } = reference;
  return { name, namespace: namespace === undefined || namespace === '' ? ownNamespace : namespace };
}
