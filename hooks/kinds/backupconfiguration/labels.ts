/** Labels of what a BackupConfiguration makes (kubestash-api.md §2.1). */
import type { BackupConfiguration } from '../../generated/types/backupconfiguration.ts';
import { LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { labelValue } from '../../kube/names.ts';

/** Who made it; with a session's name where it is of one session. */
export function labelsOf(configuration: BackupConfiguration, session?: string): Readonly<Record<string, string>> {
  const { name, namespace = '' } = configuration.metadata;
  return {
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.invokerKind]: 'BackupConfiguration',
    [LABEL.invokerName]: labelValue(name),
    [LABEL.invokerNamespace]: namespace,
    ...(session === undefined ? {} : { [LABEL.sessionName]: labelValue(session) }),
  };
}
