/** Which volumes of the target a mover mounts, and where (kubestash-api.md §3.4, §6.1 #3–#5, #7). */
import { ordinalOf } from '../domain/component.ts';
import { isBelow } from '../domain/patterns.ts';
import { all, blocked, ok, type Outcome } from '../domain/result.ts';
import type { PodVolume, Workload } from '../kube/workload.ts';
import type { Volume, VolumeMount } from './mover-job.ts';
import type { Mounts, TargetVolumesInfo } from './shapes.ts';
import { isLasting, isMountable, sourceOf } from './volume-sources.ts';

export interface TargetVolumes extends Mounts {
  /** All mount paths. */
  readonly mountPaths: readonly string[];
  /** What to save where no `paths` are given: mount paths that lie below no other one. */
  readonly defaultPaths: readonly string[];
  /** PersistentVolumeClaims behind the volumes. */
  readonly claims: readonly string[];
}

export interface TargetVolumesInput {
  readonly workload: Workload;
  readonly component: string;
  /** `tasks[].targetVolumes`; without mounts the volumes are discovered from the target's own containers. */
  readonly chosen?: TargetVolumesInfo | undefined;
  /** A backup only reads; a restore has to write, even where the target mounts read-only. */
  readonly access: 'read' | 'write';
}

/**
 * The target's volumes at the target's own paths, subPath included. A PersistentVolumeClaim has none here: its Addon
 * mounts it through `${PVC_NAME}`. Refuses mounts of unknown volumes, volumes that live and die with a Pod, and two
 * volumes at one path.
 */
export function targetVolumesOf(input: TargetVolumesInput): Outcome<TargetVolumes> {
  const { workload, chosen } = input;
  if (workload.kind === 'PersistentVolumeClaim') return ok(NO_TARGET_VOLUMES);
  const mounts = (chosen?.volumeMounts ?? []).length > 0 ? chosenMounts(input) : discoveredMounts(workload);
  if (!mounts.ok) return mounts;
  const shown = `${workload.kind} ${workload.name}`;
  if (mounts.value.length === 0) {
    const [use, otherwise] =
      input.access === 'read' ? ['saved', 'back up another target'] : ['restored into', 'restore into another target'];
    const message = `${shown} mounts no volume that can be ${use}; name one in addon.tasks[].targetVolumes, or ${otherwise}`;
    return blocked('NoVolumes', message);
  }
  const taken = pathMountedTwice(mounts.value);
  if (taken !== undefined) {
    return blocked(
      'MountPathTaken',
      `${shown} mounts two volumes at ${taken}; choose one in targetVolumes.volumeMounts`,
    );
  }
  const volumes = all(namesOf(mounts.value).map((name) => volumeFor(name, input)));
  return volumes.ok ? ok(targetVolumesFrom(volumes.value, mounts.value, input.access)) : volumes;
}

/** A task without target, or a target whose Addon mounts it. */
export const NO_TARGET_VOLUMES: TargetVolumes = {
  volumes: [],
  volumeMounts: [],
  mountPaths: [],
  defaultPaths: [],
  claims: [],
};

function targetVolumesFrom(
  volumes: readonly Volume[],
  mounts: readonly VolumeMount[],
  access: 'read' | 'write',
): TargetVolumes {
  const mountPaths = mounts.map((mount) => mount.mountPath);
  return {
    volumes,
    volumeMounts: mounts.map((mount) => ({ ...mount, ...(access === 'read' ? { readOnly: true } : {}) })),
    mountPaths,
    defaultPaths: mountPaths.filter((path) => !mountPaths.some((other) => other !== path && isBelow(path, other))),
    claims: volumes.flatMap((volume) => claimOf(volume) ?? []),
  };
}

/** Mounts that the user lists; one at the target's own path gets the target's own subPath, so that both see the same files. */
function chosenMounts({ workload, chosen }: TargetVolumesInput): Outcome<readonly VolumeMount[]> {
  return all(
    (chosen?.volumeMounts ?? []).map((mount) => {
      const mountPath = trimmed(mount.mountPath ?? '');
      if (!mountPath.startsWith('/') || mountPath === '/') {
        return blocked('MountPathInvalid', `targetVolumes: volume ${mount.name} needs an absolute mountPath below /`);
      }
      const same = workload.template?.mounts.find(
        (one) => one.name === mount.name && trimmed(one.mountPath) === mountPath,
      );
      const subPath = mount.subPath ?? same?.subPath;
      if (subPath === undefined && same?.subPathExpr !== undefined)
        return subPathExprProblem(mount.name, same.subPathExpr);
      return ok({ name: mount.name, mountPath, ...(subPath === undefined ? {} : { subPath }) });
    }),
  );
}

/** Every lasting volume at the paths of the first container that mounts it. A hostPath counts for a DaemonSet only. */
function discoveredMounts(workload: Workload): Outcome<readonly VolumeMount[]> {
  const mounts = workload.template?.mounts ?? [];
  const firstContainer = new Map<string, string>();
  for (const mount of mounts) if (!firstContainer.has(mount.name)) firstContainer.set(mount.name, mount.container);
  const lasting = mounts.filter(
    (mount) => firstContainer.get(mount.name) === mount.container && isLastingVolume(mount.name, workload),
  );
  return all(
    lasting.map((mount) => {
      if (mount.subPathExpr !== undefined) return subPathExprProblem(mount.name, mount.subPathExpr);
      const { name, subPath } = mount;
      return ok({ name, mountPath: trimmed(mount.mountPath), ...(subPath === undefined ? {} : { subPath }) });
    }),
  );
}

function isLastingVolume(name: string, workload: Workload): boolean {
  if (workload.claimTemplates.includes(name)) return true;
  const volume = workload.template?.volumes.find((one) => one.name === name);
  if (volume === undefined || !isLasting(volume)) return false;
  return sourceOf(volume) !== 'hostPath' || workload.kind === 'DaemonSet';
}

function subPathExprProblem(name: string, expression: string): Outcome<never> {
  return blocked(
    'SubPathExprUnsupported',
    `volume ${name} is mounted with subPathExpr ${JSON.stringify(expression)}, which only the Pod can resolve; ` +
      'list the volume in targetVolumes.volumeMounts with its subPath',
  );
}

/** The volume behind a mount: the user's own definition, the claim of this ordinal, or the target's Pod volume. */
function volumeFor(name: string, { workload, component, chosen }: TargetVolumesInput): Outcome<Volume> {
  const own = chosen?.volumes?.find((volume) => volume.name === name);
  if (own !== undefined) return mountable(own, workload);
  if (workload.claimTemplates.includes(name)) return claimVolume(name, workload, component);
  const volume = workload.template?.volumes.find((one) => one.name === name);
  if (volume !== undefined) return mountable(volume, workload);
  const known = [...workload.claimTemplates, ...(workload.template?.volumes ?? []).map((one) => one.name)];
  return blocked(
    'VolumeNotFound',
    `targetVolumes mounts volume ${name}, which ${workload.kind} ${workload.name} does not have; it has: ${known.join(', ') || 'none'}`,
  );
}

function mountable(volume: PodVolume, workload: Workload): Outcome<Volume> {
  if (isMountable(volume)) return ok(volume);
  return blocked(
    'VolumeNotMountable',
    `volume ${volume.name} of ${workload.kind} ${workload.name} (${sourceOf(volume) ?? 'no source'}) lives and dies with its Pod; ` +
      'no other Pod can mount it',
  );
}

function claimVolume(template: string, workload: Workload, component: string): Outcome<Volume> {
  const ordinal = ordinalOf(component);
  if (ordinal === undefined) {
    return blocked(
      'ComponentUnknown',
      `component ${component} names no ordinal of StatefulSet ${workload.name}; expected dump-pod-<number>`,
    );
  }
  return ok({ name: template, persistentVolumeClaim: { claimName: `${template}-${workload.name}-${ordinal}` } });
}

function claimOf(volume: Volume): string | undefined {
  const claim = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
  return claim?.claimName;
}

function pathMountedTwice(mounts: readonly VolumeMount[]): string | undefined {
  return mounts.find((mount, index) => mounts.findIndex((other) => other.mountPath === mount.mountPath) !== index)
    ?.mountPath;
}

function namesOf(mounts: readonly VolumeMount[]): readonly string[] {
  return [...new Set(mounts.map((mount) => mount.name))];
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
