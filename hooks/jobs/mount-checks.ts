/** Mounts that would hide each other, and paths that no mount holds: found before the Pod is. */
import { isBelow, parsePaths } from '../domain/patterns.ts';
import type { Volume, VolumeMount } from './mover-job.ts';

export interface NamedMounts {
  /** Where the mounts come from, for the message: `the target`, `the storage`. */
  readonly from: string;
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
}

/**
 * The first two parties that claim one volume name, or one mount path, or of which the second mounts inside the first
 * one's data: a backup of `/data` must not contain the storage at `/data/backups`.
 */
export function collisionIn(parties: readonly NamedMounts[]): string | undefined {
  for (const [index, party] of parties.entries()) {
    for (const other of parties.slice(index + 1)) {
      const collision = nameTaken(party, other) ?? pathTaken(party, other);
      if (collision !== undefined) return collision;
    }
  }
  return undefined;
}

/** A sentence on the first of the comma-separated paths that no mount holds, and that holds no mount. */
export function pathOutside(paths: string | undefined, mountPaths: readonly string[]): string | undefined {
  const parsed = parsePaths(paths);
  if (!parsed.ok || mountPaths.length === 0) return undefined;
  const outside = parsed.value.find(
    (path) => !mountPaths.some((mount) => isBelow(path, mount) || isBelow(mount, path)),
  );
  if (outside === undefined) return undefined;
  return `path ${outside} lies on none of the mounted volumes (${mountPaths.join(', ')}); correct params.paths or targetVolumes`;
}

function nameTaken(party: NamedMounts, other: NamedMounts): string | undefined {
  const taken = other.volumes.find((volume) => party.volumes.some((one) => one.name === volume.name));
  return taken === undefined
    ? undefined
    : `${party.from} and ${other.from} both have a volume ${taken.name}; rename one of them`;
}

function pathTaken(party: NamedMounts, other: NamedMounts): string | undefined {
  for (const mount of other.volumeMounts) {
    const hidden = party.volumeMounts.find(
      (one) => isBelow(mount.mountPath, one.mountPath) || isBelow(one.mountPath, mount.mountPath),
    );
    if (hidden !== undefined) {
      return `${party.from} is mounted at ${hidden.mountPath} and ${other.from} at ${mount.mountPath}; one would hide or contain the other, so move one of them`;
    }
  }
  return undefined;
}
