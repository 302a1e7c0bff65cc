/**
 * Whether a target is named where one is needed, in the configuration's own namespace. A kind that we cannot back up is no
 * fault of the spec: KubeStash's database manifests apply, and the status says TargetKindUnsupported.
 */
import { isVolumeSnapshotTask } from '../../domain/task-alias.ts';
import type { AddonInfo } from '../../generated/types/shared.ts';
import type { Check, CheckInput } from './check.ts';
import { firstFault } from './faults.ts';

const VOLUME_ADDONS: readonly string[] = ['workload-addon', 'pvc-addon'];

export const targetChecks: readonly Check[] = [
  { reason: 'NameReserved', fault: reservedName },
  { reason: 'TargetMissing', fault: noTarget },
  { reason: 'TargetInOtherNamespace', fault: targetElsewhere },
];

/** A parent named like the second owner of its Repositories would lose them: owner references merge by name (law 5). */
function reservedName({ configuration }: CheckInput): string | undefined {
  if (configuration.metadata.name !== 'kube-system') return undefined;
  return '/metadata/name: a BackupConfiguration cannot be named kube-system; use another name';
}

/** Cluster resources are backed up without a target; volumes are not. */
function noTarget({ configuration, effective }: CheckInput): string | undefined {
  if (configuration.spec.target !== undefined) return undefined;
  return firstFault(effective.sessions, ({ addon }) =>
    VOLUME_ADDONS.includes(addon?.name) && !takesVolumeSnapshots(addon)
      ? `/spec/target is missing and Addon ${addon.name} backs up volumes; name a Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim of this namespace`
      : undefined,
  );
}

/** Those need another driver, whatever the target; the status says so. */
function takesVolumeSnapshots(addon: AddonInfo): boolean {
  return Array.isArray(addon.tasks) && addon.tasks.some((one) => isVolumeSnapshotTask(String(one?.name)));
}

function targetElsewhere({ configuration }: CheckInput): string | undefined {
  const { name, namespace = '' } = configuration.metadata;
  const target = configuration.spec.target;
  const elsewhere = target?.namespace;
  if (elsewhere === undefined || elsewhere === '' || elsewhere === namespace) return undefined;
  return `/spec/target/namespace is ${elsewhere}, but movers mount volumes of their own namespace only; create this BackupConfiguration as ${elsewhere}/${name} instead`;
}
