/** `node:fs` and `node:fs/promises` as the mover's code gets them in the simulation: mounts, volumes, Secrets, scratch. */
import { Readable } from 'node:stream';
import type { Pod } from '../../controllers/shapes.ts';
import type { Volume, VolumeFile } from '../model/volume.ts';
import { presentMover, type MoverProcess } from './process.ts';

interface Stat {
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

/** A claim below the container's path. */
export interface Mounted {
  readonly mountPath: string;
  readonly volume: Volume;
}

/** Every claim that the Pod mounts. */
export function mountsOf({ pod, world }: MoverProcess): readonly Mounted[] {
  const container = pod.spec.containers[0];
  return (container?.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const source = pod.spec.volumes?.find((volume) => volume.name === name);
    const claim = source?.persistentVolumeClaim?.claimName;
    return claim === undefined ? [] : [{ mountPath, volume: world.volumeOf(pod.metadata.namespace ?? '', claim) }];
  });
}

/** Files at and below a path of the container; undefined where there is none. */
export function filesAt(
  process: MoverProcess,
  path: string,
): readonly (VolumeFile & { path: string; unreadable: boolean })[] | undefined {
  const mount = mountOf(process, path);
  if (!mount) return undefined;
  const inside = path.slice(mount.mountPath.length).replace(/^\//, '');
  const found = [...mount.volume.files].filter(
    ([name]) => inside === '' || name === inside || name.startsWith(`${inside}/`),
  );
  if (inside !== '' && found.length === 0) return undefined;
  return found.map(([name, file]) => ({
    ...file,
    path: `${mount.mountPath}/${name}`,
    unreadable: mount.volume.unreadable.has(name),
  }));
}

export function mountOf(process: MoverProcess, path: string): Mounted | undefined {
  return mountsOf(process).find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
}

/** The container's path of a path of this process. */
export function containerPath(process: MoverProcess, path: string): string {
  return path.startsWith(process.root) ? path.slice(process.root.length) || '/' : path;
}

function statOf(process: MoverProcess, path: string): Stat | undefined {
  const inside = containerPath(process, path);
  const files = filesAt(process, inside);
  if (files === undefined) return undefined;
  const file = files.find((one) => one.path === inside);
  const no = (): boolean => false;
  return {
    size: file?.sizeBytes ?? 0,
    mode: file ? 0o100644 : 0o40755,
    uid: 0,
    gid: 0,
    isFile: () => file !== undefined,
    isDirectory: () => file === undefined,
    isSymbolicLink: no,
    isFIFO: no,
    isBlockDevice: no,
    isCharacterDevice: no,
  };
}

function absent(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: 'ENOENT' });
}

const LOCAL_MS = 1;

export async function lstat(path: string): Promise<Stat> {
  const process = presentMover();
  const found = await process.does('look at the source', () => statOf(process, path), LOCAL_MS);
  if (!found) throw absent(path);
  return found;
}

export function lstatSync(path: string, _options?: object): Stat | undefined {
  return statOf(presentMover(), path);
}

/** Names of a mounted Secret's keys: the only directories that movers read. */
export async function readdir(path: string): Promise<string[]> {
  const process = presentMover();
  const data = await process.does('read a Secret', () => secretAt(process, path), LOCAL_MS);
  if (!data) throw absent(path);
  return Object.keys(data);
}

export async function readFile(path: string, _encoding: 'utf8'): Promise<string> {
  const process = presentMover();
  const at = path.lastIndexOf('/');
  const value = secretAt(process, path.slice(0, at))?.[path.slice(at + 1)];
  if (value === undefined) throw absent(path);
  return Buffer.from(value, 'base64').toString('utf8');
}

/** A kubelet mounts what was there when the Pod started; here what is there now, as it does after a minute. */
function secretAt(process: MoverProcess, path: string): Readonly<Record<string, string>> | undefined {
  const { pod, world } = process;
  const name = secretNameAt(pod, containerPath(process, path));
  if (name === undefined) return undefined;
  const { namespace = '' } = pod.metadata;
  const secret = world.api.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  // The mount is optional: without its Secret it is an empty directory.
  return secret ? ((secret['data'] as Record<string, string> | undefined) ?? {}) : {};
}

function secretNameAt(pod: Pod, path: string): string | undefined {
  const mount = pod.spec.containers[0]?.volumeMounts?.find((one) => one.mountPath === path);
  return pod.spec.volumes?.find((volume) => volume.name === mount?.name)?.secret?.secretName;
}

export async function mkdir(): Promise<undefined> {
  return undefined;
}

export async function writeFile(): Promise<void> {
  // CA bundles and keys of service accounts: nothing in the model reads them.
}

export async function rm(path: string): Promise<void> {
  presentMover().files.delete(path);
}

export function createReadStream(path: string): Readable {
  const lines = presentMover().files.get(path) ?? [];
  return Readable.from([lines.map((line) => `${line}\n`).join('')]);
}

export function existsSync(path: string): boolean {
  return path.endsWith('/dev/termination-log');
}

export function writeFileSync(_path: string, bytes: Uint8Array): void {
  presentMover().terminationMessage = Buffer.from(bytes).toString('utf8');
}
