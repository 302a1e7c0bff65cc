/** A Pod's volumes as folders, and its mounts as bind mounts into the Pod's root. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer } from '../api-server/api.ts';
import type { Container, Pod, VolumeSource } from '../controllers/shapes.ts';
import type { World } from './world.ts';

export interface BindMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What keeps a Pod from starting: a missing Secret or claim. The kubelet would wait for it, and so does the node. */
export class VolumeNotReady extends Error {}

/** The bind mounts of a container, with the folders behind them made and Secrets written. Throws VolumeNotReady. */
export function mountsOf(api: ApiServer, world: World, pod: Pod, container: Container): readonly BindMount[] {
  const root = join(world.pod(pod.metadata.uid), 'root');
  const folders = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, folderOf(api, world, pod, volume)]));
  const mounts = [...(container.volumeMounts ?? [])].sort(
    (left, right) => left.mountPath.length - right.mountPath.length,
  );
  return mounts.map((mount) => {
    const folder = folders.get(mount.name);
    if (folder === undefined)
      throw new VolumeNotReady(
        `container ${container.name} mounts volume ${mount.name}, which the Pod does not define`,
      );
    const source = join(folder, mount.subPath ?? '');
    const target = join(root, mount.mountPath);
    mkdirSync(source, { recursive: true });
    mkdirSync(target, { recursive: true });
    return { source, target, readOnly: mount.readOnly ?? false };
  });
}

function folderOf(api: ApiServer, world: World, pod: Pod, volume: VolumeSource): string {
  const namespace = pod.metadata.namespace ?? '';
  if (volume.persistentVolumeClaim) return claimFolder(api, world, namespace, volume.persistentVolumeClaim.claimName);
  if (volume.hostPath) return hostFolder(world, pod.spec.nodeName ?? '', volume.hostPath);
  if (volume.nfs) return world.nfs(volume.nfs.server, volume.nfs.path);
  const own = join(world.pod(pod.metadata.uid), 'volumes', volume.name);
  mkdirSync(own, { recursive: true });
  if (volume.secret)
    writeKeys(own, secretOf(api, namespace, volume.secret.secretName, volume.secret.optional ?? false));
  return own;
}

function claimFolder(api: ApiServer, world: World, namespace: string, name: string): string {
  if (!api.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name })) {
    throw new VolumeNotReady(`persistentvolumeclaim "${name}" not found`);
  }
  return world.claim(namespace, name);
}

/** As on a real node, a hostPath of type Directory must exist already. */
function hostFolder(world: World, node: string, source: { readonly path: string; readonly type?: string }): string {
  if (source.type === 'Directory' && !existsSync(join(world.directory, 'nodes', node, source.path))) {
    throw new VolumeNotReady(`hostPath type check failed: ${source.path} is not a directory`);
  }
  return world.nodePath(node, source.path);
}

function secretOf(
  api: ApiServer,
  namespace: string,
  name: string,
  optional: boolean,
): Readonly<Record<string, string>> {
  const secret = api.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (!secret && !optional) throw new VolumeNotReady(`secret "${name}" not found`);
  return (secret?.data ?? {}) as Readonly<Record<string, string>>;
}

function writeKeys(folder: string, data: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(data)) {
    writeFileSync(join(folder, key), Buffer.from(value, 'base64'), { mode: 0o600 });
  }
}
