/** The volumes that an Addon task brings, with the sources that a user puts in their place (kubestash-api.md §3.1). */
import { ok, refused, type Parsed } from '../domain/result.ts';
import { substitute, type Variables } from '../domain/variables.ts';
import { INTERIM_VOLUME } from './parameters.ts';
import { SCRATCH_VOLUME, type Volume, type VolumeMount } from './mover-job.ts';
import type { AddonTask, Mounts, TaskReference, VolumeTemplate } from './shapes.ts';

export interface AddonVolumes extends Mounts {
  /** Mount paths of volumes with the target's data: not scratch, not interim. */
  readonly dataPaths: readonly string[];
}

/**
 * Volumes and mounts of an Addon task. `addonVolumes` entries replace the source of the volumeTemplate entry of the same
 * name, `${RESTIC_CACHE_VOLUME}` among them. With `readOnly` the mounts of data cannot be written.
 */
export function addonVolumesOf(
  task: AddonTask,
  reference: TaskReference,
  variables: Variables,
  readOnly: boolean,
): Parsed<AddonVolumes> {
  const template = substitute(task.volumeTemplate ?? [], variables);
  if (!template.ok) return refused(`volumeTemplate${template.error}`);
  const replacing = substitute(reference.addonVolumes ?? [], variables);
  if (!replacing.ok) return refused(`addonVolumes${replacing.error}`);
  const mounts = substitute(task.volumeMounts ?? [], variables);
  if (!mounts.ok) return refused(`volumeMounts${mounts.error}`);
  const volumes = [
    ...new Map([...template.value, ...replacing.value].map((one) => [one.name, volumeFrom(one)])).values(),
  ];
  const isData = (mount: VolumeMount): boolean => holdsData(volumes.find((volume) => volume.name === mount.name));
  return ok({
    volumes,
    volumeMounts: mounts.value.map((mount) => (readOnly && isData(mount) ? { ...mount, readOnly: true } : mount)),
    dataPaths: mounts.value.filter(isData).map((mount) => mount.mountPath),
  });
}

/** A `volumeClaimTemplate` source is a claim that lives as long as the Job's Pod. */
function volumeFrom({ name = '', source = {} }: VolumeTemplate): Volume {
  const { volumeClaimTemplate, ...plain } = source;
  if (volumeClaimTemplate === undefined)
    return { name, ...(Object.keys(plain).length === 0 ? { emptyDir: {} } : plain) };
  return { name, ephemeral: { volumeClaimTemplate } };
}

function holdsData(volume: Volume | undefined): boolean {
  if (volume === undefined || volume.name === SCRATCH_VOLUME || volume.name === INTERIM_VOLUME) return false;
  return volume['emptyDir'] === undefined && volume['ephemeral'] === undefined;
}
