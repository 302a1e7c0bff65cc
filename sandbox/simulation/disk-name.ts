import type { StorageAccess } from '../../hooks/domain/task.ts';
import type { Pod } from '../controllers/shapes.ts';

/** The bucket, or the volume below the storage's mount path. */
export function diskName({ place }: StorageAccess, { metadata, spec }: Pod): string {
  if (place.provider !== 'local') return `${place.provider}:${'bucket' in place ? place.bucket : place.container}`;
  const mount = spec.containers[0]?.volumeMounts?.find((one) => one.mountPath === place.mountPath);
  const source = spec.volumes?.find((volume) => volume.name === mount?.name);
  const { persistentVolumeClaim: claim, hostPath, nfs } = source ?? {};
  if (claim) return `claim:${metadata.namespace}/${claim.claimName}`;
  return hostPath ? `node:${hostPath.path}` : `nfs:${nfs?.server}:${nfs?.path}`;
}
