/** Labels of what a Repository makes (kubestash-api.md §2.1); values are cut where a name is longer than a label may be. */
import type { Repository } from '../../generated/types/repository.ts';
import { LABEL, MANAGED_BY } from '../../kube/labels.ts';
import { labelValue } from '../../kube/names.ts';

/** Labels of Jobs, reports and accounts: the invoker is the Repository itself. */
export function offshootLabels(repository: Repository, component?: string): Readonly<Record<string, string>> {
  const { name, namespace } = repository.metadata;
  return {
    [LABEL.managedBy]: MANAGED_BY,
    ...(component === undefined ? {} : { [LABEL.component]: component }),
    [LABEL.invokerKind]: 'Repository',
    [LABEL.invokerName]: labelValue(name),
    [LABEL.invokerNamespace]: namespace ?? '',
  };
}
