/** Labels of everything that a BackupStorage makes. */
import type { BackupStorage } from '../../generated/types/backupstorage.ts';
import { COMPONENT, LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { labelValue } from '../../kube/names.ts';

/** KubeStash's offshoot labels, with the storage as invoker. */
export function storageLabels({ metadata }: BackupStorage): Readonly<Record<string, string>> {
  const { name, namespace = '' } = metadata;
  return {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.component]: COMPONENT.initializer,
    [LABEL.invokerKind]: 'BackupStorage',
    [LABEL.invokerName]: labelValue(name),
    [LABEL.invokerNamespace]: namespace,
  };
}
